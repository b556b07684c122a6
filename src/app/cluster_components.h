// `bulkhead components cluster`: the software that a cluster is made of, version by version, and how each version was known.
#pragma once

#include <string>

#include "app/cluster_source.h"
#include "base/result.h"

namespace bulkhead::app {

struct ClusterComponentsRequest {
  ClusterOptions cluster;
  std::string database;  // may be empty: then no end of support is told
  std::string as_of;
  std::string format;  // jsonl | tsv | table | cyclonedx-json
  std::string output;  // file, written whole or not at all; empty: standard output
  bool strict = false;  // exit 4 where pods, nodes or the server's version were not read
};
base::Result<int> cluster_components(const ClusterComponentsRequest& request);
// `bulkhead findings cluster`: the flaws of nodes, of Kubernetes' own programs and of its add-ons, with what their preconditions come
// to in this cluster. Format: jsonl | table.
base::Result<int> cluster_findings(const ClusterComponentsRequest& request);

}  // namespace bulkhead::app
