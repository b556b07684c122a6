// Package URLs as catalogers need them. Source: package-url/purl-spec, PURL-SPECIFICATION.rst "How to build purl string".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::catalog {

// `space` may hold several names divided by '/'; empty parts and qualifiers with empty values are left out.
std::string make_purl(std::string_view type, std::string_view space, std::string_view name, std::string_view version,
                      std::vector<std::pair<std::string, std::string>> qualifiers = {});

}  // namespace bulkhead::catalog
