#include "risk/assess.h"

#include "risk/measure.h"
#include "risk/network.h"
#include "risk/pricing.h"

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

}  // namespace

base::Result<model::RiskReport> assess(const model::AttackGraph& graph, const Priced& priced, const Options& options,
                                       const Coefficients* coefficients) {
  BULKHEAD_CHECK(check_shape(graph));
  (void)coefficients;
  std::vector<Network> networks;
  for (const PricedAttacker& attacker : priced.attackers) networks.push_back(attacker.weight > 0 ? condense(graph, attacker) : Network{});
  model::RiskReport report;
  BULKHEAD_TRY(const std::vector<Stage> stages, measure(graph, priced, networks, options, report));
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
