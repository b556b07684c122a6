#include "app/views.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "report/words.h"

namespace bulkhead::app {
namespace {

using model::AttackGraph;

// Ways are compared by unknown steps first, then by length: a way that surely exists is worth more than a shorter maybe.
struct Way {
  uint32_t unknown = 0;
  std::vector<uint32_t> steps;
  bool operator>(const Way& other) const {
    return std::tuple(unknown, steps.size(), steps) > std::tuple(other.unknown, other.steps.size(), other.steps);
  }
};

// Unknown steps and steps that are still needed from each position to a target: an exact bound, so that the search below never
// walks into what leads nowhere.
std::vector<std::pair<uint32_t, uint32_t>> distances_to(const AttackGraph& graph, const std::set<uint32_t>& targets) {
  constexpr std::pair<uint32_t, uint32_t> kFar = {std::numeric_limits<uint32_t>::max(), std::numeric_limits<uint32_t>::max()};
  std::vector<std::pair<uint32_t, uint32_t>> best(graph.positions.size(), kFar);
  std::vector<std::vector<uint32_t>> into(graph.positions.size());
  for (uint32_t i = 0; i < graph.steps.size(); ++i) {
    if (graph.steps[i].state != model::StepState::cut) {
      into[graph.steps[i].to].push_back(i);
    }
  }
  using Entry = std::pair<std::pair<uint32_t, uint32_t>, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  for (const uint32_t target : targets) {
    best[target] = {0, 0};
    queue.push({{0, 0}, target});
  }
  while (!queue.empty()) {
    const auto [cost, position] = queue.top();
    queue.pop();
    if (cost != best[position]) {
      continue;
    }
    for (const uint32_t index : into[position]) {
      const model::Step& step = graph.steps[index];
      const std::pair<uint32_t, uint32_t> next = {cost.first + (step.state == model::StepState::unknown ? 1U : 0U), cost.second + 1};
      if (next < best[step.from]) {
        best[step.from] = next;
        queue.push({next, step.from});
      }
    }
  }
  return best;
}

std::vector<Way> shortest_ways(const AttackGraph& graph, const std::vector<uint32_t>& from, const std::set<uint32_t>& to, size_t most) {
  const auto left = distances_to(graph, to);
  std::vector<std::vector<uint32_t>> out(graph.positions.size());
  for (uint32_t i = 0; i < graph.steps.size(); ++i) {
    const model::Step& step = graph.steps[i];
    if (step.state != model::StepState::cut && left[step.to].second != std::numeric_limits<uint32_t>::max()) {
      out[step.from].push_back(i);
    }
  }
  // A*: partial ways by what they cost and still must cost. Bounded, since a dense graph has more ways than anybody can read.
  constexpr size_t kMostLooks = 200'000;
  struct Partial {
    uint32_t unknown, length;  // with the bound for the rest
    Way way;
    uint32_t at;
    bool operator>(const Partial& other) const {
      return std::tuple(unknown, length, way.steps) > std::tuple(other.unknown, other.length, other.way.steps);
    }
  };
  std::priority_queue<Partial, std::vector<Partial>, std::greater<>> queue;
  for (const uint32_t start : from) {
    if (left[start].second != std::numeric_limits<uint32_t>::max()) {
      queue.push({left[start].first, left[start].second, {}, start});
    }
  }
  std::vector<Way> found;
  std::set<std::string> seen;
  for (size_t looks = 0; !queue.empty() && found.size() < most && looks < kMostLooks; ++looks) {
    const Partial partial = queue.top();
    queue.pop();
    if (to.contains(partial.at)) {
      // Ways that differ only in the flaw or the replica read the same: one of them is enough.
      std::string key;
      for (const uint32_t step : partial.way.steps) {
        key += graph.steps[step].row + ">" + report::position_short(graph, graph.steps[step].to) + ";";
      }
      if (seen.insert(key).second) {
        found.push_back(partial.way);
      }
      continue;
    }
    for (const uint32_t index : out[partial.at]) {
      const model::Step& step = graph.steps[index];
      const bool again = std::any_of(partial.way.steps.begin(), partial.way.steps.end(),
                                     [&](uint32_t earlier) { return graph.steps[earlier].from == step.to; });
      if (again) {
        continue;
      }
      Partial next{0, 0, partial.way, step.to};
      next.way.steps.push_back(index);
      next.way.unknown += step.state == model::StepState::unknown ? 1 : 0;
      next.unknown = next.way.unknown + left[step.to].first;
      next.length = static_cast<uint32_t>(next.way.steps.size()) + left[step.to].second;
      queue.push(std::move(next));
    }
  }
  return found;
}

base::Result<std::vector<uint32_t>> named_positions(const AttackGraph& graph, std::string_view word, std::string_view flag) {
  std::vector<uint32_t> positions = find_positions(graph, word);
  if (positions.empty()) {
    return base::fail(base::ErrorKind::usage, "no position of this cluster has that name", std::string(flag) + " " + std::string(word));
  }
  return positions;
}

}  // namespace

std::vector<uint32_t> find_positions(const AttackGraph& graph, std::string_view word) {
  std::vector<uint32_t> exact, loose;
  for (uint32_t i = 0; i < graph.positions.size(); ++i) {
    const model::Position& position = graph.positions[i];
    const std::string qualified = position.ns.empty() ? position.name : position.ns + "/" + position.name;
    const bool named = position.id == word || position.id == "asset:" + std::string(word) ||
                       position.id == "identity:" + std::string(word) || word == model::position_kind_name(position.kind);
    const bool workload = position.kind == model::PositionKind::workload && qualified == word;
    if (named || workload) {
      exact.push_back(i);
    } else if (qualified == word) {
      loose.push_back(i);
    }
  }
  return exact.empty() ? loose : exact;
}

base::Result<std::string> render_paths(const report::ScanReport& report, std::string_view from, std::string_view to, bool json,
                                       const report::TerminalStyle& style, size_t most) {
  const AttackGraph& graph = *report.graph;
  BULKHEAD_TRY(const std::vector<uint32_t> starts, named_positions(graph, from, "--from"));
  BULKHEAD_TRY(const std::vector<uint32_t> ends, named_positions(graph, to, "--to"));
  const std::vector<Way> ways = shortest_ways(graph, starts, {ends.begin(), ends.end()}, most);
  if (json) {
    base::JsonWriter w;
    w.begin_object().member("schema", "bulkhead.paths/1").member("from", from).member("to", to).key("paths").begin_array();
    for (const Way& way : ways) {
      w.begin_object()
          .member("unknown_steps", static_cast<uint64_t>(way.unknown))
          .member("text", report::path_text(graph, {way.steps, 0}))
          .key("steps")
          .begin_array();
      for (const uint32_t step : way.steps) {
        w.value(graph.steps[step].id);
      }
      w.end_array().end_object();
    }
    w.end_array().end_object();
    return w.take() + "\n";
  }
  if (ways.empty()) {
    return base::escape_terminal("No way from " + std::string(from) + " to " + std::string(to) + " as far as was read.") +
           (report.complete() ? "" : " Not everything was read: see bulkhead scan.") + "\n";
  }
  std::string out;
  for (size_t i = 0; i < ways.size(); ++i) {
    const std::string number = std::to_string(i + 1) + "  ";
    out += report::wrapped(number + base::escape_terminal(report::path_text(graph, {ways[i].steps, 0})), std::max<size_t>(style.width, 40),
                           3) +
           "\n";
    for (const uint32_t index : ways[i].steps) {
      for (const std::string& fact : graph.steps[index].facts) {
        out += report::tinted("     " + graph.steps[index].row + ": " + fact, report::Tone::faint, style) + "\n";
      }
    }
  }
  return out;
}

}  // namespace bulkhead::app
