// What this program is: version, and what of the jail holds here.
#pragma once

#include "base/result.h"

namespace bulkhead::app {

const char* version();
// Prints version lines to stdout; with `check`, starts a worker and says whether it is jailed.
base::Result<int> print_version(bool check);

}  // namespace bulkhead::app
