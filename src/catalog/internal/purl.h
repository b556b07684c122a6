// A component's package URL from its parts (model/purl.h has the rules).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::catalog {

// `space` may hold several names divided by '/'; qualifiers with empty values are left out. Empty when the parts make no purl:
// the catalog then notes the component as unread.
std::string make_purl(std::string_view type, std::string_view space, std::string_view name, std::string_view version,
                      std::vector<std::pair<std::string, std::string>> qualifiers = {});

}  // namespace bulkhead::catalog
