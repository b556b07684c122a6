// `bulkhead steps`: every step of a cluster's attack graph, and the pages of the step catalogue.
#pragma once

#include <string>

#include "app/assess.h"
#include "base/result.h"

namespace bulkhead::app {

struct StepsRequest {
  AssessOptions assess;
  std::string format = "table";  // jsonl | table
  std::string state;             // only steps in this state; empty: all
  std::string row;               // only steps of this row; empty: all
};
// Exit code 0. Errors: as run_on_cluster.
base::Result<int> steps(const StepsRequest& request);

// Writes docs/steps/<id>.md for every row into `folder` and a README.md that lists them; prints how many.
base::Result<int> write_step_pages(const std::string& folder);

}  // namespace bulkhead::app
