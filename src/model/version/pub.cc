// Dart package versions as pub_semver's Version orders them: SemVer 2.0.0, but leading zeros are read, and build metadata counts:
// 1.0.0 < 1.0.0+1 < 1.0.0+2.
//
// An identifier is a number where Dart's int.tryParse reads one: digits, with a '-' before them, too.
// Source: https://dart.dev/tools/pub/versioning and https://pub.dev/documentation/pub_semver/latest/. There is no Dart in the tests:
// their pairs are built from known numbers and identifiers (testdata/pub/SOURCE).
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct PubVersion {
  std::string_view numbers;  // "1.02.3"
  std::string_view prerelease;
  std::string_view build;
};

bool identifiers_good(std::string_view list) {
  for (bool more = true; more;) {
    more = list.find('.') != std::string_view::npos;
    const std::string_view identifier = cut_part(list, '.');
    if (identifier.empty()) {
      return false;
    }
    for (const char c : identifier) {
      if (!is_alnum(c) && c != '-') {
        return false;
      }
    }
  }
  return true;
}

base::Result<PubVersion> parse(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  PubVersion version;
  std::string_view text = whole;
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    version.build = text.substr(plus + 1);
    if (!identifiers_good(version.build)) {
      return bad_version("invalid build identifier", whole);
    }
    text = text.substr(0, plus);
  }
  if (const size_t hyphen = text.find('-'); hyphen != std::string_view::npos) {
    version.prerelease = text.substr(hyphen + 1);
    if (!identifiers_good(version.prerelease)) {
      return bad_version("invalid pre-release identifier", whole);
    }
    text = text.substr(0, hyphen);
  }
  version.numbers = text;
  int count = 0;
  for (bool more = true; more; ++count) {
    more = text.find('.') != std::string_view::npos;
    if (!all_digits(cut_part(text, '.')) || (count == 2) == more) {
      return bad_version("expected major.minor.patch", whole);
    }
  }
  return version;
}

bool is_number(std::string_view identifier) { return all_digits(identifier.starts_with('-') ? identifier.substr(1) : identifier); }

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  const bool negative_a = a.starts_with('-') && !without_leading_zeros(a.substr(1)).empty();
  const bool negative_b = b.starts_with('-') && !without_leading_zeros(b.substr(1)).empty();
  if (negative_a != negative_b) {
    return negative_b <=> negative_a;
  }
  const std::strong_ordering size = compare_digits(a.starts_with('-') ? a.substr(1) : a, b.starts_with('-') ? b.substr(1) : b);
  return negative_a ? 0 <=> size : size;
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_part(a, '.');
    const std::string_view right = cut_part(b, '.');
    const bool left_number = is_number(left);
    const bool right_number = is_number(right);
    const std::strong_ordering order = left_number && right_number   ? compare_numbers(left, right)
                                       : left_number != right_number ? right_number <=> left_number
                                                                     : compare_bytes(left, right);
    if (order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(PubVersion left, parse(a));
  BULKHEAD_TRY(PubVersion right, parse(b));
  for (int i = 0; i < 3; ++i) {
    if (const auto order = compare_digits(cut_part(left.numbers, '.'), cut_part(right.numbers, '.')); order != 0) {
      return order;
    }
  }
  if (left.prerelease.empty() != right.prerelease.empty()) {
    return left.prerelease.empty() <=> right.prerelease.empty();
  }
  const std::strong_ordering order = compare_identifiers(left.prerelease, right.prerelease);
  return order != 0 ? order : compare_identifiers(left.build, right.build);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"pub"};

}  // namespace

extern constinit const Scheme pub{"pub", kPurlTypes, "https://pub.dev/documentation/pub_semver/latest/pub_semver/Version-class.html",
                                  compare, valid};

}  // namespace bulkhead::model::version_scheme
