#include "report/steps.h"

#include <map>

#include "base/json.h"
#include "base/text.h"

namespace bulkhead::report {

using model::AttackGraph;
using model::Position;
using model::Step;

namespace {

void write_position(base::JsonWriter& w, const Position& p) {
  w.begin_object()
      .member("kind", model::position_kind_name(p.kind))
      .member("namespace", p.ns)
      .member("name", p.name)
      .member("node", p.node)
      .member("id", p.id)
      .end_object();
}

bool wanted(const Step& step, const StepFilter& filter) {
  return (filter.state.empty() || filter.state == model::step_state_name(step.state)) && (filter.row.empty() || filter.row == step.row);
}

}  // namespace

std::string position_words(const Position& p) {
  const std::string named = p.ns.empty() ? p.name : p.ns + "/" + p.name;
  std::string out;
  switch (p.kind) {
    case model::PositionKind::internet: return "internet";
    case model::PositionKind::control_plane: return "control plane";
    case model::PositionKind::node:
      out = p.id.starts_with("surface:") ? "kernel or runtime of " + p.name + " (" + p.id.substr(p.id.rfind('/') + 1) + ")"
                                         : "node " + p.name;
      break;
    case model::PositionKind::identity:
      out = p.id.starts_with("identity:sa:") ? "service account " + named : p.id.starts_with("identity:") ? p.id.substr(9) : named;
      break;
    case model::PositionKind::asset: out = p.id.starts_with("asset:secret") ? "Secret " + named : named; break;
    case model::PositionKind::workload:
      out = (p.id.starts_with("entry:") ? "a port of " : "") + named + (p.node.empty() ? "" : "@" + p.node);
      break;
  }
  return base::escape_terminal(out);
}

std::string steps_jsonl(const AttackGraph& graph, const StepFilter& filter) {
  std::string out;
  for (const Step& step : graph.steps) {
    if (!wanted(step, filter)) continue;
    base::JsonWriter w;
    w.begin_object().member("step", step.row).key("from");
    write_position(w, graph.positions[step.from]);
    w.key("to");
    write_position(w, graph.positions[step.to]);
    w.member("state", model::step_state_name(step.state)).member("cut_by", step.cut_by).member("needs_flaw", step.needs_flaw);
    w.member("flaws", step.flaws).member("facts", step.facts).member("technique", step.technique).member("id", step.id).end_object();
    out += w.str();
    out += '\n';
  }
  return out;
}

std::string steps_table(const AttackGraph& graph, const StepFilter& filter) {
  std::map<std::string, std::map<std::string, size_t>> counts;
  std::string lines;
  for (const Step& step : graph.steps) {
    if (!wanted(step, filter)) continue;
    ++counts[step.row][model::step_state_name(step.state)];
    lines += step.row + std::string(step.row.size() < 18 ? 18 - step.row.size() : 1, ' ') + model::step_state_name(step.state) + "  " +
             position_words(graph.positions[step.from]) + " → " + position_words(graph.positions[step.to]);
    if (!step.cut_by.empty()) lines += "  [cut by " + base::escape_terminal(step.cut_by) + "]";
    if (step.flaws.size() == 1) lines += "  " + base::escape_terminal(step.flaws.front());
    if (step.flaws.size() > 1) lines += "  " + std::to_string(step.flaws.size()) + " flaws";
    lines += '\n';
  }
  std::string out;
  for (const auto& [row, states] : counts) {
    out += row + std::string(row.size() < 18 ? 18 - row.size() : 1, ' ');
    std::string words;
    for (const auto& [state, number] : states) words += (words.empty() ? "" : ", ") + std::to_string(number) + " " + state;
    out += words + "\n";
  }
  return out + "\n" + lines;
}

}  // namespace bulkhead::report
