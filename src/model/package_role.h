// What a distribution package is good for at run time, by its name and section.
#pragma once

#include <string_view>

#include "model/inventory.h"

namespace bulkhead::model {

// Debian's naming: "-dev" and linux-headers-* are headers, "-doc" documents, "-dbg" and "-dbgsym" debug symbols, linux-image-*
// and linux-modules-* a kernel on disk (not the one that runs), section fonts data. `section` may be empty ("admin",
// "contrib/net"). Source: Debian Policy 2.4 (sections), Debian kernel handbook chapter 2 (package names).
ComponentRole deb_role(std::string_view name, std::string_view section);

}  // namespace bulkhead::model
