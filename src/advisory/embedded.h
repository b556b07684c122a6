// Data files that are part of this room's code: the database schema, code names, publishers' ranks.
#pragma once

#include <string_view>

namespace bulkhead::advisory {

// Empty for a name that is not there; that is a broken build, and the tests see it.
std::string_view embedded_text(std::string_view name);

}  // namespace bulkhead::advisory
