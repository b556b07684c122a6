// What the tasks risk-graph and risk-cluster have in common: their request, and the lines that they answer with.
#pragma once

#include "base/json.h"
#include "base/worker.h"
#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "risk/options.h"
#include "risk/priced.h"

namespace bulkhead::app {

// {trials, seed, threads, plan, exact_budget, horizon_days, weights}.
risk::Options risk_options(base::JsonView request);
// Lines 'D' + the dump where the request wants one, and 'R' + the report's.
base::Status put_risk(base::WorkerContext& context, base::JsonView request, const model::AttackGraph& graph, const risk::Priced& priced,
                      const model::RiskReport& report);

}  // namespace bulkhead::app
