// Small pieces that several version schemes share. Private to the room's version table.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/version.h"

namespace bulkhead::model::version_scheme {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }

constexpr bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) {
      return false;
    }
  }
  return !text.empty();
}

// How many leading characters of `text` are digits.
constexpr size_t digits_at(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) {
    ++n;
  }
  return n;
}

constexpr std::string_view without_leading_zeros(std::string_view digits) {
  while (!digits.empty() && digits.front() == '0') {
    digits.remove_prefix(1);
  }
  return digits;
}

// Compares bytes as unsigned characters.
inline std::strong_ordering compare_bytes(std::string_view a, std::string_view b) { return a.compare(b) <=> 0; }

// Compares runs of decimal digits as numbers of any length.
inline std::strong_ordering compare_digits(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  return a.size() != b.size() ? a.size() <=> b.size() : compare_bytes(a, b);
}

// Cuts the part before the first `separator` off `rest` and returns it; takes all, and leaves `rest` empty, where there is none.
constexpr std::string_view cut_part(std::string_view& rest, char separator) {
  const size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

inline std::unexpected<base::Error> bad_version(const char* why, std::string_view version) {
  return base::fail(base::ErrorKind::input, why, std::string(version.substr(0, 200)));
}

inline base::Status check_length(std::string_view version) {
  if (version.size() > kMaxVersionBytes) {
    return base::fail(base::ErrorKind::limit, "version longer than " + std::to_string(kMaxVersionBytes) + " bytes");
  }
  return {};
}

}  // namespace bulkhead::model::version_scheme
