#include "app/placing.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace bulkhead::app {
namespace {

using report::PlacedFinding;

// Flaw id → the steps that rest on it.
using StepsByFlaw = std::map<std::string_view, std::vector<const model::Step*>>;

StepsByFlaw index_steps(const model::AttackGraph& graph) {
  StepsByFlaw index;
  for (const model::Step& step : graph.steps) {
    for (const std::string& flaw : step.flaws) {
      index[flaw].push_back(&step);
    }
  }
  return index;
}

// What the preconditions of Kubernetes' own flaws came to, by place and flaw.
using ChecksByPlace = std::map<std::pair<std::string_view, std::string_view>, const model::FlawCheck*>;

ChecksByPlace index_checks(const model::AttackGraph& graph) {
  ChecksByPlace index;
  for (const model::FlawCheck& check : graph.checks) {
    index.emplace(std::pair<std::string_view, std::string_view>(check.place, check.flaw), &check);
  }
  return index;
}

// False: not a flaw of that kind.
bool judge_check(PlacedFinding& placed, const ChecksByPlace& checks) {
  const auto found = checks.find({placed.place, placed.finding->id});
  if (found == checks.end()) {
    return false;
  }
  const model::FlawCheck& check = *found->second;
  const model::Finding& finding = *placed.finding;
  placed.check = &check;
  if (check.verdict == model::Tri::no) {
    placed.use = PlacedFinding::Use::none;
    placed.why = "its preconditions do not hold: " + check.denied;
  } else if (check.verdict == model::Tri::unknown) {
    placed.use = PlacedFinding::Use::unknown;
    placed.why = check.missing.empty() ? "a fact is missing" : check.missing.front();
  } else if (finding.status == model::FindingStatus::unknown) {
    placed.use = PlacedFinding::Use::unknown;
    placed.why = "its preconditions hold, but " + finding.reason.comparison;
  } else if (finding.effect == model::FlawEffect::availability && !check.has_step) {
    placed.use = PlacedFinding::Use::none;
    placed.why = "its preconditions hold, but it takes a service away and gives no control";
  } else {
    placed.use = PlacedFinding::Use::attack;
  }
  return true;
}

// Why a flaw of an image gives no step at all.
std::string why_no_step(const model::Finding& finding, bool runs_here) {
  if (finding.runs_no_code) {
    return "headers, documentation or debug data: no code of it runs";
  }
  if (!runs_here) {
    return "the image runs nowhere in this cluster";
  }
  if (finding.effect == model::FlawEffect::availability) {
    return "takes a service away but gives no control";
  }
  if (finding.effect == model::FlawEffect::disclosure || finding.effect == model::FlawEffect::other) {
    return "gives no control over what runs";
  }
  if (!finding.network) {
    return "needs local access: who has that holds the container already";
  }
  return "no way in leads to what loads it";
}

template <typename InPlace>
void judge(PlacedFinding& placed, const StepsByFlaw& index, const InPlace& in_place, const std::string& otherwise) {
  if (const model::Disposition& d = placed.finding->disposition; d.settles()) {
    placed.why = "decided " + d.status + (d.reason.empty() ? "" : ": " + d.reason) + " (" + (d.author.empty() ? "" : d.author + ", ") +
                 d.origin + ")";
    return;
  }
  std::string cut_by;
  const auto found = index.find(placed.finding->id);
  if (found != index.end()) {
    for (const model::Step* step : found->second) {
      if (!in_place(*step)) {
        continue;
      }
      if (step->state == model::StepState::open) {
        placed.use = PlacedFinding::Use::attack;
        placed.why.clear();
        return;
      }
      if (step->state == model::StepState::unknown) {
        placed.use = PlacedFinding::Use::unknown;
        placed.why = step->facts.empty() ? "a fact is missing" : step->facts.back();
      } else if (cut_by.empty()) {
        cut_by = "cut by " + step->cut_by;
      }
    }
  }
  if (placed.use == PlacedFinding::Use::none) {
    placed.why = cut_by.empty() ? otherwise : cut_by;
  }
}

}  // namespace

std::vector<PlacedFinding> place_findings(const Facts& facts, const model::AttackGraph& graph) {
  const StepsByFlaw index = index_steps(graph);
  std::vector<PlacedFinding> placed;
  for (const graph::ImageFacts& image : facts.image_facts) {
    std::set<std::string_view> names(image.digests.begin(), image.digests.end());
    names.insert(image.reference);
    // The workloads that run it. A flaw's step may end at a position that stands for all replicas and names no image itself.
    std::set<std::pair<std::string_view, std::string_view>> workloads;
    for (const model::Position& position : graph.positions) {
      if (std::any_of(position.images.begin(), position.images.end(), [&](const std::string& name) { return names.contains(name); })) {
        workloads.emplace(position.ns, position.name);
      }
    }
    const bool runs_here = !workloads.empty();
    for (const model::Finding& finding : image.findings) {
      PlacedFinding& one = placed.emplace_back();
      one.finding = &finding;
      one.place = "image " + image.reference;
      judge(
          one, index,
          [&](const model::Step& step) { return workloads.contains({graph.positions[step.to].ns, graph.positions[step.to].name}); },
          why_no_step(finding, runs_here));
    }
  }
  const ChecksByPlace checks = index_checks(graph);
  for (const graph::NodeFacts& node : facts.node_facts) {
    for (const model::Finding& finding : node.findings) {
      PlacedFinding& one = placed.emplace_back();
      one.finding = &finding;
      one.place = "node " + node.node;
      if (judge_check(one, checks)) {
        continue;
      }
      judge(
          one, index, [&](const model::Step& step) { return graph.positions[step.to].name == node.node; },
          "no way from a container or person to it is known; the kernel's unknown flaws are counted apart");
    }
  }
  const auto put = [&](const model::Finding& finding, const std::string& place) {
    PlacedFinding& one = placed.emplace_back();
    one.finding = &finding;
    one.place = place;
    if (judge_check(one, checks)) {
      return;
    }
    judge(one, index, [](const model::Step&) { return true; }, "");
    if (one.use == PlacedFinding::Use::none && !finding.disposition.settles()) {
      one.use = PlacedFinding::Use::unknown;  // not evaluated is not safe
      one.why = "its preconditions were not evaluated";
    }
  };
  for (const model::Finding& finding : facts.control_plane) {
    put(finding, "control plane");
  }
  for (const graph::ComponentFacts& one : facts.component_facts) {
    for (const model::Finding& finding : one.findings) {
      put(finding, "component " + one.component->name + " " + one.component->version);
    }
  }
  return placed;
}

}  // namespace bulkhead::app
