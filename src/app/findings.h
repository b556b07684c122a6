// Findings of one source: its components against the advisory database, with priority, decisions and a gate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace bulkhead::app {

struct FindingsRequest {
  std::string source;    // what `components` takes; empty where `stored` is given
  std::string stored;    // a stored result to bring up to date; empty none
  std::string save;      // file to store the result in; empty none
  std::string database;  // path
  std::string format;    // table | jsonl | sarif | openvex
  base::Moment as_of = 0;
  std::string sort;                      // component | priority
  std::string fail_on;                   // condition (app/finding_gate.h); empty: none
  std::string mission = "medium";        // SSVC's mission and well-being: low | medium | high
  std::string coefficients;              // file over the program's own; empty: none
  std::string author;                    // of an OpenVEX document
  std::optional<std::string> decisions;  // file; nullopt: the user's own where it exists
  std::vector<std::string> vex;          // VEX documents
  bool strict = false;                   // exit 4 when anything was not read or could not be judged
};

// Prints findings to standard output and what could not be judged to standard error. Exit code: 1 where the gate trips, 4 with
// `strict` where coverage is incomplete, else 0.
base::Result<int> print_findings(const FindingsRequest& request);

}  // namespace bulkhead::app
