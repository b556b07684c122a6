// Rust crate versions in the total order of the crate "semver", which cargo uses: SemVer 2.0.0, then build metadata.
//
// Build metadata counts here: 1.0.0 < 1.0.0+a; its identifiers sort numbers before text, 0 < 00 < 1 < 01. Requirements and
// advisories do not look at it: for purl type "cargo" the scheme is `semver`, so that 1.2.3+x is inside "up to 1.2.3".
// Major, minor and patch must fit 64 bits.
//
// Source: https://docs.rs/semver/1/semver/struct.BuildMetadata.html; compared with the crate in tests/system/version_oracles.py.
#include "base/text.h"
#include "model/version/internal/part.h"
#include "model/version/internal/semver.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<SemverParts> parse(std::string_view text) {
  BULKHEAD_TRY(const SemverParts parts, parse_semver(text, false));
  for (const std::string_view number : {parts.major, parts.minor, parts.patch}) {
    if (!base::parse_u64(number)) {
      return bad_version("number exceeds 64 bits", text);
    }
  }
  return parts;
}

std::strong_ordering compare_build(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return !a.empty() <=> !b.empty();
  }
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_part(a, '.');
    const std::string_view right = cut_part(b, '.');
    const bool left_number = all_digits(left);
    const bool right_number = all_digits(right);
    std::strong_ordering order = left_number && right_number   ? compare_digits(left, right)
                                 : left_number != right_number ? right_number <=> left_number
                                                               : compare_bytes(left, right);
    if (order == 0) {
      order = left.size() <=> right.size();
    }
    if (order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const SemverParts left, parse(a));
  BULKHEAD_TRY(const SemverParts right, parse(b));
  const std::strong_ordering order = compare_semver(left, right);
  return order != 0 ? order : compare_build(left.build, right.build);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

}  // namespace

extern constinit const Scheme cargo{"cargo", {}, "https://docs.rs/semver/1/semver/struct.Version.html", compare, valid};

}  // namespace bulkhead::model::version_scheme
