#include "risk/explain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "risk/parallel.h"
#include "risk/paths.h"

namespace bulkhead::risk {
namespace {

constexpr size_t kChokeCandidates = 32;        // positions tried, those with most damage in trials that hold them
constexpr size_t kUnknownCandidates = 16;      // missing facts tried, those that most rows need
constexpr size_t kChokeWork = 1ULL << 25;      // edges × trials of one try
constexpr uint64_t kUnknownWork = 1ULL << 23;  // variables × trials of one try

std::vector<bool> closed_by(const model::AttackGraph& graph, const ActionSet& actions) {
  std::vector<bool> closed(graph.steps.size(), false);
  for (const uint32_t action : actions) {
    for (const uint32_t step : graph.actions[action].cuts) closed[step] = true;
  }
  return closed;
}

}  // namespace

std::vector<model::AttackPath> top_paths(const model::AttackGraph& graph, const Priced& priced, const Options& options,
                                         const model::RiskReport& report) {
  struct Goal {
    double damage;
    size_t attacker;
    uint32_t asset;
  };
  std::vector<Goal> goals;
  for (size_t a = 0; a < report.attackers.size(); ++a) {
    const model::AttackerRisk& risk = report.attackers[a];
    for (uint32_t asset = 0; asset < graph.assets.size() && risk.on; ++asset) {
      const double damage = risk.weight * priced.asset_value[asset] * risk.assets[asset].mean;
      if (damage > 0) goals.push_back({damage, a, asset});
    }
  }
  std::stable_sort(goals.begin(), goals.end(), [](const Goal& x, const Goal& y) { return x.damage > y.damage; });
  std::map<size_t, PathSearch> searches;
  std::set<std::vector<uint32_t>> seen;
  std::vector<model::AttackPath> paths;
  const std::vector<bool> nothing;
  for (const Goal& goal : goals) {
    if (paths.size() >= options.paths) break;
    const auto search = searches.try_emplace(goal.attacker, graph, priced, goal.attacker, nothing).first;
    model::AttackPath path = search->second.to_asset(goal.asset);
    if (!path.steps.empty() && seen.insert(path.steps).second) paths.push_back(std::move(path));
  }
  return paths;
}

model::AttackPath why(const model::AttackGraph& graph, const Priced& priced, size_t attacker, const ActionSet& before,
                      const ActionSet& item) {
  const std::vector<bool> closed = closed_by(graph, before);
  std::vector<uint32_t> steps;
  for (const uint32_t action : item) steps.insert(steps.end(), graph.actions[action].cuts.begin(), graph.actions[action].cuts.end());
  return PathSearch(graph, priced, attacker, closed).through(steps);
}

std::vector<model::ChokePoint> choke_points(const model::AttackGraph& graph, const Evaluator& evaluator, const Options& options) {
  std::vector<Stage> stages;
  double now = 0;
  for (const Stage& stage : evaluator.stages()) {
    const size_t edges = stage.network == nullptr ? 1 : stage.network->edges.size() + 1;
    stages.push_back(stage.network == nullptr ? stage : first_blocks(stage, std::max<size_t>(2, kChokeWork / edges / kBlock)));
    now += stages.back().weight * stages.back().risk;
  }
  if (!(now > 0)) return {};
  // How much damage is done in trials that hold a position: what it can be indispensable for at most.
  std::map<uint32_t, double> most;
  for (const Stage& stage : stages) {
    if (stage.network == nullptr) continue;
    std::vector<double> sums(stage.network->position_count, 0);
    Walker walker(*stage.network);
    for (size_t block = 0; block < stage.sample.blocks; ++block) {
      walker.walk(stage.sample, block, {}, Extent::all);
      for (uint32_t position = 0; position < stage.network->position_count; ++position) {
        const Bits& bits = walker.reach(position);
        if (!bits.any()) continue;
        for (size_t i = 0; i < kBlock; ++i) {
          if (((bits.w[i / 64] >> (i % 64)) & 1) == 0) continue;
          const double weight = stage.sample.weight.empty() ? stage.sample.unit() : stage.sample.weight[block * kBlock + i];
          sums[position] += stage.weight * weight * stage.damage[block * kBlock + i];
        }
      }
    }
    for (uint32_t position = 0; position < stage.network->position_count; ++position) {
      for (const uint32_t member : stage.network->members[position]) {
        if (sums[position] > 0) most[member] += sums[position];
      }
    }
  }
  std::set<uint32_t> certain_starts;
  for (const PricedAttacker& attacker : evaluator.priced().attackers) {
    if (attacker.starts.size() == 1) certain_starts.insert(attacker.starts[0].position);
  }
  std::vector<std::pair<double, uint32_t>> order;
  for (const auto& [position, damage] : most) {
    const model::PositionKind kind = graph.positions[position].kind;
    if (kind != model::PositionKind::asset && kind != model::PositionKind::internet && !certain_starts.contains(position)) {
      order.emplace_back(-damage, position);
    }
  }
  std::stable_sort(order.begin(), order.end());
  if (order.size() > kChokeCandidates) order.resize(kChokeCandidates);
  std::vector<double> gone(order.size(), 0);
  parallel_for(order.size(), evaluator.threads(), [&](size_t i, unsigned) {
    for (const Stage& stage : stages) {
      if (stage.network == nullptr) continue;
      Cut cut;
      for (uint32_t position = 0; position < stage.network->position_count; ++position) {
        const std::vector<uint32_t>& members = stage.network->members[position];
        if (std::binary_search(members.begin(), members.end(), order[i].second)) cut.without = position;
      }
      if (cut.without == kNone) continue;
      Walker walker(*stage.network);
      gone[i] += stage.weight * (stage.risk - mean_damage(stage.sample, stage.values, cut, walker));
    }
  });
  std::vector<model::ChokePoint> points;
  for (size_t i = 0; i < order.size(); ++i) {
    if (gone[i] > options.plan_stop * now) points.push_back({graph.positions[order[i].second].id, gone[i] / now});
  }
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
  if (points.size() > options.choke_points) points.resize(options.choke_points);
  return points;
}

std::string most_telling_unknown(const model::AttackGraph& graph, const Priced& priced, const std::vector<Network>& networks,
                                 const Options& options) {
  std::map<uint32_t, size_t> uses;  // missing fact → rows that need it
  size_t variables = 1;
  for (const Network& network : networks) {
    variables = std::max(variables, network.variables.size());
    for (const Row& row : network.rows) {
      for (const std::vector<uint32_t>& term : row.terms) {
        for (const uint32_t v : term) {
          if (graph.variables[network.variables[v]].unknown) ++uses[network.variables[v]];
        }
      }
    }
  }
  std::vector<std::pair<size_t, uint32_t>> order;
  for (const auto& [variable, count] : uses) order.emplace_back(count, variable);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (order.size() > kUnknownCandidates) order.resize(kUnknownCandidates);
  const uint64_t trials = std::clamp<uint64_t>(kUnknownWork / variables, kBlock, std::min<uint64_t>(options.trials, 4096));
  std::vector<double> spread(order.size(), 0);
  for (size_t a = 0; a < networks.size(); ++a) {
    const Network& network = networks[a];
    if (network.position_count == 0) continue;
    const DrawRequest request{&graph, &network, &priced, a, options.seed, trials, options.threads};
    const bool exact = enumerate(request, Reading::as_is, options.exact_budget).has_value();
    // Drawn once for all questions; each thread has its own copy to change.
    std::vector<ToldSample> samples;
    std::vector<Walker> walkers;
    if (!exact) {
      samples.assign(std::max(1U, options.threads), ToldSample(request));
      for (size_t i = 0; i < samples.size(); ++i) walkers.emplace_back(network);
    }
    const std::vector<double> values = class_values(network, priced);
    parallel_for(order.size(), options.threads, [&](size_t i, unsigned thread) {
      const auto variable = std::lower_bound(network.variables.begin(), network.variables.end(), order[i].second);
      if (variable == network.variables.end() || *variable != order[i].second) return;  // makes no difference here
      double risk[2] = {0, 0};
      for (const int answer : {0, 1}) {
        if (exact) {
          Options single = options;
          single.threads = 1;
          Priced told = priced;
          told.chance[order[i].second] = answer;
          risk[answer] = make_stage(graph, network, told, a, options.seed, trials, single).risk;
        } else {
          const auto index = static_cast<uint32_t>(variable - network.variables.begin());
          risk[answer] = mean_damage(samples[thread].tell(index, answer == 1), values, {}, walkers[thread]);
        }
      }
      spread[i] += priced.attackers[a].weight * (risk[1] - risk[0]);
    });
  }
  size_t best = 0;
  for (size_t i = 1; i < order.size(); ++i) {
    if (spread[i] > spread[best]) best = i;
  }
  return order.empty() || !(spread[best] > 0) ? std::string() : graph.variables[order[best].second].id;
}

}  // namespace bulkhead::risk
