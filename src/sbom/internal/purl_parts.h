// A package URL taken apart. Source: package-url/purl-spec, "How to parse a purl string in its components".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::sbom {

struct PurlParts {
  std::string type;   // lower case
  std::string space;  // namespace, decoded, '/' between its names
  std::string name;
  std::string version;
  std::map<std::string, std::string, std::less<>> qualifiers;
};

std::optional<PurlParts> parse_purl(std::string_view text);

}  // namespace bulkhead::sbom
