#include "model/risk_report_json.h"

namespace bulkhead::model {
namespace {

void write_estimate(base::JsonWriter& out, const char* key, const Estimate& estimate) {
  out.key(key).begin_object().member("mean", estimate.mean).key("ci95").begin_array().value(estimate.low).value(estimate.high).end_array();
  out.member("exact", estimate.exact).end_object();
}

void write_path(base::JsonWriter& out, const AttackPath& path, const AttackGraph& graph) {
  out.begin_object().member("probability", path.probability).key("steps").begin_array();
  for (const uint32_t index : path.steps) {
    const Step& step = graph.steps[index];
    out.begin_object().member("id", step.id).member("row", step.row).member("from", graph.positions[step.from].id);
    out.member("to", graph.positions[step.to].id).member("state", step_state_name(step.state)).member("flaws", step.flaws);
    out.member("facts", step.facts).member("technique", step.technique).end_object();
  }
  out.end_array().end_object();
}

void write_attackers(base::JsonWriter& out, const RiskReport& report, const AttackGraph& graph) {
  out.key("attackers").begin_array();
  for (const AttackerRisk& risk : report.attackers) {
    out.begin_object().member("name", risk.attacker).member("weight", risk.weight).member("on", risk.on);
    if (risk.on) {
      write_estimate(out, "risk", risk.risk);
      out.member("floor", risk.floor).member("ceiling", risk.ceiling).key("assets").begin_array();
      for (size_t i = 0; i < risk.assets.size(); ++i) {
        if (risk.asset_ceiling[i] <= 0 && risk.assets[i].high <= 0) continue;
        out.begin_object().member("id", graph.assets[i].id).member("band", band(risk.assets[i].mean));
        write_estimate(out, "p", risk.assets[i]);
        out.member("floor", risk.asset_floor[i]).member("ceiling", risk.asset_ceiling[i]).end_object();
      }
      out.end_array();
    }
    out.end_object();
  }
  out.end_array();
}

void write_plan(base::JsonWriter& out, const RiskReport& report, const AttackGraph& graph) {
  out.key("plan").begin_array();
  for (const PlanItem& item : report.plan) {
    out.begin_object().key("actions").begin_array();
    for (const uint32_t action : item.actions) out.value(graph.actions[action].id);
    out.end_array().member("removes", item.removes);
    write_estimate(out, "removed_damage", item.removed_damage);
    out.member("lead_days", item.lead_days).member("effort", item.effort).member("effort_band", item.effort_band);
    out.member("removed_so_far", item.removed_so_far).member("rank_stability", item.rank_stability);
    out.member("tied_with_next", item.tied_with_next).key("why");
    write_path(out, item.why, graph);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

void write_risk_report(base::JsonWriter& out, const RiskReport& report, const AttackGraph& graph) {
  out.begin_object().member("schema", "bulkhead.plan/1").member("horizon_days", report.horizon_days);
  out.member("trials", report.trials).member("seed", report.seed).member("blended", report.blended);
  out.member("blended_floor", report.blended_floor).member("blended_ceiling", report.blended_ceiling);
  out.key("assets").begin_array();
  for (const Asset& asset : graph.assets) {
    out.begin_object()
        .member("id", asset.id)
        .member("title", asset.title)
        .member("kind", asset.kind)
        .member("value", asset.value)
        .end_object();
  }
  out.end_array();
  write_attackers(out, report, graph);
  out.key("actions").begin_array();
  for (const ActionValue& value : report.actions) {
    const Action& action = graph.actions[value.action];
    out.begin_object().member("id", action.id).member("title", action.title).member("blended", value.blended).key("removes").begin_object();
    for (size_t a = 0; a < report.attackers.size(); ++a) {
      if (report.attackers[a].on) write_estimate(out, report.attackers[a].attacker.c_str(), value.removes[a]);
    }
    out.end_object().end_object();
  }
  out.end_array();
  write_plan(out, report, graph);
  out.key("top_paths").begin_array();
  for (const AttackPath& path : report.top_paths) write_path(out, path, graph);
  out.end_array().key("choke_points").begin_array();
  for (const ChokePoint& point : report.choke_points) out.begin_object().member("id", point.id).member("share", point.share).end_object();
  out.end_array().member("first_three_stability", report.first_three_stability);
  out.member("top_holds_for_weights", report.top_holds_for_weights).member("most_telling_unknown", report.most_telling_unknown);
  out.member("not_read", graph.not_read).member("assumptions", graph.assumptions).end_object();
}

std::string to_json(const RiskReport& report, const AttackGraph& graph) {
  base::JsonWriter out;
  write_risk_report(out, report, graph);
  return out.take();
}

}  // namespace bulkhead::model
