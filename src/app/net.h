// Lists the allowed connections of a cluster. The worker task net-connections does it.
#pragma once

#include <string>

#include "app/cluster_source.h"
#include "base/result.h"

namespace bulkhead::app {

// `format`: csv, txt or json (docs/access.md). `strict`: exit code 4 when something that matters was not read.
base::Result<int> print_connections(const ClusterOptions& cluster, const std::string& format, bool strict);

// The same as a picture: an SVG file.
base::Result<int> draw_connections(const ClusterOptions& cluster, const std::string& file, bool strict);
// Two clusters beside each other, each a snapshot or a folder of manifests, by the task net-diff or snapshot-diff.
base::Result<int> diff_clusters(const std::string& task, const std::string& a, const std::string& b, const std::string& format,
                                bool strict);

}  // namespace bulkhead::app
