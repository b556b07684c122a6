// Every answer is yes, no or unknown. Unknown never cuts a step and never makes one certain.
#pragma once

#include <cstdint>

namespace bulkhead::model {

enum class Tri : uint8_t { no, unknown, yes };

constexpr Tri tri(bool value) { return value ? Tri::yes : Tri::no; }
constexpr Tri operator&&(Tri a, Tri b) { return a < b ? a : b; }  // Kleene's logic: the smaller
constexpr Tri operator||(Tri a, Tri b) { return a < b ? b : a; }  // the larger
constexpr Tri operator!(Tri a) { return a == Tri::yes ? Tri::no : a == Tri::no ? Tri::yes : Tri::unknown; }
constexpr const char* name(Tri a) { return a == Tri::yes ? "yes" : a == Tri::no ? "no" : "unknown"; }

}  // namespace bulkhead::model
