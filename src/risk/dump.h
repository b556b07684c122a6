// The attack graph as the engine sees it, with its results: `bulkhead.risk_dump/1`, so that anyone can recompute them.
// The format is docs/risk-model.md's ("The dump"); bytes are the same for the same graph and results.
//
// Reading gives the graph's shape and its numbers apart. Everything is checked: ids unique, references found, chances in
// [0, 1], values and lead times not negative and finite, starts that sum to 1 (within 1e-6). Results in a dump are not read.
// Errors: ErrorKind::input or limit with `where` and the id or place. Hostile dumps are read in a worker.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "risk/priced.h"

namespace bulkhead::risk {

struct Dump {
  model::AttackGraph graph;  // positions without kind, variables without coefficient: the dump does not have them
  Priced priced;             // every effort is 1
};

base::Result<Dump> read_dump(base::JsonView document, std::string_view where);

std::string write_dump(const model::AttackGraph& graph, const Priced& priced, const model::RiskReport& report);

}  // namespace bulkhead::risk
