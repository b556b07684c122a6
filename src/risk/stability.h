// Does the plan hold when the coefficients are not what they are taken for? 200 draws from their ranges, on the same uniform
// numbers, and blends with another weight for the container attacker.
#pragma once

#include "base/result.h"
#include "risk/coefficients.h"
#include "risk/evaluator.h"
#include "risk/options.h"

namespace bulkhead::risk {

// Fills rank_stability and tied_with_next of report.plan, and first_three_stability. `items` are the plan's.
base::Status judge_stability(const model::AttackGraph& graph, const Coefficients& coefficients, const std::vector<Network>& networks,
                             const std::vector<ActionSet>& items, const Options& options, model::RiskReport& report);

// True when the first item stays the best (within a fiftieth) for container weights 0.01 … 0.3.
bool holds_for_weights(const Evaluator& evaluator, const std::vector<ActionSet>& items, const model::RiskReport& report);

}  // namespace bulkhead::risk
