// `bulkhead snapshot`: a cluster recorded into a file.
#pragma once

#include <string>

#include "app/cluster_source.h"
#include "base/clock.h"
#include "base/result.h"

namespace bulkhead::app {

struct SnapshotRequest {
  ClusterOptions source;  // a live cluster or manifests; a snapshot is no source here
  std::string output;     // FILE; written whole or not at all, mode 0600
  bool redact = false;
  bool strict = false;     // exit code 4 when a list was not read
  base::Moment as_of = 0;  // the snapshot's own moment
};

// Prints what was read to stderr. Exit code 0, or 4 with `strict`.
base::Result<int> write_snapshot(const SnapshotRequest& request);

}  // namespace bulkhead::app
