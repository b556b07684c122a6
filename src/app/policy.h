// Checks manifests against a Pod Security level. The worker task policy-check reads them; this process only opens the files.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::app {

struct PolicyCheck {
  std::string standard;            // baseline | restricted
  std::string version;             // "v1.31" | "latest"
  std::vector<std::string> files;  // manifests; a folder stands for the *.yaml, *.yml and *.json below it
  bool json = false;
};
// Exit code 0 whatever the verdicts; 3 when a file could not be read (its verdict is unknown).
base::Result<int> check_policy(const PolicyCheck& check);

}  // namespace bulkhead::app
