// The flags by which every cluster command says where its cluster comes from, and their meaning as app::ClusterOptions.
#pragma once

#include <vector>

#include "app/cluster_source.h"
#include "main/command.h"

namespace bulkhead::main {

// To be put behind (or before) a command's own options.
std::vector<Option> cluster_options();
app::ClusterOptions cluster_options_from(const Arguments& arguments);

}  // namespace bulkhead::main
