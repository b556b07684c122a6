#include "catalog/internal/purl.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::catalog {
namespace {

// Letters, digits, '.', '-', '_', '~' and ':' stand as they are.
std::string encode(std::string_view text, std::string_view also = {}) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view(".-_~:").find(c) != std::string_view::npos ||
                       also.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

}  // namespace

std::string make_purl(std::string_view type, std::string_view space, std::string_view name, std::string_view version,
                      std::vector<std::pair<std::string, std::string>> qualifiers) {
  const bool lower = type == "deb" || type == "golang" || type == "npm";
  const auto part = [lower](std::string_view text) { return encode(lower ? base::lower_ascii(text) : std::string(text)); };
  std::string out = "pkg:" + std::string(type);
  for (const std::string_view piece : base::split(space, '/')) {
    if (!piece.empty()) {
      out += "/" + part(piece);
    }
  }
  out += "/" + part(name);
  if (!version.empty()) {
    out += "@" + encode(version);
  }
  std::ranges::sort(qualifiers);
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    if (!value.empty()) {
      out += separator + key + "=" + encode(value);
      separator = '&';
    }
  }
  return out;
}

}  // namespace bulkhead::catalog
