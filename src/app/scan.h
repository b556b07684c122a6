// The commands scan, plan, paths and explain: one worker task ("assess"), four views of its result.
#pragma once

#include <string>

#include "app/assess.h"

namespace bulkhead::app {

struct ScanOptions {
  AssessOptions assess;
  std::string view = "scan";      // scan | plan | paths | explain
  std::string format = "table";   // table | wide | json
  std::string subject;            // of explain
  std::string from, to;           // of paths
  std::string patches;            // of plan: folder for one file an action; empty: none
  std::string coefficients;       // file that overrides
  std::string weights;            // "external=1,container=0.1,node=0"
  std::string fail_on;            // band; exit 1 when the external attacker holds any asset at least that likely
  std::string color = "auto";     // auto | always | never
  double horizon_days = 0;        // 0: the coefficients' own
  uint64_t trials = 0, seed = 0;  // 0: default
  unsigned threads = 0;
  bool strict = false;        // exit 4 when anything was not read
  bool all_findings = false;  // json: every finding
};

base::Result<int> scan(const ScanOptions& options);

}  // namespace bulkhead::app
