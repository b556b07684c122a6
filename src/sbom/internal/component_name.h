// A component's name as its ecosystem prints it, from a purl: "@scope/x", "org.a:b", "github.com/x/y", "openssl".
#pragma once

#include <string>

#include "model/purl.h"

namespace bulkhead::sbom {

inline std::string component_name(const model::Purl& purl) {
  // A distribution's namespace is the distribution, not part of the name.
  const bool distribution = purl.type == "deb" || purl.type == "rpm" || purl.type == "apk" || purl.type == "alpm";
  return distribution ? purl.name : purl.full_name();
}

}  // namespace bulkhead::sbom
