// Asks a worker one question about a cluster: opens the cluster, runs the task, passes its answer on to standard output as it
// comes and its notes to standard error.
//
// A task gives notes by context.progress({"note": "…"}); see note_json. Errors: those of open_cluster and run_worker, and io.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "app/cluster_source.h"
#include "base/result.h"
#include "base/worker.h"

namespace bulkhead::app {

struct ClusterQuery {
  std::string task;
  std::string request;                    // JSON, the task's own
  std::vector<base::WorkerInput> inputs;  // beside the cluster
  std::chrono::seconds time{600};
  std::string* collect = nullptr;  // takes the answer instead of standard output; at most 1 GiB
};
// The exit code of the task.
base::Result<int> run_cluster_query(const ClusterOptions& options, ClusterQuery query);

// The same for a task that reads no cluster.
base::Result<int> run_query(ClusterQuery query, bool quiet);

std::string note_json(std::string_view text);

}  // namespace bulkhead::app
