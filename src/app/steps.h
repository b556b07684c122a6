// `bulkhead steps`: every step of a cluster's attack graph, and the pages of the step catalogue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/cluster_source.h"
#include "base/result.h"
#include "model/attack_graph.h"
#include "model/cluster.h"

namespace bulkhead::app {

struct StepsRequest {
  ClusterOptions cluster;
  std::string format = "table";   // jsonl | table
  std::string state;              // only steps in this state; empty: all
  std::string row;                // only steps of this row; empty: all
  std::string as_of;              // date; empty: now
};
// Exit code 0. Errors: as open_cluster and the worker.
base::Result<int> steps(const StepsRequest& request);

// Writes docs/steps/<id>.md for every row into `folder` and a README.md that lists them; prints how many.
base::Result<int> write_step_pages(const std::string& folder);

// The attack graph of a cluster without images: what `steps` prints when it is given none. Used by the worker and by tests.
base::Result<model::AttackGraph> graph_of_cluster(const model::Cluster& cluster, int64_t as_of);

}  // namespace bulkhead::app
