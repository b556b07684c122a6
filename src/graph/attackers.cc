// Where each attacker starts (docs/risk-model.md): the internet; inside one workload, weighted by its images' provenance; as an
// unprivileged user of one node. Weights are relative (data/provenance.yaml).
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;

namespace {

std::string registry_of(std::string_view reference) {
  const size_t slash = reference.find('/');
  const std::string_view first = slash == std::string_view::npos ? std::string_view{} : reference.substr(0, slash);
  if (first.find('.') == std::string_view::npos && first.find(':') == std::string_view::npos && first != "localhost") return "docker.io";
  return std::string(first);
}

bool mutable_tag(std::string_view reference) {
  if (reference.find('@') != std::string_view::npos) return false;
  const size_t colon = reference.rfind(':');
  if (colon == std::string_view::npos || reference.find('/', colon) != std::string_view::npos) return true;
  return reference.substr(colon + 1) == "latest";
}

double provenance_weight(const Builder& b, const model::Container& c) {
  const ImageFacts* image = b.image(c);
  const auto has = [&](const std::string& sign) {
    if (sign == "digest_pinned") return c.image.find("@sha256:") != std::string::npos;
    if (sign == "mutable_tag") return mutable_tag(c.image);
    if (sign == "unknown_registry") {
      const std::string registry = registry_of(c.image);
      return std::ranges::none_of(b.knowledge.known_registries,
                                  [&](const std::string& known) { return base::glob_match(known, registry); });
    }
    if (sign == "tampering") return image && image->inventory && !image->inventory->tampering.empty();
    return sign == "not_read" && (!image || !image->inventory);
  };
  double weight = 1;
  for (const ProvenanceRule& rule : b.knowledge.provenance) {
    if (has(rule.sign)) weight *= rule.weight;
  }
  return weight;
}

}  // namespace

void make_attackers(Builder& b) {
  b.graph.attackers.push_back({.name = "external", .starts = {{b.internet, 1}}});
  model::Attacker container{.name = "container", .starts = {}};
  for (const Template& t : b.templates) {
    double weight = 0;
    for (const model::Container& c : b.pod(t.pod).spec.containers) weight = std::max(weight, provenance_weight(b, c));
    uint32_t replicas = 0;
    for (size_t c : t.classes) replicas += b.classes[c].replicas;
    for (size_t c : t.classes) container.starts.push_back({b.classes[c].position, weight * b.classes[c].replicas / std::max(1U, replicas)});
  }
  if (const uint32_t unread = b.find_position("workload:(not read)"); unread != kNone)
    container.starts.push_back({unread, std::max<double>(1, static_cast<double>(b.templates.size()))});
  b.graph.attackers.push_back(std::move(container));

  // The node attacker is off by default; its ways are in the graph, so that switching it on needs nothing else.
  model::Attacker node{.name = "node", .starts = {}};
  for (const NodeView& view : b.nodes) {
    if (view.name.empty() && !b.cluster.nodes.empty()) continue;
    const std::string shown = view.name.empty() ? "unknown-node" : view.name;
    const uint32_t user = b.position("node-user:" + shown, PositionKind::node, "", shown, shown);
    node.starts.push_back({user, 1});
    for (const Surface* surface : surfaces_with_flaws(b, view)) {
      StepDraft draft{.row = "NODE_USER_ROOT", .from = user, .to = surface_position(b, view, *surface)};
      draft.needs_flaw = true;
      draft.facts = {"no seccomp profile holds a user of the node back"};
      if (!surface->kernel && !surface->node_local) continue;
      if (surface->id == "kvm_host" || surface->id == "device") continue;
      b.add(std::move(draft));
    }
  }
  b.graph.attackers.push_back(std::move(node));
}

}  // namespace bulkhead::graph
