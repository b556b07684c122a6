#include "report/scan_report.h"
#include "report/words.h"

namespace bulkhead::report {
namespace {

const char* use_name(PlacedFinding::Use use) {
  return use == PlacedFinding::Use::attack ? "attack" : use == PlacedFinding::Use::unknown ? "unknown" : "none";
}

void write_estimate(base::JsonWriter& w, const model::Estimate& estimate) {
  w.begin_object().member("mean", estimate.mean).key("ci95").begin_array().value(estimate.low).value(estimate.high).end_array();
  w.member("exact", estimate.exact).end_object();
}

void write_path(base::JsonWriter& w, const ScanReport& r, const model::AttackPath& path) {
  w.begin_object().member("text", path_text(*r.graph, path)).member("probability", path.probability).key("steps").begin_array();
  for (const uint32_t step : path.steps) {
    w.value(r.graph->steps[step].id);
  }
  w.end_array().end_object();
}

void write_attackers(base::JsonWriter& w, const ScanReport& r) {
  w.key("attackers").begin_array();
  for (const model::AttackerRisk& attacker : r.risk->attackers) {
    w.begin_object().member("name", attacker.attacker).member("on", attacker.on).member("weight", attacker.weight).key("risk");
    write_estimate(w, attacker.risk);
    w.member("floor", attacker.floor).member("ceiling", attacker.ceiling).key("assets").begin_array();
    for (size_t i = 0; i < attacker.assets.size(); ++i) {
      if (attacker.asset_ceiling[i] <= 0) {
        continue;
      }
      const model::Asset& asset = r.graph->assets[i];
      w.begin_object().member("id", asset.id).member("title", asset.title).member("value", asset.value);
      w.member("band", model::band(attacker.assets[i].mean)).key("p");
      write_estimate(w, attacker.assets[i]);
      w.member("floor", attacker.asset_floor[i]).member("ceiling", attacker.asset_ceiling[i]).end_object();
    }
    w.end_array().end_object();
  }
  w.end_array();
}

void write_plan(base::JsonWriter& w, const ScanReport& r) {
  w.key("plan").begin_array();
  for (const model::PlanItem& item : r.risk->plan) {
    w.begin_object().member("title", item_title(*r.graph, item)).member("removes", item.removes).key("removed_damage");
    write_estimate(w, item.removed_damage);
    w.member("removed_so_far", item.removed_so_far)
        .member("lead_days", item.lead_days)
        .member("effort", item.effort)
        .member("effort_band", item.effort_band);
    w.member("rank_stability", item.rank_stability).member("tied_with_next", item.tied_with_next).key("actions").begin_array();
    for (const uint32_t index : item.actions) {
      const model::Action& action = r.graph->actions[index];
      w.begin_object().member("id", action.id).member("kind", model::action_kind_name(action.kind)).member("title", action.title);
      w.member("objects", action.objects).member("flaws", action.flaws).member("may_break", action.may_break);
      w.member("patch_kind", action.patch_kind).member("patch", action.patch).end_object();
    }
    w.end_array().key("why");
    write_path(w, r, item.why);
    w.end_object();
  }
  w.end_array();
}

void write_coverage(base::JsonWriter& w, const ScanReport& r) {
  w.key("coverage").begin_object().member("objects", r.objects).member("kinds_not_read", r.kinds_not_read).member("images", r.images);
  w.member("images_read", r.images_read).member("components", r.components).key("advisory_age_days");
  if (r.advisory_age_days < 0) {
    w.null();
  } else {
    w.value(r.advisory_age_days);
  }
  w.member("complete", r.complete()).member("unjailed", r.unjailed).key("not_read").begin_array();
  for (const NotRead& item : r.not_read) {
    w.begin_object().member("what", item.what).member("why", item.why).end_object();
  }
  w.end_array().end_object();
}

}  // namespace

void write_scan(base::JsonWriter& w, const ScanReport& r, bool findings) {
  w.begin_object().member("schema", "bulkhead.scan/1");
  w.key("cluster").begin_object().member("name", r.cluster).member("server_version", r.server_version).member("support", r.support);
  w.member("nodes", r.nodes).member("workloads", r.workloads).member("pods", r.pods).end_object();
  write_coverage(w, r);
  w.key("lifecycle").begin_array();
  for (const Support& one : r.life_cycle) {
    w.begin_object().member("component", one.component).member("version", one.version).member("places", one.places).member("ends", one.ends);
    w.member("ended", one.ended).key("days");
    one.ends.empty() ? (void)w.null() : (void)w.value(one.days);
    w.end_object();
  }
  w.end_array().member("version_skew", r.version_skew);
  w.key("found")
      .begin_object()
      .member("findings", static_cast<uint64_t>(r.findings.size()))
      .member("attack", r.count(PlacedFinding::Use::attack));
  w.member("unknown", r.count(PlacedFinding::Use::unknown)).member("none", r.count(PlacedFinding::Use::none));
  w.member("decided", r.decided).member("decision_notes", r.decision_notes).end_object();
  w.member("horizon_days", r.risk->horizon_days).member("trials", r.risk->trials).member("seed", r.risk->seed);
  w.key("blended")
      .begin_object()
      .member("risk", r.risk->blended)
      .member("floor", r.risk->blended_floor)
      .member("ceiling", r.risk->blended_ceiling)
      .end_object();
  write_attackers(w, r);
  write_plan(w, r);
  w.member("first_three_stability", r.risk->first_three_stability).member("top_holds_for_weights", r.risk->top_holds_for_weights);
  w.member("most_telling_unknown", r.risk->most_telling_unknown);
  w.key("paths").begin_array();
  for (const model::AttackPath& path : r.risk->top_paths) {
    write_path(w, r, path);
  }
  w.end_array().member("assumptions", r.graph->assumptions);
  if (findings) {
    w.key("findings").begin_array();
    for (const PlacedFinding& placed : r.findings) {
      w.begin_object().member("place", placed.place).member("use", use_name(placed.use)).member("why", placed.why).key("finding");
      write_finding(w, *placed.finding);
      if (placed.check != nullptr) {
        const model::FlawCheck& check = *placed.check;
        w.key("precondition").begin_object().member("verdict", model::name(check.verdict)).member("because", check.facts);
        w.member("missing", check.missing).member("denied", check.denied).member("mitigation", check.mitigation).member("step", check.has_step);
        w.end_object();
      }
      w.end_object();
    }
    w.end_array();
  }
  w.end_object();
}

}  // namespace bulkhead::report
