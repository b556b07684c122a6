// The marks of our own annotations in SPDX documents; spdx.h says what they hold.
#pragma once

#include <string_view>

namespace bulkhead::sbom {

inline constexpr std::string_view kSpdxAnnotator = "Tool: bulkhead";
inline constexpr std::string_view kSpdxInventoryMark = "bulkhead:inventory:";
inline constexpr std::string_view kSpdxComponentMark = "bulkhead:component:";

}  // namespace bulkhead::sbom
