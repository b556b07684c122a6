#include "risk/paths.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <string>
#include <unordered_map>

#include "risk/network.h"

namespace bulkhead::risk {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();
using Entry = std::pair<double, uint32_t>;  // cost, position
using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

double cost_of(double p) { return p > 0 ? -std::log(p) : kFar; }

// The uniform number that a variable compares with: equal for the members of a group.
std::vector<uint32_t> numbers_of(const model::AttackGraph& graph) {
  std::vector<uint32_t> numbers(graph.variables.size());
  std::unordered_map<std::string, uint32_t> groups;
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    const std::string& group = graph.variables[i].group;
    numbers[i] = group.empty() ? i : groups.try_emplace(group, i).first->second;
  }
  return numbers;
}

// What is true so far on a path: the smallest chance asked of each number. Paths are short, so a plain list serves.
class Known {
 public:
  void add(const model::Step& step, const std::vector<uint32_t>& numbers, const Priced& priced) {
    for (const uint32_t v : step.variables) {
      const auto at = std::find_if(list_.begin(), list_.end(), [&](const auto& one) { return one.first == numbers[v]; });
      if (at == list_.end()) {
        list_.emplace_back(numbers[v], priced.chance[v]);
      } else {
        at->second = std::min(at->second, priced.chance[v]);
      }
    }
  }

  double chance() const {
    double product = 1;
    for (const auto& [number, p] : list_) product *= p;
    return product;
  }

 private:
  std::vector<std::pair<uint32_t, double>> list_;
};

}  // namespace

double path_chance(const model::AttackGraph& graph, const Priced& priced, const std::vector<uint32_t>& steps) {
  const std::vector<uint32_t> numbers = numbers_of(graph);
  Known known;
  for (const uint32_t step : steps) known.add(graph.steps[step], numbers, priced);
  return known.chance();
}

double PathSearch::chance_of(const std::vector<uint32_t>& steps) const {
  Known known;
  for (const uint32_t step : steps) known.add(graph_.steps[step], numbers_, priced_);
  return known.chance();
}

PathSearch::PathSearch(const model::AttackGraph& graph, const Priced& priced, size_t attacker, const std::vector<bool>& closed)
    : graph_(graph),
      priced_(priced),
      attacker_(attacker),
      closed_(closed),
      numbers_(numbers_of(graph)),
      out_(graph.positions.size()),
      in_(graph.positions.size()) {
  for (uint32_t i = 0; i < graph.steps.size(); ++i) {
    const model::Step& step = graph.steps[i];
    if (step.state == model::StepState::cut || (!closed.empty() && closed[i])) continue;
    out_[step.from].push_back(i);
    in_[step.to].push_back(i);
  }
  forward();
}

void PathSearch::forward() {
  cost_.assign(graph_.positions.size(), kFar);
  by_.assign(graph_.positions.size(), kNone);
  Queue queue;
  for (const PricedStart& start : priced_.attackers[attacker_].starts) {
    const double cost = cost_of(start.p);
    if (cost >= cost_[start.position]) continue;
    cost_[start.position] = cost;
    queue.emplace(cost, start.position);
  }
  std::vector<bool> settled(graph_.positions.size(), false);
  while (!queue.empty()) {
    const auto [cost, position] = queue.top();
    queue.pop();
    if (settled[position]) continue;
    settled[position] = true;
    Known known;
    for (const uint32_t step : back(position)) known.add(graph_.steps[step], numbers_, priced_);
    const double here = known.chance();
    for (const uint32_t s : out_[position]) {
      const model::Step& step = graph_.steps[s];
      if (settled[step.to]) continue;
      Known further = known;
      further.add(step, numbers_, priced_);
      const double reach = cost + cost_of(here > 0 ? further.chance() / here : 0);
      if (!(reach < cost_[step.to])) continue;
      cost_[step.to] = reach;
      by_[step.to] = s;
      queue.emplace(reach, step.to);
    }
  }
}

std::vector<uint32_t> PathSearch::back(uint32_t position) const {
  std::vector<uint32_t> steps;
  while (by_[position] != kNone) {
    steps.push_back(by_[position]);
    position = graph_.steps[by_[position]].from;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

model::AttackPath PathSearch::to_asset(uint32_t asset) const {
  double best = kFar;
  uint32_t goal = kNone;
  for (uint32_t position = 0; position < graph_.positions.size(); ++position) {
    for (const model::Holding& holding : graph_.holds[position]) {
      if (holding.asset != asset || cost_[position] == kFar) continue;
      const double cost = cost_[position] + cost_of(holding.share);
      if (cost >= best) continue;
      best = cost;
      goal = position;
    }
  }
  model::AttackPath path;
  if (goal == kNone) return path;
  path.steps = back(goal);
  path.probability = chance_of(path.steps);
  return path;
}

model::AttackPath PathSearch::through(const std::vector<uint32_t>& steps) const {
  // From the goals backwards, each step at the price of its own variables.
  std::vector<double> cost(graph_.positions.size(), kFar);
  std::vector<uint32_t> by(graph_.positions.size(), kNone);
  Queue queue;
  const double largest = *std::max_element(priced_.asset_value.begin(), priced_.asset_value.end());
  for (uint32_t position = 0; position < graph_.positions.size(); ++position) {
    for (const model::Holding& holding : graph_.holds[position]) {
      cost[position] = std::min(cost[position], cost_of(holding.share * priced_.asset_value[holding.asset] / largest));
    }
    if (cost[position] < kFar) queue.emplace(cost[position], position);
  }
  while (!queue.empty()) {
    const auto [at, position] = queue.top();
    queue.pop();
    if (at > cost[position]) continue;
    for (const uint32_t s : in_[position]) {
      const double reach = at + cost_of(chance_of({s}));
      if (!(reach < cost[graph_.steps[s].from])) continue;
      cost[graph_.steps[s].from] = reach;
      by[graph_.steps[s].from] = s;
      queue.emplace(reach, graph_.steps[s].from);
    }
  }
  double best = kFar;
  uint32_t chosen = kNone;
  for (const uint32_t s : steps) {
    const model::Step& step = graph_.steps[s];
    if (step.state == model::StepState::cut || (!closed_.empty() && closed_[s])) continue;
    const double total = cost_[step.from] + cost_of(chance_of({s})) + cost[step.to];
    if (total >= best) continue;
    best = total;
    chosen = s;
  }
  model::AttackPath path;
  if (chosen == kNone) return path;
  path.steps = back(graph_.steps[chosen].from);
  path.steps.push_back(chosen);
  for (uint32_t position = graph_.steps[chosen].to; by[position] != kNone; position = graph_.steps[by[position]].to) {
    path.steps.push_back(by[position]);
  }
  path.probability = chance_of(path.steps);
  return path;
}

}  // namespace bulkhead::risk
