// How much work an assessment does, and on which numbers. Every default is said to the user by `bulkhead risk --help`.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bulkhead::risk {

struct Options {
  uint64_t trials = 16'384;        // per attacker, rounded up to whole blocks of 512
  uint64_t seed = 1;               // prices; the plan is chosen on another that follows from it
  unsigned threads = 0;            // 0: as many as the machine has
  uint64_t exact_budget = 16'384;  // combinations up to which a network is enumerated instead of drawn; 0: never
  bool plan = true;                // choose a plan; false: risk and single actions only
  size_t plan_items = 16;          // at most
  double plan_stop = 0.005;        // an item must remove this share of the risk now
  int draws = 200;                 // of the coefficients, for stability; 0: none
  size_t paths = 8;                // concrete paths to show
  size_t choke_points = 8;
  double horizon_days = 0;                // 0: the coefficients' own
  std::map<std::string, double> weights;  // per attacker's name, over the coefficients' own
};

}  // namespace bulkhead::risk
