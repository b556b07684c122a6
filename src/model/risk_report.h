// What risk says about an attack graph: chances, damage, the plan.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::model {

struct Estimate {
  double mean = 0;
  double low = 0, high = 0;  // 95 % interval by sampling; equal to mean where computed exactly
  bool exact = false;
};

// "almost certain" ≥ 0.9, "likely" ≥ 0.5, "possible" ≥ 0.1, "unlikely" ≥ 0.01, "rare" below.
const char* band(double probability);

struct AttackerRisk {
  std::string attacker;
  double weight = 0;  // in the blend
  bool on = true;
  Estimate risk;                  // expected damage
  double floor = 0, ceiling = 0;  // unknown steps closed, open
  std::vector<Estimate> assets;   // per asset of the graph: chance to be held at all
  std::vector<double> asset_floor, asset_ceiling;
};

// One concrete way, in order; indices into the graph's steps.
struct AttackPath {
  std::vector<uint32_t> steps;
  double probability = 0;  // product of its variables' chances
};

struct PlanItem {
  std::vector<uint32_t> actions;  // one, or a bundle that only helps together
  double removes = 0;             // of the blended risk now, as a share 0…1, alone after those before it
  Estimate removed_damage;        // blended damage that goes
  double lead_days = 0;
  double effort = 0;           // coefficient value
  std::string effort_band;     // low | medium | high
  double removed_so_far = 0;   // share after this item
  AttackPath why;              // a path it cuts
  double rank_stability = -1;  // share of model draws with this item among the first three; -1 not computed
  bool tied_with_next = false;
};

struct ActionValue {
  uint32_t action = 0;
  std::vector<Estimate> removes;  // per attacker, same order as RiskReport::attackers
  double blended = 0;
};

struct ChokePoint {
  std::string id;    // position
  double share = 0;  // of damaging trials in which it is indispensable
};

struct RiskReport {
  double horizon_days = 90;
  uint64_t trials = 0;
  uint64_t seed = 0;
  std::vector<AttackerRisk> attackers;
  double blended = 0, blended_floor = 0, blended_ceiling = 0;
  std::vector<ActionValue> actions;  // each alone
  std::vector<PlanItem> plan;
  std::vector<AttackPath> top_paths;
  std::vector<ChokePoint> choke_points;
  double first_three_stability = -1;   // share of coefficient draws in which the first three items stay the first three
  bool top_holds_for_weights = false;  // container weight 0.01 … 0.3 keeps the first item
  std::string most_telling_unknown;    // the unknown variable that would change the plan's value most
};

}  // namespace bulkhead::model
