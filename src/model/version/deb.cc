// Debian package versions, as `dpkg --compare-versions` orders them.
//
// [epoch:]upstream[-revision]. Upstream and revision are compared in turns of non-digits and digits; among non-digits '~'
// sorts before the end, letters before all other characters; digits as numbers. Like dpkg, an empty version sorts before any
// other one, and odd characters or a first character that is no digit are compared nonetheless (dpkg only warns).
//
// Source: deb-version(7); lib/dpkg/parsehelp.c and lib/dpkg/version.c of dpkg 1.21 for the order of the checks and for bytes
// above 127 (a signed char there, so they sort by their value among the "other" characters).
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct DebVersion {
  uint32_t epoch = 0;
  std::string_view upstream;
  std::string_view revision;
};

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The epoch as strtol reads it: white space and one sign may stand before the digits.
base::Result<uint32_t> parse_epoch(std::string_view text, std::string_view whole) {
  size_t at = 0;
  while (at < text.size() && (text[at] == '\n' || text[at] == '\v' || text[at] == '\f' || text[at] == '\r')) {
    ++at;
  }
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    ++at;
  }
  const size_t digits = digits_at(text.substr(at));
  if (digits == 0) {
    return bad_version("epoch in version is empty", whole);
  }
  if (at + digits != text.size()) {
    return bad_version("epoch in version is not number", whole);
  }
  uint64_t value = 0;
  for (const char c : without_leading_zeros(text.substr(at))) {
    value = value > UINT32_MAX ? value : value * 10 + static_cast<uint64_t>(c - '0');
  }
  if (negative && value != 0) {
    return bad_version("epoch in version is negative", whole);
  }
  if (value > INT32_MAX) {
    return bad_version("epoch in version is too big", whole);
  }
  return static_cast<uint32_t>(value);
}

base::Result<DebVersion> parse(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  DebVersion version;
  std::string_view text = whole;
  if (text.empty()) {
    return version;
  }
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  if (text.empty()) {
    return bad_version("version string is empty", whole);
  }
  for (const char c : text) {
    if (is_blank(c) || c == '\0') {
      return bad_version("version string has embedded spaces", whole);
    }
  }
  if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    BULKHEAD_TRY(version.epoch, parse_epoch(text.substr(0, colon), whole));
    text.remove_prefix(colon + 1);
    if (text.empty()) {
      return bad_version("nothing after colon in version number", whole);
    }
  }
  version.upstream = text;
  if (const size_t hyphen = text.rfind('-'); hyphen != std::string_view::npos) {
    version.upstream = text.substr(0, hyphen);
    version.revision = text.substr(hyphen + 1);
    if (version.revision.empty()) {
      return bad_version("revision number is empty", whole);
    }
  }
  if (version.upstream.empty()) {
    return bad_version("version number is empty", whole);
  }
  return version;
}

// Rank of the character at `at` within a run of non-digits; a digit or the end of the text ends the run.
int rank(std::string_view text, size_t at) {
  if (at >= text.size() || is_digit(text[at])) {
    return 0;
  }
  const char c = text[at];
  return is_alpha(c) ? c : c == '~' ? -1 : static_cast<signed char>(c) + 256;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) || (j < b.size() && !is_digit(b[j]))) {
      const int left = rank(a, i);
      const int right = rank(b, j);
      if (left != right) {
        return left <=> right;
      }
      ++i;
      ++j;
    }
    while (i < a.size() && a[i] == '0') {
      ++i;
    }
    while (j < b.size() && b[j] == '0') {
      ++j;
    }
    std::strong_ordering first_difference = std::strong_ordering::equal;
    while (i < a.size() && j < b.size() && is_digit(a[i]) && is_digit(b[j])) {
      if (first_difference == 0) {
        first_difference = a[i] <=> b[j];
      }
      ++i;
      ++j;
    }
    if (i < a.size() && is_digit(a[i])) {
      return std::strong_ordering::greater;
    }
    if (j < b.size() && is_digit(b[j])) {
      return std::strong_ordering::less;
    }
    if (first_difference != 0) {
      return first_difference;
    }
  }
  return std::strong_ordering::equal;
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const DebVersion left, parse(a));
  BULKHEAD_TRY(const DebVersion right, parse(b));
  if (a.empty() || b.empty()) {  // "treat an empty version as earlier than any version"
    return !a.empty() <=> !b.empty();
  }
  if (left.epoch != right.epoch) {
    return left.epoch <=> right.epoch;
  }
  const std::strong_ordering upstream = compare_part(left.upstream, right.upstream);
  return upstream != 0 ? upstream : compare_part(left.revision, right.revision);
}

base::Status valid(std::string_view version) {
  if (version.empty()) {
    return bad_version("version string is empty", version);
  }
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"deb"};

}  // namespace

extern constinit const Scheme deb{"deb", kPurlTypes, "https://manpages.debian.org/deb-version.7", compare, valid};

}  // namespace bulkhead::model::version_scheme
