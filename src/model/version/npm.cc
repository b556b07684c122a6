// npm versions as node-semver's compare(a, b) orders them, not loose: SemVer 2.0.0 with an optional "v" and blanks around it,
// at most 256 characters, numbers up to 2^53 - 1. Ranges ("^1.2 || 2.x") are in model/npm_range.h.
//
// Source: node-semver 7 (npm package semver), compared with it in tests/system/version_oracles.py.
#include "model/version/internal/npm.h"

#include "base/text.h"
#include "model/version/internal/part.h"
#include "model/version/internal/semver.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<uint64_t> to_number(std::string_view digits, std::string_view whole) {
  const auto value = base::parse_u64(digits);
  if (!value || *value > kMaxSafeInteger) {
    return bad_version("number larger than JavaScript's largest safe integer", whole);
  }
  return *value;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() < 16 && b.size() < 16) {
    return compare_digits(a, b);
  }
  const double left = base::parse_double(a).value_or(0);
  const double right = base::parse_double(b).value_or(0);
  return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const NpmVersion left, parse_npm(a));
  BULKHEAD_TRY(const NpmVersion right, parse_npm(b));
  return compare_npm(left, right);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse_npm(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"npm"};

}  // namespace

base::Result<NpmVersion> parse_npm(std::string_view whole) {
  if (whole.size() > kMaxNpmVersion) {
    return base::fail(base::ErrorKind::limit, "version longer than 256 characters");
  }
  std::string_view text = base::trim(whole);
  if (text.starts_with('v')) {
    text.remove_prefix(1);
  }
  BULKHEAD_TRY(const SemverParts parts, parse_semver(text, false));
  NpmVersion version;
  BULKHEAD_TRY(version.major, to_number(parts.major, whole));
  BULKHEAD_TRY(version.minor, to_number(parts.minor, whole));
  BULKHEAD_TRY(version.patch, to_number(parts.patch, whole));
  version.prerelease = parts.prerelease;
  return version;
}

std::strong_ordering compare_npm_prerelease(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return a.empty() <=> b.empty();
  }
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_part(a, '.');
    const std::string_view right = cut_part(b, '.');
    if (left == right) {
      continue;
    }
    // node-semver stops at the first identifiers that differ as text, even where they round to the same number.
    const bool left_number = all_digits(left);
    const bool right_number = all_digits(right);
    return left_number && right_number   ? compare_numbers(left, right)
           : left_number != right_number ? right_number <=> left_number
                                         : compare_bytes(left, right);
  }
  return !a.empty() <=> !b.empty();
}

std::strong_ordering compare_npm(const NpmVersion& a, const NpmVersion& b) {
  if (a.major != b.major) {
    return a.major <=> b.major;
  }
  if (a.minor != b.minor) {
    return a.minor <=> b.minor;
  }
  return a.patch != b.patch ? a.patch <=> b.patch : compare_npm_prerelease(a.prerelease, b.prerelease);
}

extern constinit const Scheme npm{"npm", kPurlTypes, "https://github.com/npm/node-semver", compare, valid};

}  // namespace bulkhead::model::version_scheme
