// VEX documents given by hand: statements of other people as decisions, each naming its document.
#pragma once

#include <string>
#include <vector>

#include "match/decision.h"

namespace bulkhead::app {

// Reads one document in a worker. A statement whose words or product cannot be used is left out and counted on standard error.
base::Result<std::vector<match::Decision>> read_vex(const std::string& path);

}  // namespace bulkhead::app
