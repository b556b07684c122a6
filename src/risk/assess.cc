#include "risk/assess.h"

#include <algorithm>
#include <thread>

#include "risk/evaluator.h"
#include "risk/explain.h"
#include "risk/interval.h"
#include "risk/measure.h"
#include "risk/network.h"
#include "risk/plan.h"
#include "risk/pricing.h"
#include "risk/stability.h"

namespace bulkhead::risk {
namespace {

base::Status check_shape(const model::AttackGraph& graph) {
  const auto wrong = [](const std::string& id) {
    return base::fail(base::ErrorKind::internal, "the attack graph points at what is not there", id);
  };
  if (graph.holds.size() != graph.positions.size()) return wrong("holds");
  for (size_t i = 0; i < graph.holds.size(); ++i) {
    for (const model::Holding& holding : graph.holds[i]) {
      if (holding.asset >= graph.assets.size()) return wrong(graph.positions[i].id);
    }
  }
  for (const model::Step& step : graph.steps) {
    if (step.from >= graph.positions.size() || step.to >= graph.positions.size()) return wrong(step.id);
    for (const uint32_t variable : step.variables) {
      if (variable >= graph.variables.size()) return wrong(step.id);
    }
  }
  for (const model::Action& action : graph.actions) {
    for (const uint32_t step : action.cuts) {
      if (step >= graph.steps.size()) return wrong(action.id);
    }
  }
  for (const model::Attacker& attacker : graph.attackers) {
    for (const model::Start& start : attacker.starts) {
      if (start.position >= graph.positions.size()) return wrong(attacker.name);
    }
  }
  return {};
}

constexpr uint64_t kChooseSeed = 0x9E3779B97F4A7C15;  // the plan is chosen on seed ^ this and priced on the seed
constexpr uint64_t kChooseWork = 1ULL << 22;          // edges × trials to choose on: larger graphs get fewer trials

uint64_t choose_trials(const std::vector<Network>& networks, const Options& options) {
  size_t edges = 1;
  for (const Network& network : networks) edges = std::max(edges, network.edges.size());
  return std::clamp<uint64_t>(kChooseWork / edges, std::min<uint64_t>(options.trials, 1024), options.trials);
}

// The plan's items on the pricing trials, each after those before it.
void price_plan(const model::AttackGraph& graph, const Evaluator& evaluator, const std::vector<ActionSet>& items,
                model::RiskReport& report) {
  const Priced& priced = evaluator.priced();
  std::vector<std::vector<double>> before = evaluator.trials_with({});
  ActionSet done;
  double so_far = 0;
  for (const ActionSet& item : items) {
    model::PlanItem& priced_item = report.plan.emplace_back();
    priced_item.actions = item;
    ActionSet after_item = done;
    after_item.insert(after_item.end(), item.begin(), item.end());
    std::vector<std::vector<double>> after = evaluator.trials_with(after_item);
    priced_item.removed_damage = exactly(0);
    size_t most = 0;
    double most_removed = -1;
    for (size_t a = 0; a < evaluator.stages().size(); ++a) {
      const Stage& stage = evaluator.stages()[a];
      if (stage.network == nullptr) continue;
      // Attackers share their trials' numbers: adding ends is the widest that the blend's interval can be.
      const model::Estimate gone = removed(stage, before[a], after[a]);
      priced_item.removed_damage.mean += stage.weight * gone.mean;
      priced_item.removed_damage.low += stage.weight * gone.low;
      priced_item.removed_damage.high += stage.weight * gone.high;
      priced_item.removed_damage.exact = priced_item.removed_damage.exact && gone.exact;
      if (stage.weight * gone.mean > most_removed) {
        most_removed = stage.weight * gone.mean;
        most = a;
      }
    }
    for (const uint32_t action : item) {
      priced_item.lead_days = std::max(priced_item.lead_days, priced.lead_days[action]);
      priced_item.effort += priced.effort[action];
    }
    for (const char* band : {"low", "medium", "high"}) {
      for (const uint32_t action : item) {
        if (priced.effort_band[action] == band) priced_item.effort_band = band;
      }
    }
    priced_item.removes = report.blended > 0 ? priced_item.removed_damage.mean / report.blended : 0;
    so_far += priced_item.removes;
    priced_item.removed_so_far = so_far;
    priced_item.why = why(graph, priced, most, done, item);
    // With lead times an item may work in the days before an earlier one is in force, on ways that the earlier one closes.
    if (priced_item.why.steps.empty()) priced_item.why = why(graph, priced, most, {}, item);
    done = std::move(after_item);
    before = std::move(after);
  }
}

base::Status make_plan(const model::AttackGraph& graph, const Priced& priced, const std::vector<Network>& networks,
                       std::vector<Stage> stages, const Options& options, const Coefficients* coefficients, model::RiskReport& report) {
  std::vector<Stage> choosing(networks.size());
  const uint64_t trials = choose_trials(networks, options);
  for (size_t a = 0; a < networks.size(); ++a) {
    if (!report.attackers[a].on) continue;
    choosing[a] =
        stages[a].sample.exact ? stages[a] : make_stage(graph, networks[a], priced, a, options.seed ^ kChooseSeed, trials, options);
  }
  std::vector<double> alone;
  for (const model::ActionValue& value : report.actions) alone.push_back(value.blended);
  const std::vector<ActionSet> items = choose_plan(Evaluator(priced, std::move(choosing), options.threads), options, std::move(alone));
  const Evaluator pricing(priced, std::move(stages), options.threads);
  price_plan(graph, pricing, items, report);
  report.choke_points = choke_points(graph, pricing, options);
  report.top_holds_for_weights = holds_for_weights(pricing, items, report);
  report.most_telling_unknown = most_telling_unknown(graph, priced, networks, options);
  if (coefficients != nullptr) BULKHEAD_CHECK(judge_stability(graph, *coefficients, networks, items, options, report));
  return {};
}

}  // namespace

base::Result<model::RiskReport> assess(const model::AttackGraph& graph, const Priced& priced, const Options& asked,
                                       const Coefficients* coefficients) {
  Options options = asked;
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  BULKHEAD_CHECK(check_shape(graph));
  std::vector<Network> networks;
  for (const PricedAttacker& attacker : priced.attackers) networks.push_back(attacker.weight > 0 ? condense(graph, attacker) : Network{});
  model::RiskReport report;
  BULKHEAD_TRY(std::vector<Stage> stages, measure(graph, priced, networks, options, report));
  report.top_paths = top_paths(graph, priced, options, report);
  if (options.plan) BULKHEAD_CHECK(make_plan(graph, priced, networks, std::move(stages), options, coefficients, report));
  return report;
}

base::Result<Assessment> assess_priced(model::AttackGraph& graph, const Coefficients& coefficients, const Options& options) {
  BULKHEAD_TRY(Priced priced, price(graph, coefficients, options));
  for (size_t i = 0; i < graph.assets.size(); ++i) graph.assets[i].value = priced.asset_value[i];
  for (const std::string& key : keys_without_row(graph, coefficients)) {
    graph.assumptions.push_back("no coefficient '" + key + "': the general one stands for it");
  }
  BULKHEAD_TRY(model::RiskReport report, assess(graph, priced, options, &coefficients));
  return Assessment{std::move(priced), std::move(report)};
}

base::Result<model::RiskReport> assess(model::AttackGraph& graph, const Coefficients& coefficients, const Options& options) {
  BULKHEAD_TRY(Assessment assessment, assess_priced(graph, coefficients, options));
  return std::move(assessment.report);
}

}  // namespace bulkhead::risk
