// One npm version as node-semver reads it (not loose), and its order.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace bulkhead::model::version_scheme {

inline constexpr uint64_t kMaxSafeInteger = (1ULL << 53) - 1;  // JavaScript's
inline constexpr size_t kMaxNpmVersion = 256;                  // node-semver's MAX_LENGTH

struct NpmVersion {
  uint64_t major = 0;
  uint64_t minor = 0;
  uint64_t patch = 0;
  std::string_view prerelease;  // a view into the parsed text
};

base::Result<NpmVersion> parse_npm(std::string_view text);
std::strong_ordering compare_npm(const NpmVersion& a, const NpmVersion& b);
// Pre-release identifiers; numbers over 2^53 compare as JavaScript's do, rounded.
std::strong_ordering compare_npm_prerelease(std::string_view a, std::string_view b);

}  // namespace bulkhead::model::version_scheme
