// Versions of Arch Linux's packages, [epoch:]version[-release], as libalpm's alpm_pkg_vercmp orders them.
//
// Older than rpm's rules, which they come from: no '~' and '^', every other character only separates. Parts behind separators of
// different lengths are ordered by those lengths; letters behind a number make a version older ("1.0rc1" < "1.0"), a further
// part makes it newer. A release counts only where both sides have one.
//
// Source: alpm_pkg_vercmp of pacman 6 (man vercmp), compared in tests/system/version_oracles.py.
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct AlpmVersion {
  std::string_view epoch = "0";
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

base::Result<AlpmVersion> parse(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  if (text.empty() || text.find('\0') != text.npos) {
    return bad_version(text.empty() ? "version string is empty" : "version holds a zero byte", text);
  }
  AlpmVersion out;
  const size_t digits = digits_at(text);
  const size_t hyphen = text.rfind('-');
  if (hyphen != text.npos && hyphen >= digits) {
    out.release = text.substr(hyphen + 1);
    out.has_release = true;
    text = text.substr(0, hyphen);
  }
  out.version = text;
  if (digits < text.size() && text[digits] == ':') {
    out.epoch = digits > 0 ? text.substr(0, digits) : "0";
    out.version = text.substr(digits + 1);
  }
  return out;
}

size_t skip_separators(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && !is_alnum(text[n])) {
    ++n;
  }
  text.remove_prefix(n);
  return n;
}

std::string_view take_run(std::string_view& text, bool digits) {
  size_t n = 0;
  while (n < text.size() && (digits ? is_digit(text[n]) : is_alpha(text[n]))) {
    ++n;
  }
  const std::string_view run = text.substr(0, n);
  text.remove_prefix(n);
  return run;
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
  BULKHEAD_TRY(const AlpmVersion left, parse(a));
  BULKHEAD_TRY(const AlpmVersion right, parse(b));
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
