#include "risk/stability.h"

#include <algorithm>
#include <optional>
#include <set>

#include "risk/parallel.h"
#include "risk/plan.h"
#include "risk/pricing.h"

namespace bulkhead::risk {
namespace {

constexpr uint64_t kDrawWork = 1'500'000;   // (variables + edges) × trials of one draw: larger graphs get fewer trials a draw
constexpr size_t kItems = 6;                // items of the plan that compete for the first three places
constexpr size_t kRivals = 4;               // single actions outside the plan that compete with them
constexpr uint64_t kDrawEdges = 1'000'000;  // edges × draws: very large graphs get fewer draws
constexpr int kFewestDraws = 12;            // of them
constexpr size_t kTiedItems = 5;            // items whose order with the next is tried
constexpr double kTied = 0.25;              // of the draws turn the order round
constexpr uint64_t kDrawSeed = 0x5eed;      // apart from the trials' seeds
constexpr double kNear = 0.02;

uint64_t draw_trials(const std::vector<Network>& networks, const Options& options) {
  size_t work = 1;
  for (const Network& network : networks) work = std::max(work, network.variables.size() + network.edges.size());
  return std::clamp<uint64_t>(kDrawWork / work, kBlock, std::min<uint64_t>(options.trials, 512));
}

struct Verdict {
  std::vector<bool> in_first_three;  // per item of the plan
  bool same_three = false;
  std::vector<bool> turned;  // per item: the next would come before it
};

Verdict judge(const Evaluator& evaluator, const std::vector<ActionSet>& entries, size_t plan_size) {
  Verdict verdict;
  const size_t three = std::min<size_t>(3, plan_size);
  verdict.in_first_three.assign(plan_size, false);
  std::set<size_t> first;
  for (const size_t i : order_items(evaluator, entries, three)) {
    first.insert(i);
    if (i < plan_size) verdict.in_first_three[i] = true;
  }
  verdict.same_three = first.size() == three && *first.rbegin() == three - 1;
  ActionSet done;
  double left = evaluator.now();
  for (size_t i = 0; i + 1 < std::min(plan_size, kTiedItems); ++i) {
    const auto ratio = [&](const ActionSet& item, double& after) {
      ActionSet all = done;
      all.insert(all.end(), item.begin(), item.end());
      after = evaluator.with(all);
      return (left - after) / effort_of(evaluator.priced(), item);
    };
    double after = 0, other = 0;
    const double own = ratio(entries[i], after);
    verdict.turned.push_back(ratio(entries[i + 1], other) > own);
    done.insert(done.end(), entries[i].begin(), entries[i].end());
    left = after;
  }
  return verdict;
}

}  // namespace

base::Status judge_stability(const model::AttackGraph& graph, const Coefficients& coefficients, const std::vector<Network>& networks,
                             const std::vector<ActionSet>& items, const Options& options, model::RiskReport& report) {
  if (items.empty() || options.draws <= 0) return {};
  const size_t competing = std::min(kItems, items.size());
  std::vector<ActionSet> entries(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(competing));
  std::vector<std::pair<double, uint32_t>> rivals;
  for (const model::ActionValue& value : report.actions) {
    const bool planned = std::any_of(items.begin(), items.end(), [&](const ActionSet& item) { return item == ActionSet{value.action}; });
    if (!planned && value.blended > 0) rivals.emplace_back(-value.blended, value.action);
  }
  std::sort(rivals.begin(), rivals.end());
  for (size_t i = 0; i < std::min(kRivals, rivals.size()); ++i) entries.push_back({rivals[i].second});

  const uint64_t trials = draw_trials(networks, options);
  size_t edges = 1;
  for (const Network& network : networks) edges = std::max(edges, network.edges.size());
  std::vector<Verdict> verdicts(
      std::clamp<size_t>(kDrawEdges / edges, std::min(options.draws, kFewestDraws), static_cast<size_t>(options.draws)));
  std::vector<std::optional<base::Error>> errors(verdicts.size());
  parallel_for(verdicts.size(), options.threads, [&](size_t draw, unsigned) {
    base::Result<Priced> priced = price(graph, coefficients.drawn(options.seed + kDrawSeed, static_cast<int>(draw)), options);
    if (!priced) {
      errors[draw] = std::move(priced).error();
      return;
    }
    Options single = options;
    single.threads = 1;
    single.exact_budget = std::min<uint64_t>(options.exact_budget, 2048);
    std::vector<Stage> stages(networks.size());
    for (size_t a = 0; a < networks.size(); ++a) {
      // The blend is not drawn here: holds_for_weights() tries it. A network is there iff the attacker is on.
      priced->attackers[a].weight = report.attackers[a].weight;
      if (report.attackers[a].on) stages[a] = make_stage(graph, networks[a], *priced, a, options.seed, trials, single);
    }
    verdicts[draw] = judge(Evaluator(*priced, std::move(stages), 1), entries, competing);
  });
  for (std::optional<base::Error>& error : errors) {
    if (error) return std::unexpected(*std::move(error));
  }

  const double draws = static_cast<double>(verdicts.size());
  double same = 0;
  std::vector<double> in_three(items.size(), 0), turned(items.size(), 0);
  for (const Verdict& verdict : verdicts) {
    same += verdict.same_three ? 1 : 0;
    for (size_t i = 0; i < competing; ++i) in_three[i] += verdict.in_first_three[i] ? 1 : 0;
    for (size_t i = 0; i < verdict.turned.size(); ++i) turned[i] += verdict.turned[i] ? 1 : 0;
  }
  report.first_three_stability = same / draws;
  for (size_t i = 0; i < items.size(); ++i) {
    report.plan[i].rank_stability = in_three[i] / draws;
    report.plan[i].tied_with_next = turned[i] / draws >= kTied;
  }
  return {};
}

bool holds_for_weights(const Evaluator& evaluator, const std::vector<ActionSet>& items, const model::RiskReport& report) {
  if (items.empty()) return false;
  const Priced& priced = evaluator.priced();
  // What each item, and each single action, removes from each attacker.
  std::vector<std::vector<double>> parts(items.size());
  parallel_for(items.size(), evaluator.threads(), [&](size_t i, unsigned thread) {
    parts[i] = evaluator.parts_with(items[i], thread);
    for (size_t s = 0; s < parts[i].size(); ++s) parts[i][s] = evaluator.stages()[s].risk - parts[i][s];
  });
  for (const double container : {0.01, 0.03, 0.1, 0.3}) {
    const auto blended = [&](const auto& part_of) {
      double sum = 0;
      for (size_t s = 0; s < report.attackers.size(); ++s) {
        sum += (report.attackers[s].attacker == "container" ? container : report.attackers[s].weight) * part_of(s);
      }
      return sum;
    };
    const auto of_item = [&](size_t i) { return blended([&](size_t s) { return parts[i][s]; }) / effort_of(priced, items[i]); };
    const double first = of_item(0);
    for (size_t i = 1; i < items.size(); ++i) {
      if (of_item(i) > first * (1 + kNear)) return false;
    }
    for (const model::ActionValue& value : report.actions) {
      const double rival = blended([&](size_t s) { return value.removes[s].mean; }) / priced.effort[value.action];
      if (rival > first * (1 + kNear)) return false;
    }
  }
  return true;
}

}  // namespace bulkhead::risk
