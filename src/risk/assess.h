// The risk room's door: an attack graph and coefficients become a risk report.
//
// Threads: Options::threads; the report does not depend on their number. Memory: about trials/8 bytes for each distinct
// formula of a step, three times where facts are missing. Errors: ErrorKind::internal for a graph whose indices point
// nowhere or a coefficient key that does not exist, ErrorKind::limit for a graph too large for the trials asked.
#pragma once

#include "base/result.h"
#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "risk/coefficients.h"
#include "risk/options.h"
#include "risk/priced.h"

namespace bulkhead::risk {

struct Assessment {
  Priced priced;  // for write_dump
  model::RiskReport report;
};

// Prices the graph, fills its assets' values, adds what the coefficients had to assume to its assumptions, and assesses.
base::Result<model::RiskReport> assess(model::AttackGraph& graph, const Coefficients& coefficients, const Options& options);
base::Result<Assessment> assess_priced(model::AttackGraph& graph, const Coefficients& coefficients, const Options& options);

// The same for a graph that has its numbers (a dump). Without coefficients nothing can be drawn: no stability.
base::Result<model::RiskReport> assess(const model::AttackGraph& graph, const Priced& priced, const Options& options,
                                       const Coefficients* coefficients = nullptr);

}  // namespace bulkhead::risk
