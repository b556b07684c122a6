// Concrete ways through the graph: the most probable one to an asset, or through a step that an item cuts.
//
// A path's chance is the product of its variables' chances, each counted once; of a group's variables the smallest
// counts alone, for they share one number. The search is Dijkstra's on −log of what a step adds to the path that led to it;
// with shared variables that is a good path and nearly always the best, and the chance given is always the path's own.
#pragma once

#include <vector>

#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "risk/priced.h"

namespace bulkhead::risk {

// The chance that all steps of a path are open.
double path_chance(const model::AttackGraph& graph, const Priced& priced, const std::vector<uint32_t>& steps);

class PathSearch {
 public:
  // Steps of `closed` (one flag a step; empty: none) are not walked.
  PathSearch(const model::AttackGraph& graph, const Priced& priced, size_t attacker, const std::vector<bool>& closed);

  // To the asset, by the hold that weighs most (chance × share); no steps where none leads there (or the start holds it).
  model::AttackPath to_asset(uint32_t asset) const;
  // Through one of these steps to whatever is worth most (chance × value × share); no steps where there is none.
  model::AttackPath through(const std::vector<uint32_t>& steps) const;

 private:
  double chance_of(const std::vector<uint32_t>& steps) const;
  std::vector<uint32_t> back(uint32_t position) const;
  void forward();

  const model::AttackGraph& graph_;
  const Priced& priced_;
  size_t attacker_;
  const std::vector<bool>& closed_;
  std::vector<uint32_t> numbers_;                // per variable: the uniform number it compares with
  std::vector<std::vector<uint32_t>> out_, in_;  // steps by position
  std::vector<double> cost_;                     // −log of the chance to come here
  std::vector<uint32_t> by_;                     // step that led here
};

}  // namespace bulkhead::risk
