// In the parent: what the commands scan, plan, paths, explain, steps and risk have in common. Opens the cluster, reads and matches
// the images, and runs one worker task over all of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/cluster_source.h"
#include "base/limits.h"
#include "base/worker.h"

namespace bulkhead::app {

struct AssessOptions {
  ClusterOptions cluster;
  std::string images;    // folder; empty: no image is read
  std::string database;  // file; empty: the default one where it exists, else none
  std::string as_of;     // date; empty: now
  bool quiet = false;
  std::optional<std::string> decisions;  // file; nullopt: the user's own where it exists
  std::vector<std::string> vex;          // VEX documents
  base::Limits limits;
};

// `request`: JSON object text of the task's own; "as_of" is put in by the caller where the task needs it.
base::Result<base::WorkerResult> run_on_cluster(const std::string& task, const std::string& request, const AssessOptions& options,
                                                std::function<base::Status(std::string_view)> on_output = {});

// --db, else $BULKHEAD_DB, else ~/.cache/bulkhead/advisories.db. Empty when the answer does not exist and was not asked for by name.
std::string usable_database(const std::string& asked);

}  // namespace bulkhead::app
