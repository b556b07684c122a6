// A component's name as its ecosystem prints it, from a purl: "@scope/x", "org.a:b", "github.com/x/y", "openssl".
#pragma once

#include <string>

#include "sbom/internal/purl_parts.h"

namespace bulkhead::sbom {

inline std::string component_name(const PurlParts& parts) {
  // A distribution's namespace is the distribution, not part of the name.
  if (parts.space.empty() || parts.type == "deb" || parts.type == "rpm" || parts.type == "apk" || parts.type == "alpm") {
    return parts.name;
  }
  return parts.space + (parts.type == "maven" ? ":" : "/") + parts.name;
}

}  // namespace bulkhead::sbom
