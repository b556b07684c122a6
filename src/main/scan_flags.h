// Flags that scan, plan, paths and explain share.
#pragma once

#include "app/scan.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main {

// The cluster's flags, --images, --db, --as-of and the risk engine's; `extra` comes first.
std::vector<Option> scan_options(std::vector<Option> extra);
app::ScanOptions scan_options_from(const Arguments& arguments, const std::string& view);

}  // namespace bulkhead::main
