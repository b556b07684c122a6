// Findings of one source: its components against the advisory database.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace bulkhead::app {

struct FindingsRequest {
  std::string source;    // what `components` takes
  std::string database;  // path
  std::string format;    // "table" or "jsonl"
  base::Moment as_of = 0;
};

// Prints findings to standard output and what could not be judged to standard error. Returns the exit code.
base::Result<int> print_findings(const FindingsRequest& request);

}  // namespace bulkhead::app
