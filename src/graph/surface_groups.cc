#include "graph/internal/surface_groups.h"

#include <algorithm>
#include <cstdio>

namespace bulkhead::graph {
namespace {

// FNV-1a, 32 bits: a short name that does not depend on what else is in the cluster.
uint32_t short_hash(std::string_view text) {
  uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string_view surface_of(const Builder& b, uint32_t position) {
  const std::string_view id = b.graph.positions[position].id;
  return id.substr(id.rfind('/') + 1);
}

}  // namespace

SurfaceGroups::Answers SurfaceGroups::answers(const WorkloadView& w, const std::vector<model::PodSpec>& changed) {
  Answers out;
  for (size_t i = 0; i < changed.size(); ++i) {
    WorkloadView view = w;
    view.spec = &changed[i];
    surface_steps(b_, view, [&](StepDraft&& draft) {
      if (draft.state == model::StepState::cut) return;
      std::string& text = out[std::string(surface_of(b_, draft.to))];
      text.resize(changed.size(), '-');
      text[i] = '+';
    });
  }
  return out;
}

uint32_t SurfaceGroups::group(const NodeView& node, const std::vector<const StepDraft*>& members) {
  std::string list;
  for (const StepDraft* member : members) list += std::string(surface_of(b_, member->to)) + " ";
  char tail[32];
  std::snprintf(tail, sizeof tail, "+%zu-%08x", members.size() - 1, short_hash(list));
  const std::string shown = node.name.empty() ? "unknown-node" : node.name;
  const std::string id = "surface:" + shown + "/" + std::string(surface_of(b_, members.front()->to)) + tail;
  if (const uint32_t known = b_.find_position(id); known != kNone) return known;
  const uint32_t hub = b_.position(id, model::PositionKind::node, "", shown, shown);
  for (const StepDraft* member : members) {
    StepDraft one{.row = "ONE_OF", .from = hub, .to = member->to};
    for (const std::string& fact : member->facts) {
      if (fact.starts_with("surface: ")) one.facts = {fact};
    }
    b_.add(std::move(one));
  }
  return hub;
}

std::vector<uint32_t> SurfaceGroups::add(size_t tmpl, const WorkloadView& w, std::vector<StepDraft> drafts) {
  if (of_ != tmpl) {
    of_ = tmpl;
    known_.clear();
    changed_ = hardened_specs(b_, tmpl);
  }
  const auto [at, fresh] = known_.try_emplace(node_profile(*w.node));
  if (fresh) at->second = answers(w, changed_);
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t i = 0; i < drafts.size(); ++i) {
    const StepDraft& draft = drafts[i];
    std::string key = std::string(draft.row) + "\n" + model::step_state_name(draft.state);
    for (const model::Variable& variable : draft.variables) key += "\n" + variable.id;
    if (const auto answer = at->second.find(std::string(surface_of(b_, draft.to))); answer != at->second.end())
      key += "\n" + answer->second;
    groups[std::move(key)].push_back(i);
  }
  std::vector<uint32_t> out(drafts.size(), kNone);
  for (const auto& [key, members] : groups) {
    if (members.size() == 1) {
      out[members.front()] = b_.add(std::move(drafts[members.front()]));
      continue;
    }
    std::vector<const StepDraft*> list;
    for (const size_t i : members) list.push_back(&drafts[i]);
    const uint32_t hub = group(*w.node, list);
    StepDraft draft = std::move(drafts[members.front()]);
    draft.to = hub;
    draft.flaws.clear();  // the steps from the surfaces on name them
    std::erase_if(draft.facts, [](const std::string& fact) { return fact.starts_with("surface: "); });
    const uint32_t step = b_.add(std::move(draft));
    for (const size_t i : members) out[i] = step;
  }
  return out;
}

}  // namespace bulkhead::graph
