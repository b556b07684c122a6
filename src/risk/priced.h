// The numbers of an attack graph: what coefficients, labels and options make of it. The engine reads the graph for its
// shape and this for everything that can be drawn or changed, so that one shape is priced many times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::risk {

struct PricedStart {
  uint32_t position = 0;  // index into the graph's positions
  double p = 0;           // the attacker's starts sum to 1
};

struct PricedAttacker {
  std::string name;
  double weight = 0;  // in the blend; 0: off
  std::vector<PricedStart> starts;
};

struct Priced {
  double horizon_days = 90;
  std::vector<double> chance;             // per variable, in [0, 1]
  std::vector<double> asset_value;        // per asset, ≥ 0
  std::vector<double> lead_days;          // per action, ≥ 0
  std::vector<double> effort;             // per action, > 0
  std::vector<std::string> effort_band;   // per action: low, medium, high; empty where not known
  std::vector<PricedAttacker> attackers;  // one per attacker of the graph, same order
};

}  // namespace bulkhead::risk
