#include "report/scan_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "report/words.h"

namespace bulkhead::report {
namespace {

using base::with_thousands;

constexpr size_t kShownAssets = 10;
constexpr size_t kShownItems = 10;
constexpr int64_t kShownDays = 90;  // an end of support that is farther away is no news

std::string plural(uint64_t count, const char* one, const char* many) { return with_thousands(count) + " " + (count == 1 ? one : many); }

std::string age(double days_old) {
  if (days_old < 0) {
    return "no advisory database";
  }
  return "advisories " + (days_old < 1 ? std::string("less than a day") : days(std::floor(days_old))) + " old";
}

Tone band_tone(double probability) {
  return probability >= 0.5 ? Tone::bad : probability >= 0.1 ? Tone::warn : probability > 0 ? Tone::plain : Tone::faint;
}

// The band of the mean; where the missing facts could make it worse by a band, that band too.
std::string band_words(double mean, double ceiling) {
  const std::string middle = mean > 0 ? model::band(mean) : "–", high = ceiling > 0 ? model::band(ceiling) : "–";
  if (high == middle) {
    return middle;
  }
  return middle == "–" ? "up to " + high : middle + ", up to " + high;
}

std::string support_words(int64_t until) {
  return until > 0 ? "support ends in " + days(static_cast<double>(until)) : "support ended " + days(static_cast<double>(-until)) + " ago";
}

std::string render_head(const ScanReport& r, const TerminalStyle& style) {
  std::string cluster = r.cluster + " · Kubernetes " + (r.server_version.empty() ? "(version unknown)" : r.server_version);
  if (!r.support.empty()) {
    cluster += " (" + r.support + ")";
  }
  cluster += " · " + plural(r.nodes, "node", "nodes") + " · " + plural(r.workloads, "workload", "workloads") + ", " +
             plural(r.pods, "pod", "pods");
  std::string read = plural(r.objects, "object", "objects");
  if (r.kinds_not_read > 0) {
    read += ", " + plural(r.kinds_not_read, "kind", "kinds") + " not read";
  }
  read += " · " + with_thousands(r.images_read) + " of " + plural(r.images, "image", "images") + ", " +
          plural(r.components, "component", "components") + " · " + age(r.advisory_age_days);
  const std::string found = plural(r.findings.size(), "finding", "findings") + ": " + with_thousands(r.count(PlacedFinding::Use::attack)) +
                            " can be part of an attack here, " + with_thousands(r.count(PlacedFinding::Use::none)) +
                            " cannot (why: bulkhead explain ID), " + with_thousands(r.count(PlacedFinding::Use::unknown)) + " unknown";
  const auto line = [&](std::string_view title, const std::string& text) {
    return tinted(title, Tone::strong, style) + std::string(10 - title.size(), ' ') +
           wrapped(base::escape_terminal(text), std::max<size_t>(style.width, 40), 10) + "\n";
  };
  std::string decided;
  if (r.decided > 0 || !r.decision_notes.empty()) {
    decided = plural(r.decided, "finding needs", "findings need") + " no work by decision";
    for (const std::string& note : r.decision_notes) {
      decided += "; " + note;
    }
  }
  std::string out =
      line("Cluster", cluster) + line("Read", read) + line("Found", found) + (decided.empty() ? "" : line("Decided", decided));
  std::string soon;
  for (const Support& one : r.life_cycle) {
    if (one.ends.empty() || one.days > kShownDays) {
      continue;
    }
    soon += (soon.empty() ? "" : "; ") + one.component + " " + one.version + ": " + support_words(one.days);
  }
  out += soon.empty() ? "" : line("Support", soon);
  for (const std::string& skew : r.version_skew) {
    out += line("Skew", skew);
  }
  return out;
}

// Assets with the largest blended expected damage first.
std::vector<uint32_t> ranked_assets(const ScanReport& r) {
  std::vector<uint32_t> order(r.graph->assets.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<double> weights(order.size(), 0);
  for (const model::AttackerRisk& attacker : r.risk->attackers) {
    for (size_t i = 0; i < std::min(weights.size(), attacker.assets.size()); ++i) {
      weights[i] += (attacker.on ? std::max(attacker.weight, 0.01) : 0.0) * r.graph->assets[i].value * attacker.assets[i].mean;
    }
  }
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return weights[a] != weights[b] ? weights[a] > weights[b] : r.graph->assets[a].id < r.graph->assets[b].id;
  });
  return order;
}

std::string render_matrix(const ScanReport& r, const TerminalStyle& style, bool wide) {
  std::vector<Column> columns = {{"What an attacker can come to hold in " + days(r.risk->horizon_days), false, true}};
  for (const model::AttackerRisk& attacker : r.risk->attackers) {
    columns.push_back({attacker.on ? attacker.attacker : attacker.attacker + " (off)"});
  }
  Table table(std::move(columns));
  size_t shown = 0, held = 0;
  for (const uint32_t asset : ranked_assets(r)) {
    const bool any = std::any_of(r.risk->attackers.begin(), r.risk->attackers.end(), [&](const model::AttackerRisk& attacker) {
      return attacker.on && asset < attacker.asset_ceiling.size() && attacker.asset_ceiling[asset] > 0;
    });
    held += any ? 1 : 0;
    if (!any || (!wide && shown >= kShownAssets)) {
      continue;
    }
    std::vector<Cell> row = {{"  " + r.graph->assets[asset].title}};
    for (const model::AttackerRisk& attacker : r.risk->attackers) {
      if (!attacker.on || asset >= attacker.assets.size()) {
        row.push_back({"–", Tone::faint});
        continue;
      }
      const double mean = attacker.assets[asset].mean;
      row.push_back({band_words(mean, attacker.asset_ceiling[asset]) + (wide ? " " + percent(mean) : ""), band_tone(mean)});
    }
    table.add(std::move(row));
    ++shown;
  }
  if (table.empty()) {
    return "No attacker that is switched on comes to hold anything of value, as far as was read.\n";
  }
  const std::string more =
      held > shown ? tinted("  and " + with_thousands(held - shown) + " more (--format wide)", Tone::faint, style) + "\n" : "";
  return table.render(style) + more;
}

std::string render_plan(const ScanReport& r, const TerminalStyle& style, bool wide) {
  const model::RiskReport& risk = *r.risk;
  if (risk.plan.empty()) {
    return "Nothing to do first: no known action takes away risk that was read.\n";
  }
  Table table({{"", true}, {"Do this first", false, true, 3}, {"removes"}, {"", true}, {"effort"}, {"ready"}});
  const size_t count = wide ? risk.plan.size() : std::min(risk.plan.size(), kShownItems);
  const double most = std::max(risk.plan.front().removes, 0.01);
  for (size_t i = 0; i < count; ++i) {
    const model::PlanItem& item = risk.plan[i];
    table.add({{std::to_string(i + 1)},
               {item_title(*r.graph, item), i < 3 ? Tone::strong : Tone::plain},
               {bar(item.removes / most, 8), Tone::good},
               {percent(item.removes)},
               {item.effort_band},
               {days(item.lead_days) + (item.tied_with_next ? ", tied with next" : "")}});
  }
  std::string out = table.render(style);
  if (risk.plan.size() > count) {
    out += tinted("  and " + with_thousands(risk.plan.size() - count) + " more (--format wide)", Tone::faint, style) + "\n";
  }
  std::string curve = "After " + plural(count, "item", "items") + " " + percent(risk.plan[count - 1].removed_so_far) +
                      " of the risk that was read is gone.";
  if (risk.first_three_stability >= 0) {
    curve += " The first three hold in " + percent(risk.first_three_stability) + " of model draws.";
  }
  if (!risk.top_holds_for_weights) {
    curve += " The first item changes with the weight of the container attacker between 0.01 and 0.3.";
  }
  return out + wrapped(base::escape_terminal(curve), style.width, 0) + "\n";
}

std::string render_tail(const ScanReport& r, const TerminalStyle& style, bool wide) {
  std::string out;
  const auto paragraph = [&](const std::string& title, const std::string& text) {
    const std::string all = wrapped(base::escape_terminal(title + text), std::max<size_t>(style.width, 40), 8);
    out += tinted(title, Tone::strong, style) + all.substr(std::min(all.size(), title.size())) + "\n";
  };
  const size_t whys = std::min<size_t>(r.risk->plan.size(), wide ? 10 : 3);
  for (size_t i = 0; i < whys; ++i) {
    if (!r.risk->plan[i].why.steps.empty()) {
      paragraph("Why " + std::to_string(i + 1) + ": ", path_text(*r.graph, r.risk->plan[i].why));
    }
  }
  // What was not read for one and the same reason is told in one breath.
  std::vector<std::pair<std::string, std::string>> reasons;  // why, what
  for (const NotRead& one : r.not_read) {
    const auto told = std::find_if(reasons.begin(), reasons.end(), [&one](const auto& reason) { return reason.first == one.why; });
    if (told == reasons.end() || one.why.empty()) {
      reasons.emplace_back(one.why, one.what);
    } else {
      told->second += ", " + one.what;
    }
  }
  std::string unread;
  const size_t shown = wide ? reasons.size() : std::min<size_t>(reasons.size(), 6);
  for (size_t i = 0; i < shown; ++i) {
    unread += (unread.empty() ? "" : "; ") + reasons[i].second + (reasons[i].first.empty() ? "" : " (" + reasons[i].first + ")");
  }
  if (shown < reasons.size()) {
    unread += "; and " + with_thousands(reasons.size() - shown) + " more";
  }
  paragraph("Not read: ", unread.empty() ? "nothing that was asked for" : unread + ". --strict would fail.");
  if (!r.unjailed.empty()) {
    paragraph("Unjailed: ", r.unjailed);
  }
  if (!r.risk->most_telling_unknown.empty()) {
    paragraph("Most telling unknown: ", r.risk->most_telling_unknown);
  }
  return out;
}

}  // namespace

uint64_t ScanReport::count(PlacedFinding::Use use) const {
  return static_cast<uint64_t>(
      std::count_if(findings.begin(), findings.end(), [&](const PlacedFinding& finding) { return finding.use == use; }));
}

std::string render_scan(const ScanReport& report, const TerminalStyle& style, bool only_plan, bool wide) {
  std::string out;
  if (!only_plan) {
    out += render_head(report, style) + "\n" + render_matrix(report, style, wide) + "\n";
  }
  return out + render_plan(report, style, wide) + "\n" + render_tail(report, style, wide);
}

}  // namespace bulkhead::report
