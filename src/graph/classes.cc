// Pods become replica classes (pods of one template on one node), nodes are taken one by one.
//
// The template is the top of the controller chain: ReplicaSet → Deployment, Job → CronJob. Where several ReplicaSets of one
// Deployment run pods at once (a rollout), each is a template of its own, because their pods differ. Where no pod of a workload
// was seen, one pod is made from its template, with its node unknown.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/builder.h"

namespace bulkhead::graph {
namespace {

using model::PositionKind;

struct Owner {
  std::string kind, name;
};

using WorkloadKey = std::pair<std::string, std::string>;  // ns, "Kind/name"

// The top of the chain that begins at `kind`/`name`; stops at a cycle or after eight links.
Owner top_owner(const std::map<WorkloadKey, const model::Workload*>& workloads, const std::string& ns, Owner at) {
  for (int links = 0; links < 8; ++links) {
    auto found = workloads.find({ns, at.kind + "/" + at.name});
    if (found == workloads.end() || found->second->meta.owner_kind.empty()) return at;
    const model::ObjectMeta& meta = found->second->meta;
    if (!workloads.contains({ns, meta.owner_kind + "/" + meta.owner_name})) {
      // The controller was not listed: its name is known from the reference all the same.
      return {meta.owner_kind, meta.owner_name};
    }
    at = {meta.owner_kind, meta.owner_name};
  }
  return at;
}

std::map<WorkloadKey, const model::Workload*> index_workloads(const model::Cluster& cluster) {
  std::map<WorkloadKey, const model::Workload*> out;
  for (const model::Workload& w : cluster.workloads) out[{w.meta.ns, w.kind + "/" + w.meta.name}] = &w;
  return out;
}

bool runs(const model::Pod& pod) { return pod.phase != "Succeeded" && pod.phase != "Failed"; }

// A ReplicaSet that was not listed: its name ends in the template's hash, which the pod carries as a label.
Owner guess_owner(const model::Pod& pod, Owner owner) {
  auto hash = pod.meta.labels.find("pod-template-hash");
  if (owner.kind != "ReplicaSet" || hash == pod.meta.labels.end() || !owner.name.ends_with("-" + hash->second)) return owner;
  return {"Deployment", owner.name.substr(0, owner.name.size() - hash->second.size() - 1)};
}

void parse_runtime(NodeView& view) {
  if (!view.node) return;
  auto [name, version] = base::split_once(view.node->container_runtime_version, ':');
  if (!version || !version->starts_with("//")) return;
  view.runtime = name;
  view.runtime_version = version->substr(2);
}

void add_node(Builder& b, const std::string& name, const model::Node* node, const std::map<std::string_view, const NodeFacts*>& facts) {
  if (b.node_index.contains(name)) return;
  NodeView view;
  view.name = name;
  view.node = node;
  if (auto at = facts.find(name); at != facts.end()) view.facts = at->second;
  if (node) view.os = b.knowledge.os_of(node->os_image, node->kernel_version);
  parse_runtime(view);
  const std::string shown = name.empty() ? "unknown-node" : name;
  view.position = b.position("node:" + shown, PositionKind::node, "", shown, shown);
  b.node_index[name] = b.nodes.size();
  b.nodes.push_back(std::move(view));
}

void find_nodes(Builder& b) {
  std::map<std::string_view, const NodeFacts*> facts;
  for (const NodeFacts& one : b.input.nodes) facts[one.node] = &one;
  std::vector<const model::Node*> sorted;
  for (const model::Node& node : b.cluster.nodes) sorted.push_back(&node);
  std::ranges::sort(sorted, {}, [](const model::Node* node) { return node->meta.name; });
  for (const model::Node* node : sorted) add_node(b, node->meta.name, node, facts);
  // Nodes that only pods name: their facts are unknown. The empty name stands for "some node" of pods that have none yet.
  std::set<std::string> named;
  for (const model::Pod& pod : b.cluster.pods) {
    if (runs(pod)) named.insert(pod.spec.node_name);
  }
  for (const std::string& name : named) add_node(b, name, nullptr, facts);
}

}  // namespace

std::vector<model::Pod> template_pods(const model::Cluster& cluster) {
  const auto workloads = index_workloads(cluster);
  std::set<WorkloadKey> seen;  // tops of which a pod was seen, and every controller on the way
  for (const model::Pod& pod : cluster.pods) {
    Owner owner{pod.meta.owner_kind, pod.meta.owner_name};
    if (owner.kind.empty()) continue;
    seen.insert({pod.meta.ns, owner.kind + "/" + owner.name});
    owner = top_owner(workloads, pod.meta.ns, owner);
    seen.insert({pod.meta.ns, owner.kind + "/" + owner.name});
    owner = guess_owner(pod, {pod.meta.owner_kind, pod.meta.owner_name});
    seen.insert({pod.meta.ns, owner.kind + "/" + owner.name});
  }
  std::vector<model::Pod> made;
  for (const model::Workload& w : cluster.workloads) {
    const bool owned = !w.meta.owner_kind.empty() && workloads.contains({w.meta.ns, w.meta.owner_kind + "/" + w.meta.owner_name});
    if (owned || w.replicas == 0 || seen.contains({w.meta.ns, w.kind + "/" + w.meta.name}) || w.spec.containers.empty()) continue;
    model::Pod pod;
    pod.meta.ns = w.meta.ns;
    pod.meta.name = w.meta.name + "-(template)";
    pod.meta.labels = w.template_labels;
    pod.meta.annotations = w.template_annotations;
    pod.meta.owner_kind = w.kind;
    pod.meta.owner_name = w.meta.name;
    pod.spec = w.spec;
    pod.phase = "Pending";
    made.push_back(std::move(pod));
  }
  return made;
}

void find_classes(Builder& b) {
  find_nodes(b);
  const auto workloads = index_workloads(b.cluster);
  b.template_of_pod.assign(b.cluster.pods.size(), SIZE_MAX);

  // Pods by top owner, then by direct owner.
  struct Group {
    Owner top;
    std::map<std::string, std::vector<size_t>> by_direct;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (size_t i = 0; i < b.cluster.pods.size(); ++i) {
    const model::Pod& pod = b.cluster.pods[i];
    if (!runs(pod)) continue;
    Owner direct{pod.meta.owner_kind, pod.meta.owner_name};
    if (direct.kind.empty() || direct.kind == "Node") direct = {"Pod", pod.meta.name};
    Owner top = direct.kind == "Pod" ? direct : top_owner(workloads, pod.meta.ns, direct);
    if (top.kind == "ReplicaSet") top = guess_owner(pod, top);
    Group& group = groups[{pod.meta.ns, top.kind + "/" + top.name}];
    group.top = top;
    group.by_direct[direct.kind == "ReplicaSet" ? direct.name : ""].push_back(i);
  }

  for (auto& [key, group] : groups) {
    // The largest set of pods keeps the plain name; ties go to the last name.
    const auto main = std::ranges::max_element(group.by_direct, [](const auto& x, const auto& y) {
      return std::pair(x.second.size(), x.first) < std::pair(y.second.size(), y.first);
    });
    for (auto it = group.by_direct.begin(); it != group.by_direct.end(); ++it) {
      Template t;
      t.ns = key.first;
      t.kind = group.top.kind;
      t.name = group.top.name;
      t.key = t.ns + "/" + t.kind + "/" + t.name + (it == main ? "" : "~" + it->first);
      t.pod = it->second.front();
      std::map<std::string, std::vector<size_t>> by_node;
      for (size_t pod : it->second) {
        by_node[b.cluster.pods[pod].spec.node_name].push_back(pod);
        b.template_of_pod[pod] = b.templates.size();
      }
      for (const auto& [node, pods] : by_node) {
        ReplicaClass c;
        c.of = b.templates.size();
        c.node = node;
        c.pod = pods.front();
        c.replicas = static_cast<uint32_t>(pods.size());
        c.position =
            b.position("workload:" + t.key + "@" + (node.empty() ? "unknown-node" : node), PositionKind::workload, t.ns, t.name, node);
        model::Position& position = b.graph.positions[c.position];
        position.replicas = c.replicas;
        for (const model::Container& container : b.cluster.pods[c.pod].spec.containers) position.images.push_back(container.image);
        b.nodes[b.node_index.at(node)].classes.push_back(b.classes.size());
        t.classes.push_back(b.classes.size());
        b.classes.push_back(std::move(c));
      }
      b.templates_of[t.ns].push_back(b.templates.size());
      b.templates.push_back(std::move(t));
    }
  }

  for (Template& t : b.templates) {
    if (t.classes.size() == 1) {
      t.any = b.classes[t.classes.front()].position;
      continue;
    }
    t.any = b.position("workload:" + t.key, PositionKind::workload, t.ns, t.name);
    for (size_t c : t.classes)
      b.add({.row = "REPLICA", .from = t.any, .to = b.classes[c].position, .facts = {"what works on one replica works on its twin"}});
  }

  std::set<std::string> named;
  for (const model::Namespace& ns : b.cluster.namespaces) named.insert(ns.meta.name);
  for (const Template& t : b.templates) named.insert(t.ns);
  for (const model::ServiceAccount& account : b.cluster.service_accounts) named.insert(account.meta.ns);
  for (const model::RoleBinding& binding : b.cluster.role_bindings) named.insert(binding.meta.ns);
  for (const model::SecretName& secret : b.cluster.secrets) named.insert(secret.ns);
  for (const model::PersistentVolumeClaim& claim : b.cluster.persistent_volume_claims) named.insert(claim.meta.ns);
  named.erase("");
  b.namespaces.assign(named.begin(), named.end());
}

bool is_static(const model::Pod& pod) {
  return pod.meta.owner_kind == "Node" || pod.meta.annotations.contains("kubernetes.io/config.mirror");
}

WorkloadView view_of(const Builder& b, const ReplicaClass& c, size_t pod) {
  const model::Pod& speaks = b.pod(pod);
  const Template& t = b.templates[c.of];
  return {.spec = &speaks.spec,
          .labels = &speaks.meta.labels,
          .annotations = &speaks.meta.annotations,
          .ns = t.ns,
          .place = t.key,
          .pod = pod,
          .node = &b.node_of(c),
          .position = c.position};
}

}  // namespace bulkhead::graph
