#include "model/version/internal/semver.h"

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<std::string_view> take_number(std::string_view& rest, std::string_view whole) {
  const size_t n = digits_at(rest);
  if (n == 0) {
    return bad_version("expected a number", whole);
  }
  if (n > 1 && rest.front() == '0') {
    return bad_version("number with a leading zero", whole);
  }
  const std::string_view number = rest.substr(0, n);
  rest.remove_prefix(n);
  return number;
}

base::Status check_identifiers(std::string_view list, bool leading_zeros, std::string_view whole) {
  bool more = true;
  while (more) {
    more = list.find('.') != std::string_view::npos;
    const std::string_view identifier = cut_part(list, '.');
    if (identifier.empty()) {
      return bad_version("empty identifier", whole);
    }
    bool numeric = true;
    for (const char c : identifier) {
      if (!is_alnum(c) && c != '-') {
        return bad_version("identifier with a character other than letters, digits and '-'", whole);
      }
      numeric = numeric && is_digit(c);
    }
    if (numeric && !leading_zeros && identifier.size() > 1 && identifier.front() == '0') {
      return bad_version("numeric identifier with a leading zero", whole);
    }
  }
  return {};
}

}  // namespace

base::Result<SemverParts> parse_semver(std::string_view whole, bool shorthand) {
  BULKHEAD_CHECK(check_length(whole));
  SemverParts parts;
  std::string_view rest = whole;
  BULKHEAD_TRY(parts.major, take_number(rest, whole));
  for (std::string_view* part : {&parts.minor, &parts.patch}) {
    if (rest.empty() && shorthand) {
      return parts;
    }
    if (!rest.starts_with('.')) {
      return bad_version("expected major.minor.patch", whole);
    }
    rest.remove_prefix(1);
    BULKHEAD_TRY(*part, take_number(rest, whole));
  }
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    const size_t plus = rest.find('+');
    parts.prerelease = rest.substr(0, plus);
    rest = plus == std::string_view::npos ? std::string_view{} : rest.substr(plus);
    BULKHEAD_CHECK(check_identifiers(parts.prerelease, false, whole));
  }
  if (rest.starts_with('+')) {
    parts.build = rest.substr(1);
    rest = {};
    BULKHEAD_CHECK(check_identifiers(parts.build, true, whole));
  }
  if (!rest.empty()) {
    return bad_version("unexpected text after the version", whole);
  }
  return parts;
}

std::strong_ordering compare_prerelease(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return a.empty() <=> b.empty();
  }
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_part(a, '.');
    const std::string_view right = cut_part(b, '.');
    const bool left_number = all_digits(left);
    const bool right_number = all_digits(right);
    const std::strong_ordering order = left_number && right_number   ? compare_digits(left, right)
                                       : left_number != right_number ? right_number <=> left_number
                                                                     : compare_bytes(left, right);
    if (order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

std::strong_ordering compare_semver(const SemverParts& a, const SemverParts& b) {
  if (const auto order = compare_digits(a.major, b.major); order != 0) {
    return order;
  }
  if (const auto order = compare_digits(a.minor, b.minor); order != 0) {
    return order;
  }
  if (const auto order = compare_digits(a.patch, b.patch); order != 0) {
    return order;
  }
  return compare_prerelease(a.prerelease, b.prerelease);
}

}  // namespace bulkhead::model::version_scheme
