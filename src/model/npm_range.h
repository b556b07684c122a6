// npm version ranges: "^1.2.3 || ~2.0 || 3.x || >=4 <5 || 6.1 - 6.3", as node-semver's Range reads them (not loose).
//
// Source: https://github.com/npm/node-semver#ranges, compared with node-semver 7 in tests/system/version_oracles.py.
// A range is "or" of sets, a set is "and" of comparators. Pre-releases are inside only where a comparator of the set names a
// pre-release of the same major.minor.patch, unless `include_prerelease` (advisories want that).
// Errors: kind `input` for what is no range; `limit` over kMaxNpmRangeBytes. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::model {

inline constexpr size_t kMaxNpmRangeBytes = 16 << 10;

class NpmRange {
 public:
  static base::Result<NpmRange> parse(std::string_view text, bool include_prerelease);

  // Error where `version` is no npm version.
  base::Result<bool> contains(std::string_view version) const;

 private:
  enum class Operator : uint8_t { equal, less, less_equal, greater, greater_equal };
  struct Comparator {
    Operator op = Operator::equal;
    uint64_t major = 0;
    uint64_t minor = 0;
    uint64_t patch = 0;
    std::string prerelease;
  };
  // A set without comparators takes everything (but pre-releases).
  struct Set {
    std::vector<Comparator> comparators;
    bool nothing = false;  // "<*"
  };
  friend class NpmRangeReader;

  std::vector<Set> sets_;
  bool include_prerelease_ = false;
};

}  // namespace bulkhead::model
