// Risk as it is: per attacker the damage, its floor and ceiling, each asset's chance, and what each action alone removes.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "risk/network.h"
#include "risk/options.h"
#include "risk/priced.h"
#include "risk/sample.h"
#include "risk/walk.h"

namespace bulkhead::risk {

// One attacker, ready for questions: its network and trials. `damage` is what is done as things are, per bit of the sample.
struct Stage {
  size_t attacker = 0;
  double weight = 0;
  const Network* network = nullptr;
  Sample sample;               // thinned to the trials with damage
  std::vector<double> values;  // per asset class
  std::vector<double> damage;
  double risk = 0;     // mean of damage
  double largest = 0;  // the most a trial could do
};

// Makes the stage of one attacker on a seed. The sample is thinned: cuts only ever remove damage (Walker's trials without
// any stay without), so trials that do none are not walked again.
Stage make_stage(const model::AttackGraph& graph, const Network& network, const Priced& priced, size_t attacker, uint64_t seed,
                 uint64_t trials, const Options& options);
// The same from a sample that is there.
Stage make_stage(const Network& network, const Priced& priced, size_t attacker, Sample sample, unsigned threads);

// The first blocks of a stage alone, at most `blocks`: fewer trials for questions that are asked often. Enumerated stages stay whole.
Stage first_blocks(const Stage& stage, size_t blocks);

// What a set of actions removes from a stage, on the same trials; `before` is damage per bit with what is already done.
model::Estimate removed(const Stage& stage, const std::vector<double>& before, const std::vector<double>& after);

// Fills report.attackers, report.actions and the blended figures. `networks` and the stages returned are one per attacker;
// attackers of weight 0 are off and have none (network null).
base::Result<std::vector<Stage>> measure(const model::AttackGraph& graph, const Priced& priced, const std::vector<Network>& networks,
                                         const Options& options, model::RiskReport& report);

}  // namespace bulkhead::risk
