#include "sbom/internal/purl_parts.h"

#include "base/text.h"

namespace bulkhead::sbom {

std::optional<PurlParts> parse_purl(std::string_view text) {
  if (!text.starts_with("pkg:")) {
    return std::nullopt;
  }
  text.remove_prefix(4);
  while (text.starts_with('/')) {
    text.remove_prefix(1);
  }
  PurlParts parts;
  text = text.substr(0, text.rfind('#') == std::string_view::npos ? text.size() : text.rfind('#'));
  if (const size_t at = text.rfind('?'); at != std::string_view::npos) {
    for (const std::string_view pair : base::split(text.substr(at + 1), '&')) {
      const auto [key, value] = base::split_once(pair, '=');
      if (value && !value->empty()) {
        parts.qualifiers[base::lower_ascii(key)] = base::percent_decode(*value);
      }
    }
    text = text.substr(0, at);
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0) {
    return std::nullopt;
  }
  parts.type = base::lower_ascii(text.substr(0, slash));
  text.remove_prefix(slash + 1);
  // '@' may stand undecoded in a namespace ("@scope"); a version's '@' comes after the last '/'.
  const size_t last = text.rfind('/');
  if (const size_t at = text.rfind('@'); at != std::string_view::npos && at > 0 && (last == std::string_view::npos || at > last + 1)) {
    parts.version = base::percent_decode(text.substr(at + 1));
    text = text.substr(0, at);
  }
  for (const std::string_view piece : base::split(text, '/')) {
    if (piece.empty()) {
      continue;
    }
    if (!parts.name.empty()) {
      parts.space += (parts.space.empty() ? "" : "/") + parts.name;
    }
    parts.name = base::percent_decode(piece);
  }
  return parts.name.empty() ? std::nullopt : std::optional(parts);
}

}  // namespace bulkhead::sbom
