// RPM versions, [epoch:]version[-release], as rpm's rpmverCmp orders them.
//
// Each part is compared in turns of digits and letters, everything else only separates; '~' sorts before the end, '^' after the
// end but before anything else; digits are numbers and sort after letters. A missing epoch is 0; a missing release sorts before
// any release (so that a caller who wants "any release" compares without one).
//
// Source: rpm-version(7) and rpm 4.18's behaviour (rpm.vercmp), compared in tests/system/version_oracles.py.
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct RpmVersion {
  std::string_view epoch = "0";
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

base::Result<RpmVersion> parse(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  if (text.empty()) {
    return bad_version("version string is empty", text);
  }
  RpmVersion version;
  const size_t digits = digits_at(text);
  const bool epoch = digits < text.size() && text[digits] == ':';
  // The release begins at the last '-' behind the epoch's digits.
  const size_t hyphen = text.rfind('-');
  if (hyphen != std::string_view::npos && hyphen >= digits) {
    version.release = text.substr(hyphen + 1);
    version.has_release = true;
    text = text.substr(0, hyphen);
  }
  version.version = text;
  if (epoch) {
    version.epoch = digits > 0 ? text.substr(0, digits) : "0";
    version.version = text.substr(digits + 1);
  }
  return version;
}

void skip_separators(std::string_view& text) {
  while (!text.empty() && !is_alnum(text.front()) && text.front() != '~' && text.front() != '^') {
    text.remove_prefix(1);
  }
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
  if (a == b) {
    return std::strong_ordering::equal;
  }
  while (!a.empty() || !b.empty()) {
    skip_separators(a);
    skip_separators(b);
    const bool tilde_a = a.starts_with('~');
    const bool tilde_b = b.starts_with('~');
    if (tilde_a || tilde_b) {
      if (tilde_a != tilde_b) {
        return tilde_b <=> tilde_a;
      }
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    const bool caret_a = a.starts_with('^');
    const bool caret_b = b.starts_with('^');
    if (caret_a || caret_b) {
      if (a.empty() || b.empty()) {
        return b.empty() <=> a.empty();
      }
      if (caret_a != caret_b) {
        return caret_b <=> caret_a;
      }
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    if (a.empty() || b.empty()) {
      break;
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
  return !a.empty() <=> !b.empty();
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const RpmVersion left, parse(a));
  BULKHEAD_TRY(const RpmVersion right, parse(b));
  if (const auto order = compare_part(left.epoch, right.epoch); order != 0) {
    return order;
  }
  if (const auto order = compare_part(left.version, right.version); order != 0) {
    return order;
  }
  return left.has_release && right.has_release ? compare_part(left.release, right.release) : left.has_release <=> right.has_release;
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"rpm"};

}  // namespace

extern constinit const Scheme rpm{"rpm", kPurlTypes, "https://rpm-software-management.github.io/rpm/man/rpm-version.7", compare, valid};

}  // namespace bulkhead::model::version_scheme
