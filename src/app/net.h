// Lists the allowed connections of a cluster. The worker task net-connections does it.
#pragma once

#include <string>

#include "app/cluster_source.h"
#include "base/result.h"

namespace bulkhead::app {

// `format`: csv, txt or json (docs/access.md). `strict`: exit code 4 when something that matters was not read.
base::Result<int> print_connections(const ClusterOptions& cluster, const std::string& format, bool strict);

}  // namespace bulkhead::app
