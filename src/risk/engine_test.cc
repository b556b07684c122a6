// What must hold trial by trial, on random graphs. The figures themselves are held against an independent exact program
// from outside: tests/risk_enumerator.py.
#include <gtest/gtest.h>

#include <random>

#include "risk/assess.h"
#include "risk/dump.h"
#include "risk/measure.h"
#include "risk/plan.h"

namespace bulkhead::risk {
namespace {

struct Case {
  model::AttackGraph graph;
  Priced priced;
};

Case random_case(uint32_t seed) {
  std::mt19937 random(seed);
  const auto number = [&](uint32_t below) { return static_cast<uint32_t>(random() % below); };
  Case made;
  const uint32_t positions = 5 + number(6), variables = 4 + number(6);
  for (uint32_t i = 0; i < positions; ++i) made.graph.positions.push_back({.id = "p" + std::to_string(i), .name = "p"});
  for (uint32_t i = 0; i < variables; ++i) {
    made.graph.variables.push_back({.id = "v" + std::to_string(i), .group = number(4) == 0 ? "g" : "", .unknown = number(5) == 0});
    made.priced.chance.push_back((1 + number(98)) / 100.0);
  }
  made.graph.holds.resize(positions);
  for (uint32_t i = 0; i < 3; ++i) {
    made.graph.assets.push_back({.id = "a" + std::to_string(i), .value = 1.0 + number(9)});
    made.priced.asset_value.push_back(made.graph.assets[i].value);
    made.graph.holds[1 + number(positions - 1)].push_back({i, number(2) == 0 ? 1.0 : 0.5});
  }
  for (uint32_t i = 0; i < 3 * positions; ++i) {
    model::Step step{.id = "s" + std::to_string(i), .from = number(positions), .to = number(positions)};
    for (uint32_t k = number(3); k > 0; --k) step.variables.push_back(number(variables));
    made.graph.steps.push_back(step);
  }
  for (uint32_t i = 0; i < 4; ++i) {
    made.graph.actions.push_back({.id = "x" + std::to_string(i)});
    for (uint32_t k = 0; k < 3; ++k) made.graph.actions.back().cuts.push_back(number(3 * positions));
    made.priced.lead_days.push_back(i * 20.0);
    made.priced.effort.push_back(1 + i);
    made.priced.effort_band.emplace_back("low");
  }
  made.priced.attackers = {{"external", 1, {{0, 1}}}, {"container", 0.1, {{1, 0.5}, {2, 0.3}, {3, 0.2}}}};
  made.graph.attackers = {{"external", {{0, 1}}}, {"container", {{1, 5}, {2, 3}, {3, 2}}}};
  return made;
}

std::vector<double> damages(const Case& made, size_t attacker, const ActionSet& actions = {}) {
  const Network network = condense(made.graph, made.priced.attackers[attacker]);
  const Sample sample = std::move(draw({&made.graph, &network, &made.priced, attacker, 7, 2048, 1}, {Reading::as_is})[0]);
  return trial_damages(network, sample, class_values(network, made.priced), make_cut(network, made.priced, actions), 1);
}

TEST(Trials, RemovingAStepNeverRaisesDamage) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    Case made = random_case(seed);
    const std::vector<double> before = damages(made, 1);
    made.graph.steps[seed % made.graph.steps.size()].state = model::StepState::cut;
    const std::vector<double> after = damages(made, 1);
    for (size_t t = 0; t < before.size(); ++t) ASSERT_LE(after[t], before[t] + 1e-12) << "graph " << seed << ", trial " << t;
  }
}

TEST(Trials, FurtherActionsNeverRaiseDamage) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    const Case made = random_case(seed);
    std::vector<double> before = damages(made, 0);
    ActionSet done;
    for (uint32_t action = 0; action < 4; ++action) {
      done.push_back(action);
      const std::vector<double> after = damages(made, 0, done);
      for (size_t t = 0; t < before.size(); ++t) ASSERT_LE(after[t], before[t] + 1e-12);
      before = after;
    }
  }
}

TEST(Trials, AnUnrelatedPodChangesNoOtherNumber) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Case made = random_case(seed);
    const std::vector<double> external = damages(made, 0), container = damages(made, 1);
    // First in every list, so that every index of the old graph moves.
    made.graph.positions.insert(made.graph.positions.begin(), {.id = "a-new-pod"});
    made.graph.holds.insert(made.graph.holds.begin(), std::vector<model::Holding>{});
    for (model::Step& step : made.graph.steps) step.from += 1, step.to += 1;
    for (PricedAttacker& attacker : made.priced.attackers) {
      for (PricedStart& start : attacker.starts) start.position += 1;
    }
    made.graph.variables.insert(made.graph.variables.begin(), {.id = "a-new-flaw"});
    made.priced.chance.insert(made.priced.chance.begin(), 0.5);
    for (model::Step& step : made.graph.steps) {
      for (uint32_t& variable : step.variables) variable += 1;
    }
    made.graph.assets.push_back({.id = "a-new-asset", .value = 1000});
    made.priced.asset_value.push_back(1000);
    made.graph.holds[0].push_back({static_cast<uint32_t>(made.graph.assets.size() - 1), 1});
    EXPECT_EQ(damages(made, 0), external);  // nothing leads to the new pod
    // As one more place for the container attacker to start it takes trials, and moves none between the old ones.
    std::vector<PricedStart>& starts = made.priced.attackers[1].starts;
    for (PricedStart& start : starts) start.p *= 0.9;
    starts.push_back({0, 0.1});
    const std::vector<double> now = damages(made, 1);
    size_t taken = 0;
    for (size_t t = 0; t < now.size(); ++t) {
      if (now[t] == container[t]) continue;
      ++taken;
      ASSERT_EQ(now[t], 1000);
    }
    EXPECT_NEAR(static_cast<double>(taken) / static_cast<double>(now.size()), 0.1, 0.03);
  }
}

TEST(Assess, SameForAnyNumberOfThreads) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const Case made = random_case(seed);
    std::string first;
    for (const unsigned threads : {1U, 2U, 5U}) {
      Options options;
      options.threads = threads;
      options.trials = 4096;
      options.exact_budget = 0;
      const base::Result<model::RiskReport> report = assess(made.graph, made.priced, options);
      ASSERT_TRUE(report);
      const std::string bytes = write_dump(made.graph, made.priced, *report);
      if (first.empty()) first = bytes;
      EXPECT_EQ(bytes, first);
    }
  }
}

TEST(Assess, FloorMeanAndCeilingAreInOrder) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const Case made = random_case(seed);
    for (const uint64_t budget : {0, 16'384}) {
      Options options;
      options.trials = 2048;
      options.exact_budget = budget;
      const base::Result<model::RiskReport> report = assess(made.graph, made.priced, options);
      ASSERT_TRUE(report);
      for (const model::AttackerRisk& risk : report->attackers) {
        EXPECT_LE(risk.floor, risk.risk.mean + 1e-12);
        EXPECT_GE(risk.ceiling, risk.risk.mean - 1e-12);
      }
    }
  }
}

// The plan is never better on paper than doing everything, and the curve never falls.
TEST(Plan, CurveRisesToAtMostEverything) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const Case made = random_case(seed);
    const base::Result<model::RiskReport> report = assess(made.graph, made.priced, {});
    ASSERT_TRUE(report);
    double before = 0;
    for (const model::PlanItem& item : report->plan) {
      EXPECT_GE(item.removed_so_far, before - 1e-12);
      before = item.removed_so_far;
      EXPECT_FALSE(item.why.steps.empty());
    }
    EXPECT_LE(before, 1 + 1e-12);
  }
}

TEST(Assess, RefusesAGraphThatPointsNowhere) {
  Case made = random_case(1);
  made.graph.steps[0].variables.push_back(1000);
  const base::Result<model::RiskReport> report = assess(made.graph, made.priced, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, base::ErrorKind::internal);
}

TEST(Assess, DrawsOfTheCoefficientsJudgeThePlan) {
  model::AttackGraph graph;
  graph.positions = {{.id = "internet"}, {.id = "shop"}, {.id = "node"}};
  graph.variables = {{.id = "exploit:x", .coefficient = "exploit.kev"}, {.id = "config:y", .coefficient = "config.ce_priv_mount"}};
  graph.steps = {{.id = "in", .from = 0, .to = 1, .variables = {0}}, {.id = "out", .from = 1, .to = 2, .variables = {1}}};
  graph.assets = {{.id = "node", .kind = "node"}, {.id = "work", .kind = "workload", .environment = "prod"}};
  graph.holds = {{}, {{1, 1}}, {{0, 1}}};
  graph.attackers = {{"external", {{0, 1}}}, {"node", {{2, 1}}}};
  graph.actions = {{.id = "policy", .lead = "lead.manifest", .effort = "effort.low", .cuts = {0}},
                   {.id = "upgrade", .lead = "lead.control_plane", .effort = "effort.high", .cuts = {1}}};
  const base::Result<Coefficients> coefficients = Coefficients::load();
  ASSERT_TRUE(coefficients);
  const base::Result<model::RiskReport> report = assess(graph, *coefficients, {});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->attackers[1].on);
  // 0.9 · (8 + 0.97 · 5), and a policy that is there from the second day of ninety.
  EXPECT_NEAR(report->attackers[0].risk.mean, 0.9 * (8 + 0.97 * 5), 1e-9);
  ASSERT_FALSE(report->plan.empty());
  EXPECT_EQ(report->plan[0].actions, ActionSet{0});
  EXPECT_NEAR(report->plan[0].removes, 89.0 / 90, 1e-9);
  EXPECT_GT(report->plan[0].rank_stability, 0.95);
  EXPECT_GE(report->first_three_stability, 0);
  EXPECT_TRUE(report->top_holds_for_weights);
}

}  // namespace
}  // namespace bulkhead::risk
