// Versions of Arch Linux's packages, [epoch:]version[-release], as libalpm's alpm_pkg_vercmp orders them.
//
// Older than rpm's rules, which they come from: no '~' and '^', every other character only separates. Parts behind separators of
// different lengths are ordered by those lengths; letters behind a number make a version older ("1.0rc1" < "1.0"), a further
// part makes it newer. A release counts only where both sides have one.
//
// Source: alpm_pkg_vercmp of pacman 6 (man vercmp), compared in tests/system/version_oracles.py.
#include "model/version/internal/epoch_version_release.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<EpochVersionRelease> parse(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  if (text.empty() || text.find('\0') != text.npos) {
    return bad_version(text.empty() ? "version string is empty" : "version holds a zero byte", text);
  }
  return split_version(text);
}

size_t skip_separators(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && !is_alnum(text[n])) {
    ++n;
  }
  text.remove_prefix(n);
  return n;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const size_t left_gap = skip_separators(a);
    const size_t right_gap = skip_separators(b);
    if (a.empty() || b.empty()) {
      break;
    }
    if (left_gap != right_gap) {
      return left_gap <=> right_gap;
    }
    const bool number = is_digit(a.front());
    const std::string_view left = take_run(a, number);
    const std::string_view right = take_run(b, number);
    if (right.empty()) {  // the kinds differ: a number is newer
      return number ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const std::strong_ordering order = number ? compare_digits(left, right) : compare_bytes(left, right);
    if (order != 0) {
      return order;
    }
  }
  if (a.empty() && b.empty()) {
    return std::strong_ordering::equal;
  }
  // Remaining letters never beat an end; anything else does.
  const bool less = (a.empty() && !is_alpha(b.front())) || (!a.empty() && is_alpha(a.front()));
  return less ? std::strong_ordering::less : std::strong_ordering::greater;
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const EpochVersionRelease left, parse(a));
  BULKHEAD_TRY(const EpochVersionRelease right, parse(b));
  if (const auto order = compare_part(left.epoch, right.epoch); order != 0) {
    return order;
  }
  if (const auto order = compare_part(left.version, right.version); order != 0) {
    return order;
  }
  return left.has_release && right.has_release ? compare_part(left.release, right.release) : std::strong_ordering::equal;
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"alpm"};

}  // namespace

extern constinit const Scheme alpm{"alpm", kPurlTypes, "https://man.archlinux.org/man/vercmp.8", compare, valid};

}  // namespace bulkhead::model::version_scheme
