#include "report/risk_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/words.h"

namespace bulkhead::report {
namespace {

constexpr size_t kRows = 12;  // of each list; --format json has all

std::string figure(const model::Estimate& estimate) {
  if (estimate.exact) return fmt::format("{:.4g}", estimate.mean);
  return fmt::format("{:.4g} ({:.3g} to {:.3g})", estimate.mean, estimate.low, estimate.high);
}

std::string attackers(const model::RiskReport& report, const TerminalStyle& style) {
  Table table({{"Attacker"}, {"Weight", true}, {"Damage (95 %)"}, {"Floor", true}, {"Ceiling", true}});
  for (const model::AttackerRisk& risk : report.attackers) {
    if (!risk.on) {
      table.add({{risk.attacker}, {"off"}, {"–"}, {"–"}, {"–"}});
      continue;
    }
    table.add({{risk.attacker},
               {fmt::format("{:g}", risk.weight)},
               {figure(risk.risk)},
               {fmt::format("{:.4g}", risk.floor)},
               {fmt::format("{:.4g}", risk.ceiling)}});
  }
  return table.render(style);
}

std::string assets(const model::RiskReport& report, const model::AttackGraph& graph, const TerminalStyle& style) {
  std::string out;
  for (const model::AttackerRisk& risk : report.attackers) {
    std::vector<size_t> order;
    for (size_t i = 0; i < risk.assets.size() && risk.on; ++i) {
      if (risk.asset_ceiling[i] > 0) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return graph.assets[a].value * risk.assets[a].mean > graph.assets[b].value * risk.assets[b].mean;
    });
    if (order.size() > kRows) order.resize(kRows);
    Table table({{"What " + risk.attacker + " comes to hold", false, true},
                 {"Value", true},
                 {""},
                 {"Chance (95 %)"},
                 {"Floor", true},
                 {"Ceiling", true}});
    for (const size_t i : order) {
      table.add({{graph.assets[i].title},
                 {fmt::format("{:g}", graph.assets[i].value)},
                 {model::band(risk.assets[i].mean)},
                 {figure(risk.assets[i])},
                 {fmt::format("{:.3g}", risk.asset_floor[i])},
                 {fmt::format("{:.3g}", risk.asset_ceiling[i])}});
    }
    if (!table.empty()) out += "\n" + table.render(style);
  }
  return out;
}

std::string actions(const model::RiskReport& report, const model::AttackGraph& graph, const TerminalStyle& style) {
  std::vector<const model::ActionValue*> order;
  for (const model::ActionValue& value : report.actions) {
    if (value.blended > 0) order.push_back(&value);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->blended > b->blended; });
  if (order.size() > kRows) order.resize(kRows);
  std::vector<Column> columns{{"Each action alone removes", false, true}};
  for (const model::AttackerRisk& risk : report.attackers) {
    if (risk.on) columns.push_back({risk.attacker});
  }
  Table table(columns);
  for (const model::ActionValue* value : order) {
    std::vector<Cell> row{{graph.actions[value->action].title}};
    for (size_t a = 0; a < report.attackers.size(); ++a) {
      if (report.attackers[a].on) row.push_back({figure(value->removes[a])});
    }
    table.add(row);
  }
  return table.empty() ? "" : "\n" + table.render(style);
}

std::string plan(const model::RiskReport& report, const model::AttackGraph& graph, const TerminalStyle& style) {
  Table table(
      {{"", true}, {"Plan", false, true}, {"Removes", true}, {"So far", true}, {"Effort"}, {"Ready", true}, {"In first three", true}});
  size_t number = 0;
  for (const model::PlanItem& item : report.plan) {
    table.add({{std::to_string(++number)},
               {item_title(graph, item)},
               {percent(item.removes)},
               {percent(item.removed_so_far)},
               {item.effort_band},
               {days(item.lead_days)},
               {item.rank_stability < 0 ? "–" : percent(item.rank_stability)}});
  }
  return table.empty() ? "" : "\n" + table.render(style);
}

}  // namespace

std::string risk_text(const model::RiskReport& report, const model::AttackGraph& graph, const TerminalStyle& style) {
  std::string out =
      fmt::format("Horizon {} · {} trials, seed {}\n\n", days(report.horizon_days), base::with_thousands(report.trials), report.seed);
  out += attackers(report, style) + assets(report, graph, style) + actions(report, graph, style) + plan(report, graph, style);
  if (report.first_three_stability >= 0) {
    out += fmt::format("\nThe first three items stay the first three in {} of model draws.\n", percent(report.first_three_stability));
  }
  if (!report.most_telling_unknown.empty()) {
    out += "The missing fact that matters most: " + base::escape_terminal(report.most_telling_unknown) + "\n";
  }
  return out;
}

}  // namespace bulkhead::report
