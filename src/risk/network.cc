#include "risk/network.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "risk/components.h"

namespace bulkhead::risk {
namespace {

using model::AttackGraph;

struct Rows {  // compressed successors
  std::vector<uint32_t> first, targets;
};

Rows compress(size_t nodes, const std::vector<std::pair<uint32_t, uint32_t>>& pairs) {
  Rows rows;
  rows.first.assign(nodes + 1, 0);
  for (const auto& [from, to] : pairs) ++rows.first[from + 1];
  for (size_t i = 0; i < nodes; ++i) rows.first[i + 1] += rows.first[i];
  rows.targets.resize(pairs.size());
  std::vector<uint32_t> at(rows.first.begin(), rows.first.end() - 1);
  for (const auto& [from, to] : pairs) rows.targets[at[from]++] = to;
  return rows;
}

std::vector<bool> reached(const Rows& rows, std::vector<uint32_t> queue) {
  std::vector<bool> seen(rows.first.size() - 1, false);
  for (const uint32_t start : queue) seen[start] = true;
  while (!queue.empty()) {
    const uint32_t node = queue.back();
    queue.pop_back();
    for (uint32_t i = rows.first[node]; i < rows.first[node + 1]; ++i) {
      if (seen[rows.targets[i]]) continue;
      seen[rows.targets[i]] = true;
      queue.push_back(rows.targets[i]);
    }
  }
  return seen;
}

bool walked(const model::Step& step) { return step.state != model::StepState::cut && step.from != step.to; }

// The graph's positions that the attacker can reach and from where something of value can be held.
std::vector<bool> relevant(const AttackGraph& graph, const PricedAttacker& attacker) {
  std::vector<std::pair<uint32_t, uint32_t>> forward, backward;
  for (const model::Step& step : graph.steps) {
    if (!walked(step)) continue;
    forward.emplace_back(step.from, step.to);
    backward.emplace_back(step.to, step.from);
  }
  std::vector<uint32_t> starts, goals;
  for (const PricedStart& start : attacker.starts) {
    if (start.p > 0) starts.push_back(start.position);
  }
  for (uint32_t position = 0; position < graph.positions.size(); ++position) {
    for (const model::Holding& holding : graph.holds[position]) {
      if (holding.share > 0) {
        goals.push_back(position);
        break;
      }
    }
  }
  std::vector<bool> kept = reached(compress(graph.positions.size(), forward), std::move(starts));
  const std::vector<bool> useful = reached(compress(graph.positions.size(), backward), std::move(goals));
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = kept[i] && useful[i];
  return kept;
}

std::vector<std::vector<uint32_t>> actions_of_steps(const AttackGraph& graph) {
  std::vector<std::vector<uint32_t>> actions(graph.steps.size());
  for (uint32_t action = 0; action < graph.actions.size(); ++action) {
    for (const uint32_t step : graph.actions[action].cuts) actions[step].push_back(action);
  }
  for (std::vector<uint32_t>& list : actions) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return actions;
}

// The first position that holds all that can be held, each asset by its strongest share; kNone: no position does.
uint32_t summit_of(const AttackGraph& graph, const std::vector<bool>& kept) {
  std::vector<double> strongest(graph.assets.size(), 0);
  const auto each = [&](const auto& fn) {
    for (uint32_t position = 0; position < graph.positions.size(); ++position) {
      if (!kept[position]) continue;
      for (const model::Holding& holding : graph.holds[position]) fn(position, holding);
    }
  };
  each([&](uint32_t, const model::Holding& holding) { strongest[holding.asset] = std::max(strongest[holding.asset], holding.share); });
  const auto wanted = std::count_if(strongest.begin(), strongest.end(), [](double share) { return share > 0; });
  std::vector<std::set<uint32_t>> full(graph.positions.size());
  each([&](uint32_t position, const model::Holding& holding) {
    if (holding.share > 0 && holding.share == strongest[holding.asset]) full[position].insert(holding.asset);
  });
  for (uint32_t position = 0; position < graph.positions.size(); ++position) {
    if (wanted > 0 && full[position].size() == static_cast<size_t>(wanted)) return position;
  }
  return kNone;
}

// Links between each node and `to`, counted from `to` backwards; kNone where there is no way.
std::vector<uint32_t> distances_to(uint32_t to, size_t nodes, const std::vector<std::pair<uint32_t, uint32_t>>& links) {
  std::vector<uint32_t> distance(nodes, kNone);
  if (to == kNone) return distance;
  std::vector<std::pair<uint32_t, uint32_t>> turned;
  for (const auto& [a, b] : links) turned.emplace_back(b, a);
  const Rows rows = compress(nodes, turned);
  std::vector<uint32_t> queue{to};
  distance[to] = 0;
  for (size_t at = 0; at < queue.size(); ++at) {
    for (uint32_t i = rows.first[queue[at]]; i < rows.first[queue[at] + 1]; ++i) {
      const uint32_t next = rows.targets[i];
      if (distance[next] != kNone) continue;
      distance[next] = distance[queue[at]] + 1;
      queue.push_back(next);
    }
  }
  return distance;
}

using Terms = std::set<std::vector<uint32_t>>;
using EdgeKey = std::tuple<uint32_t, uint32_t, std::vector<uint32_t>>;  // from, to, actions

}  // namespace

Network condense(const AttackGraph& graph, const PricedAttacker& attacker) {
  Network network;
  network.action_edges.resize(graph.actions.size());
  const std::vector<bool> kept = relevant(graph, attacker);
  const std::vector<std::vector<uint32_t>> step_actions = actions_of_steps(graph);

  // Strongly connected certainties become one position.
  std::vector<std::pair<uint32_t, uint32_t>> certain;
  std::vector<uint32_t> steps;
  for (uint32_t i = 0; i < graph.steps.size(); ++i) {
    const model::Step& step = graph.steps[i];
    if (!walked(step) || !kept[step.from] || !kept[step.to]) continue;
    steps.push_back(i);
    if (step.variables.empty() && step_actions[i].empty()) certain.emplace_back(step.from, step.to);
  }
  const Rows certain_rows = compress(graph.positions.size(), certain);
  const Components merged = strong_components(certain_rows.first, certain_rows.targets);

  // Topological numbers over all that is left.
  std::vector<std::pair<uint32_t, uint32_t>> links;
  for (const uint32_t i : steps) {
    const uint32_t from = merged.of[graph.steps[i].from], to = merged.of[graph.steps[i].to];
    if (from != to) links.emplace_back(from, to);
  }
  const Rows link_rows = compress(merged.count, links);
  const Components layered = strong_components(link_rows.first, link_rows.targets);
  std::vector<uint32_t> representative(merged.count, kNone);
  for (uint32_t position = 0; position < graph.positions.size(); ++position) {
    if (kept[position]) representative[merged.of[position]] = 0;
  }
  // Inside a component the farther from the summit the earlier, then the nearer to a start: sweeps follow the attacker up.
  std::vector<uint32_t> distance(merged.count, kNone), queue;
  for (const PricedStart& start : attacker.starts) {
    if (!kept[start.position] || !(start.p > 0) || distance[merged.of[start.position]] == 0) continue;
    distance[merged.of[start.position]] = 0;
    queue.push_back(merged.of[start.position]);
  }
  for (size_t at = 0; at < queue.size(); ++at) {
    const uint32_t node = queue[at];
    for (uint32_t i = link_rows.first[node]; i < link_rows.first[node + 1]; ++i) {
      const uint32_t to = link_rows.targets[i];
      if (distance[to] != kNone) continue;
      distance[to] = distance[node] + 1;
      queue.push_back(to);
    }
  }
  const uint32_t summit = summit_of(graph, kept);
  const std::vector<uint32_t> to_summit = distances_to(summit == kNone ? kNone : merged.of[summit], merged.count, links);
  std::vector<uint32_t> order = layered.order;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    // kNone is above every distance: what leads nowhere near the summit comes first.
    return std::tie(layered.of[a], to_summit[b], distance[a]) < std::tie(layered.of[b], to_summit[a], distance[b]);
  });
  std::vector<uint32_t> number(merged.count, kNone);
  for (const uint32_t node : order) {
    if (representative[node] != kNone) number[node] = network.position_count++;
  }
  if (summit != kNone) network.summit = number[merged.of[summit]];
  network.members.resize(network.position_count);
  for (uint32_t position = 0; position < graph.positions.size(); ++position) {
    if (kept[position]) network.members[number[merged.of[position]]].push_back(position);
  }

  // Parallel steps that the same actions cut become one edge.
  std::map<EdgeKey, Terms> edges;
  for (const uint32_t i : steps) {
    const model::Step& step = graph.steps[i];
    const uint32_t from = number[merged.of[step.from]], to = number[merged.of[step.to]];
    if (from == to) continue;
    std::vector<uint32_t> term = step.variables;
    std::sort(term.begin(), term.end());
    term.erase(std::unique(term.begin(), term.end()), term.end());
    edges[{from, to, step_actions[i]}].insert(std::move(term));
  }
  std::set<uint32_t> variables;
  for (const auto& [key, terms] : edges) {
    if (terms.begin()->empty()) continue;  // certain
    for (const std::vector<uint32_t>& term : terms) variables.insert(term.begin(), term.end());
  }
  network.variables.assign(variables.begin(), variables.end());
  std::map<Terms, uint32_t> rows;
  network.first.assign(network.position_count + 1, 0);
  for (const auto& [key, terms] : edges) {
    const auto& [from, to, actions] = key;
    const auto uncut = edges.find({from, to, {}});
    if (!actions.empty() && uncut != edges.end() && uncut->second.begin()->empty()) continue;  // there is a certain way beside it
    Edge edge{.from = from, .to = to, .row = kAlways, .actions = actions};
    if (!terms.begin()->empty()) {
      const auto [row, fresh] = rows.try_emplace(terms, static_cast<uint32_t>(network.rows.size()));
      edge.row = row->second;
      if (fresh) {
        Row made;
        for (const std::vector<uint32_t>& term : terms) {
          std::vector<uint32_t>& local = made.terms.emplace_back();
          for (const uint32_t variable : term) {
            local.push_back(static_cast<uint32_t>(std::lower_bound(network.variables.begin(), network.variables.end(), variable) -
                                                  network.variables.begin()));
          }
        }
        network.rows.push_back(std::move(made));
      }
    }
    for (const uint32_t action : actions) network.action_edges[action].push_back(static_cast<uint32_t>(network.edges.size()));
    ++network.first[from + 1];
    network.links.push_back({edge.to, edge.row});
    network.edges.push_back(std::move(edge));
  }
  for (uint32_t i = 0; i < network.position_count; ++i) network.first[i + 1] += network.first[i];

  // Starts and assets.
  std::set<uint32_t> entries;
  for (const PricedStart& start : attacker.starts) {
    if (kept[start.position] && start.p > 0) entries.insert(number[merged.of[start.position]]);
  }
  network.entries.assign(entries.begin(), entries.end());
  for (const PricedStart& start : attacker.starts) {
    if (!kept[start.position] || !(start.p > 0)) {
      network.entry_of_start.push_back(kNone);
      continue;
    }
    const auto at = std::lower_bound(network.entries.begin(), network.entries.end(), number[merged.of[start.position]]);
    network.entry_of_start.push_back(static_cast<uint32_t>(at - network.entries.begin()));
  }
  std::vector<std::map<uint32_t, double>> holds(graph.assets.size());  // per asset: position → largest share
  for (uint32_t position = 0; position < graph.positions.size(); ++position) {
    if (!kept[position]) continue;
    for (const model::Holding& holding : graph.holds[position]) {
      if (!(holding.share > 0)) continue;
      double& share = holds[holding.asset][number[merged.of[position]]];
      share = std::max(share, holding.share);
    }
  }
  std::map<std::vector<std::pair<double, uint32_t>>, std::vector<uint32_t>> classes;
  for (uint32_t asset = 0; asset < graph.assets.size(); ++asset) {
    if (holds[asset].empty()) continue;
    std::vector<std::pair<double, uint32_t>> key;
    for (const auto& [position, share] : holds[asset]) key.emplace_back(-share, position);
    std::sort(key.begin(), key.end());
    classes[std::move(key)].push_back(asset);
  }
  for (const auto& [key, assets] : classes) {
    AssetClass made;
    for (const auto& [share, position] : key) made.holds.push_back({position, -share});
    made.assets = assets;
    network.assets.push_back(std::move(made));
  }
  return network;
}

std::vector<double> class_values(const Network& network, const Priced& priced) {
  std::vector<double> values;
  for (const AssetClass& made : network.assets) {
    double value = 0;
    for (const uint32_t asset : made.assets) value += priced.asset_value[asset];
    values.push_back(value);
  }
  return values;
}

}  // namespace bulkhead::risk
