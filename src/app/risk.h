// `bulkhead risk`: what attackers can come to hold and what each action removes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "app/assess.h"
#include "base/result.h"

namespace bulkhead::app {

struct RiskRequest {
  AssessOptions assess;  // risk_of_cluster: where the facts come from
  std::string graph;     // risk_of_graph: a risk dump to read the graph from, or with `lines` a file of one dump a line
  bool lines = false;
  std::string dump;             // file to write the dump with results to; empty: none
  std::string format = "text";  // text | json
  std::string coefficients;     // the user's own file; empty: none
  uint64_t trials = 16'384;
  uint64_t seed = 1;
  unsigned threads = 0;     // 0: as many as the machine has
  double horizon_days = 0;  // 0: the coefficients' own, or the dump's
  std::map<std::string, double> weights;
  bool plan = true;
  int64_t exact_budget = -1;  // -1: the default
};

// "external=1,container=0.1" to weights.
base::Result<std::map<std::string, double>> parse_weights(const std::string& text);

// Prints every coefficient.
base::Result<int> print_risk_model(const std::string& coefficients, bool json);
// Reads dumps in a worker, prints their risk, writes dumps.
base::Result<int> risk_of_graph(const RiskRequest& request);
// The same for a cluster: its facts become the graph in the worker.
base::Result<int> risk_of_cluster(const RiskRequest& request);

}  // namespace bulkhead::app
