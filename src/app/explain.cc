// Every line can be asked why, "no" as well as "yes".
#include <algorithm>
#include <map>
#include <set>

#include "app/views.h"
#include "base/text.h"
#include "report/words.h"

namespace bulkhead::app {
namespace {

using model::AttackGraph;
using report::Tone;

class Text {
 public:
  explicit Text(const report::TerminalStyle& style) : style_(style) {}
  void title(std::string_view text) { out_ += report::tinted(text, Tone::strong, style_) + "\n"; }
  void line(const std::string& text, size_t indent = 2) {
    out_ += std::string(indent, ' ') +
            report::wrapped(base::escape_terminal(text), std::max<size_t>(style_.width, 40) - indent, indent + 2) + "\n";
  }
  void verbatim(std::string_view text) {  // a patch: line by line, each escaped
    for (const std::string_view one : base::split(base::trim(text), '\n')) {
      out_ += "    " + base::escape_terminal(one) + "\n";
    }
  }
  std::string take() { return std::move(out_); }

 private:
  report::TerminalStyle style_;
  std::string out_;
};

// Lists with an end: the first few, then how many more.
constexpr size_t kShown = 12;

void put_step(Text& text, const AttackGraph& graph, const model::Step& step) {
  std::string line = step.row + ": " + report::position_title(graph, step.from) + " → " + report::position_title(graph, step.to) + " [" +
                     model::step_state_name(step.state) + "]";
  if (!step.technique.empty()) {
    line += " " + step.technique;
  }
  text.line(line);
  if (!step.cut_by.empty()) {
    text.line("cut by " + step.cut_by, 4);
  }
  for (const std::string& fact : step.facts) {
    text.line(fact, 4);
  }
  for (const uint32_t variable : step.variables) {
    const model::Variable& v = graph.variables[variable];
    text.line(v.id + (v.reason.empty() ? "" : ": " + v.reason) + " (coefficient " + v.coefficient + (v.unknown ? ", a missing fact)" : ")"),
              4);
  }
}

template <typename Filter>
void put_steps(Text& text, const AttackGraph& graph, const std::string& title, const Filter& filter) {
  // Steps that read the same (one per flaw or replica) stand once, with their number.
  std::map<std::string, std::pair<const model::Step*, size_t>> groups;
  for (const model::Step& step : graph.steps) {
    if (filter(step)) {
      auto& group = groups[step.row + report::position_short(graph, step.from) + ">" + report::position_short(graph, step.to) +
                           model::step_state_name(step.state)];
      group.first = group.first == nullptr ? &step : group.first;
      ++group.second;
    }
  }
  if (groups.empty()) {
    return;
  }
  text.title(title);
  size_t shown = 0;
  for (const auto& [key, group] : groups) {
    if (++shown > kShown) {
      text.line("and " + std::to_string(groups.size() - kShown) + " more: bulkhead steps");
      break;
    }
    put_step(text, graph, *group.first);
    if (group.second > 1) {
      text.line("and " + std::to_string(group.second - 1) + " more of the same (other flaws or replicas)", 4);
    }
  }
}

void put_action(Text& text, const AttackGraph& graph, const model::Action& action) {
  text.title(action.title);
  text.line("action " + action.id);
  for (const std::string& object : action.objects) {
    text.line("touches " + object);
  }
  if (!action.flaws.empty()) {
    std::vector<std::string> first(action.flaws.begin(),
                                   action.flaws.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(action.flaws.size(), 10)));
    text.line("removes " + base::join(first, ", ") +
              (action.flaws.size() > first.size() ? " and " + std::to_string(action.flaws.size() - first.size()) + " more" : ""));
  }
  for (const std::string& user : action.may_break) {
    text.line("may break: " + user);
  }
  std::set<uint32_t> cuts(action.cuts.begin(), action.cuts.end());
  std::set<std::string> ends;
  for (const uint32_t cut : cuts) {
    ends.insert(graph.steps[cut].row + " " + report::position_short(graph, graph.steps[cut].from) + " → " +
                report::position_short(graph, graph.steps[cut].to));
  }
  text.line("cuts " + std::to_string(cuts.size()) + (cuts.size() == 1 ? " step:" : " steps:"));
  size_t shown = 0;
  for (const std::string& end : ends) {
    if (++shown > kShown) {
      text.line("and " + std::to_string(ends.size() - kShown) + " more", 4);
      break;
    }
    text.line(end, 4);
  }
  if (!action.patch.empty()) {
    text.line(action.patch_kind == "text" ? "how:" : "patch (" + action.patch_kind + "):");
    text.verbatim(action.patch);
  }
}

void put_finding(Text& text, const report::PlacedFinding& placed) {
  const model::Finding& f = *placed.finding;
  text.title(f.id + " in " + f.component + ", " + placed.place);
  if (!f.summary.empty()) {
    text.line(f.summary);
  }
  text.line(placed.use == report::PlacedFinding::Use::attack    ? "Can be part of an attack here."
            : placed.use == report::PlacedFinding::Use::unknown ? "Unknown whether it can be part of an attack here: " + placed.why
                                                                : "Needs no action here: " + placed.why + ".");
  if (placed.check != nullptr) {
    const model::FlawCheck& check = *placed.check;
    const char* const words[] = {"do not hold", "are unknown", "hold"};
    text.line(std::string("Preconditions ") + words[static_cast<size_t>(check.verdict)] + ":");
    for (const std::string& fact : check.facts) {
      text.line(fact, 4);
    }
    for (const std::string& missing : check.missing) {
      text.line("not known: " + missing, 4);
    }
    if (!check.denied.empty()) {
      text.line(check.denied, 4);
    }
    if (!check.mitigation.empty()) {
      text.line("also cut by: " + check.mitigation, 4);
    }
  }
  std::string facts = "severity " + f.severity + ", effect " + model::effect_name(f.effect) +
                      (f.network ? ", over the network" : ", local") + ", exploit " + model::exploit_name(f.exploit);
  if (f.epss >= 0) {
    facts += ", EPSS " + report::percent(f.epss);
  }
  text.line(facts + (f.cvss.empty() ? "" : ", " + f.cvss));
  const model::MatchReason& r = f.reason;
  text.line("matched: record " + r.record + " (" + f.source + "), " + r.ecosystem + " " + r.package + ", " + r.scheme +
            " order: " + r.comparison + (r.range.empty() ? "" : " in range " + r.range));
  text.line(f.fixed_version.empty() ? std::string("no fixed version (") + model::status_name(f.status) + ")"
                                    : "fixed in " + f.fixed_version);
}

bool explain_number(Text& text, const report::ScanReport& report, std::string_view subject) {
  const auto number = base::parse_u64(subject);
  if (!number || *number == 0 || *number > report.risk->plan.size()) {
    return false;
  }
  const model::PlanItem& item = report.risk->plan[*number - 1];
  text.title(std::string(subject) + "  " + report::item_title(*report.graph, item));
  text.line("removes " + report::percent(item.removes) + " of the risk that was read; after it " + report::percent(item.removed_so_far) +
            " is gone; " + item.effort_band + " effort; ready in " + report::days(item.lead_days));
  if (item.rank_stability >= 0) {
    text.line("among the first three in " + report::percent(item.rank_stability) + " of the draws of the model's coefficients");
  }
  if (!item.why.steps.empty()) {
    text.line("because of: " + report::path_text(*report.graph, item.why));
    for (const uint32_t step : item.why.steps) {
      put_step(text, *report.graph, report.graph->steps[step]);
    }
  }
  for (const uint32_t action : item.actions) {
    put_action(text, *report.graph, report.graph->actions[action]);
  }
  return true;
}

bool explain_flaw(Text& text, const report::ScanReport& report, std::string_view subject) {
  bool any = false;
  for (const report::PlacedFinding& placed : report.findings) {
    const model::Finding& finding = *placed.finding;
    if (base::iequals_ascii(finding.id, subject) ||
        std::any_of(finding.aliases.begin(), finding.aliases.end(),
                    [&](const std::string& alias) { return base::iequals_ascii(alias, subject); })) {
      put_finding(text, placed);
      any = true;
    }
  }
  if (any) {
    put_steps(text, *report.graph, "Steps that rest on it", [&](const model::Step& step) {
      return std::any_of(step.flaws.begin(), step.flaws.end(), [&](const std::string& flaw) { return base::iequals_ascii(flaw, subject); });
    });
  }
  return any;
}

bool explain_position(Text& text, const report::ScanReport& report, std::string_view subject) {
  const AttackGraph& graph = *report.graph;
  const std::vector<uint32_t> named = find_positions(graph, subject);
  const std::set<uint32_t> positions(named.begin(), named.end());
  if (positions.empty()) {
    return false;
  }
  for (const uint32_t position : positions) {
    text.title(report::position_title(graph, position));
    for (const std::string& image : graph.positions[position].images) {
      text.line("image " + image);
    }
    for (const model::ChokePoint& choke : report.risk->choke_points) {
      if (choke.id == graph.positions[position].id) {
        text.line("indispensable in " + report::percent(choke.share) + " of the damaging trials");
      }
    }
    for (const model::Holding& holding : graph.holds[position]) {
      text.line("holds " + graph.assets[holding.asset].title);
    }
  }
  put_steps(text, graph, "Ways in", [&](const model::Step& step) { return positions.contains(step.to); });
  put_steps(text, graph, "Ways on", [&](const model::Step& step) { return positions.contains(step.from); });
  return true;
}

}  // namespace

base::Result<std::string> render_explanation(const report::ScanReport& report, std::string_view subject,
                                             const report::TerminalStyle& style) {
  Text text(style);
  if (explain_number(text, report, subject) || explain_flaw(text, report, subject)) {
    return text.take();
  }
  for (const model::Action& action : report.graph->actions) {
    if (action.id == subject) {
      put_action(text, *report.graph, action);
      return text.take();
    }
  }
  for (const model::Step& step : report.graph->steps) {
    if (step.id == subject) {
      put_step(text, *report.graph, step);
      return text.take();
    }
  }
  if (explain_position(text, report, subject)) {
    return text.take();
  }
  base::Error error{base::ErrorKind::usage, "nothing here has that name", std::string(subject), {}, {}, {}};
  error.hint =
      "give a number of the plan, a flaw id that was found, an action or step id, or a position: shop/api, node:worker-1, secret:shop/db";
  return std::unexpected(std::move(error));
}

}  // namespace bulkhead::app
