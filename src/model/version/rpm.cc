// RPM versions, [epoch:]version[-release], as rpm's rpmverCmp orders them.
//
// Each part is compared in turns of digits and letters, everything else only separates; '~' sorts before the end, '^' after the
// end but before anything else; digits are numbers and sort after letters. A missing epoch is 0; a missing release sorts before
// any release (so that a caller who wants "any release" compares without one).
//
// Source: rpm-version(7) and rpm 4.18's behaviour (rpm.vercmp), compared in tests/system/version_oracles.py.
#include "model/version/internal/epoch_version_release.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<EpochVersionRelease> parse(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  if (text.empty()) {
    return bad_version("version string is empty", text);
  }
  return split_version(text);
}

void skip_separators(std::string_view& text) {
  while (!text.empty() && !is_alnum(text.front()) && text.front() != '~' && text.front() != '^') {
    text.remove_prefix(1);
  }
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
  BULKHEAD_TRY(const EpochVersionRelease left, parse(a));
  BULKHEAD_TRY(const EpochVersionRelease right, parse(b));
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
