// Own decisions in a cluster: each image's findings with the workloads that run it, each node's, and the control plane's.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "app/facts.h"
#include "report/findings_report.h"

namespace bulkhead::app {
namespace {

using Name = std::pair<std::string, std::string>;  // namespace, name

// Kind, namespace, name → the controller above it.
using Owners = std::map<std::tuple<std::string, std::string, std::string>, const model::ObjectMeta*>;

// What a person would call the workload of an object: the topmost controller that was read.
Name top_of(const model::ObjectMeta& meta, const Owners& owners) {
  const model::ObjectMeta* at = &meta;
  constexpr int kDeepest = 8;  // pod, ReplicaSet, Deployment; a loop of owners ends here
  for (int i = 0; i < kDeepest; ++i) {
    const auto above = owners.find({at->owner_kind, meta.ns, at->owner_name});
    if (above == owners.end()) {
      break;
    }
    at = above->second;
  }
  return {meta.ns, at->name};
}

// Every image that pods or templates name → the workloads that do.
std::map<std::string, std::set<Name>> users_of_images(const model::Cluster& cluster) {
  Owners owners;
  for (const model::Workload& w : cluster.workloads) {
    owners.emplace(std::tuple(w.kind, w.meta.ns, w.meta.name), &w.meta);
  }
  std::map<std::string, std::set<Name>> out;
  const auto add = [&](const model::PodSpec& spec, const Name& name) {
    for (const model::Container& container : spec.containers) {
      out[container.image].insert(name);
      if (!container.image_id.empty()) {
        out[container.image_id].insert(name);
      }
    }
  };
  for (const model::Pod& pod : cluster.pods) {
    add(pod.spec, top_of(pod.meta, owners));
  }
  for (const model::Workload& w : cluster.workloads) {
    add(w.spec, top_of(w.meta, owners));
  }
  return out;
}

match::DecisionPlace place_of_image(const graph::ImageFacts& image, const std::map<std::string, std::set<Name>>& users) {
  match::DecisionPlace place = image.inventory == nullptr ? match::DecisionPlace{} : match::place_of(*image.inventory);
  place.product = image.inventory == nullptr ? "" : report::product_purl(*image.inventory);
  std::set<Name> names;
  for (const auto& [text, workloads] : users) {
    const bool same =
        text == image.reference || std::ranges::any_of(image.digests, [&](const std::string& digest) { return text.ends_with(digest); });
    if (same) {
      names.insert(workloads.begin(), workloads.end());
    }
  }
  place.workloads.assign(names.begin(), names.end());
  return place;
}

}  // namespace

void decide(Facts& facts) {
  const match::Decisions decisions(facts.images.decisions);
  if (decisions.empty()) {
    return;
  }
  const auto users = users_of_images(facts.cluster);
  for (graph::ImageFacts& image : facts.image_facts) {
    match::DecisionPlace place = place_of_image(image, users);
    place.cluster = facts.cluster.name;
    decisions.apply(image.findings, place, facts.as_of, facts.decided);
  }
  const match::DecisionPlace elsewhere{{}, facts.cluster.name, {}};
  for (graph::NodeFacts& node : facts.node_facts) {
    decisions.apply(node.findings, elsewhere, facts.as_of, facts.decided);
  }
  decisions.apply(facts.control_plane, elsewhere, facts.as_of, facts.decided);
  for (graph::ComponentFacts& component : facts.component_facts) {
    decisions.apply(component.findings, elsewhere, facts.as_of, facts.decided);
  }
}

}  // namespace bulkhead::app
