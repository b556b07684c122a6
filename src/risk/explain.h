// What the report says beside the figures: paths, choke points, and the missing fact that matters most.
#pragma once

#include "risk/evaluator.h"
#include "risk/options.h"

namespace bulkhead::risk {

// For the assets that matter most (weight × value × chance), one path each.
std::vector<model::AttackPath> top_paths(const model::AttackGraph& graph, const Priced& priced, const Options& options,
                                         const model::RiskReport& report);

// A path that the item cuts while `before` is done, of the attacker from whom it takes most.
model::AttackPath why(const model::AttackGraph& graph, const Priced& priced, size_t attacker, const ActionSet& before,
                      const ActionSet& item);

// Positions without which most of the blended damage would not be done. Assets, and positions where an attacker starts for
// certain, are left out.
std::vector<model::ChokePoint> choke_points(const model::AttackGraph& graph, const Evaluator& evaluator, const Options& options);

// The unknown variable between whose two answers the blended risk differs most; empty when there is none that matters.
std::string most_telling_unknown(const model::AttackGraph& graph, const Priced& priced, const std::vector<Network>& networks,
                                 const Options& options);

}  // namespace bulkhead::risk
