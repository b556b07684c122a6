#include "base/base64.h"

#include <cstdint>

namespace bulkhead::base {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  size_t padding = 0;
  for (const char c : text) {
    int value = -1;
    if (c == '\n' || c == '\r' || c == ' ') {
      continue;
    }
    if (c >= 'A' && c <= 'Z') {
      value = c - 'A';
    } else if (c >= 'a' && c <= 'z') {
      value = c - 'a' + 26;
    } else if (c >= '0' && c <= '9') {
      value = c - '0' + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else if (c == '=') {
      ++padding;
      continue;
    }
    if (value < 0 || padding > 0) {
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count == 4) {
      out += {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
      bits = 0;
      count = 0;
    }
  }
  if (count == 1 || padding != static_cast<size_t>(count == 0 ? 0 : 4 - count)) {
    return std::nullopt;
  }
  if (count >= 2) {
    bits <<= 6 * (4 - count);
    out += static_cast<char>(bits >> 16);
    if (count == 3) {
      out += static_cast<char>(bits >> 8);
    }
  }
  return out;
}

std::string encode_base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view part = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < part.size() ? static_cast<uint8_t>(part[i]) : 0U);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= part.size() ? kAlphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

}  // namespace bulkhead::base
