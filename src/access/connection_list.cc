#include "access/connection_list.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "access/internal/policy_index.h"
#include "access/network.h"

namespace bulkhead::access {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // namespace, name, kind

constexpr int kOwnerDepth = 8;  // owners can be written as a cycle

class Owners {
 public:
  explicit Owners(const model::Cluster& cluster) {
    for (const model::Workload& workload : cluster.workloads)
      by_name_.emplace(Key{workload.meta.ns, workload.meta.name, workload.kind}, &workload.meta);
  }
  Key top(const model::ObjectMeta& meta, std::string kind) const {
    Key key{meta.ns, meta.name, std::move(kind)};
    const model::ObjectMeta* at = &meta;
    // A Node owns its mirror pods, but is no workload.
    for (int depth = 0; depth < kOwnerDepth && !at->owner_kind.empty() && at->owner_kind != "Node"; ++depth) {
      key = {meta.ns, at->owner_name, at->owner_kind};
      const auto found = by_name_.find(key);
      if (found == by_name_.end()) break;
      at = found->second;
    }
    return key;
  }

 private:
  std::map<Key, const model::ObjectMeta*> by_name_;
};

std::string peer_text(const Key& key) { return std::get<0>(key) + "/" + std::get<1>(key) + "[" + std::get<2>(key) + "]"; }
std::string external_text(const AddressRange& range) { return range_text(range) + "[External]"; }

// Manifests hold workloads whose pods no controller has made yet.
void add_missing_pods(model::Cluster& cluster, const Owners& owners) {
  std::map<Key, bool> has_pods;
  for (const model::Pod& pod : cluster.pods) has_pods[owners.top(pod.meta, "Pod")] = true;
  for (const model::Workload& workload : cluster.workloads) {
    const Key key{workload.meta.ns, workload.meta.name, workload.kind};
    if (!workload.meta.owner_kind.empty() || workload.replicas == 0 || has_pods.contains(key)) continue;
    model::Pod pod;
    pod.meta.ns = workload.meta.ns;
    pod.meta.name = workload.meta.name;
    pod.meta.labels = workload.template_labels;
    pod.meta.annotations = workload.template_annotations;
    pod.meta.owner_kind = workload.kind;
    pod.meta.owner_name = workload.meta.name;
    pod.spec = workload.spec;
    pod.phase = "Pending";
    cluster.pods.push_back(std::move(pod));
  }
}

// Pods of one peer that no policy can tell apart are looked at once.
std::string signature(const model::Pod& pod, bool nodes_matter) {
  std::string text = pod.spec.host_network ? "host " : "pod ";
  if (nodes_matter) text += pod.spec.node_name;
  for (const auto& [key, value] : pod.meta.labels) text.append(1, '\0').append(key).append(1, '=').append(value);
  for (const std::string& ip : pod.pod_ips) text.append(1, '\0').append(ip);
  for (const model::Container& container : pod.spec.containers) {
    for (const model::ContainerPort& port : container.ports)
      text.append(1, '\0').append(port.name + ":" + std::to_string(port.port) + port.protocol);
  }
  return text;
}

}  // namespace

ConnectionList list_connections(const model::Cluster& given) {
  // Without a server the pods have to be made up; that needs a copy of our own.
  model::Cluster with_pods;
  const bool manifests = given.server_version.empty();
  if (manifests) {
    with_pods = given;
    add_missing_pods(with_pods, Owners(given));
  }
  const model::Cluster& cluster = manifests ? with_pods : given;
  const Owners owners(cluster);
  const Network network(cluster, {.as_manifest_tools = true});

  ConnectionList list;
  list.enforced = network.enforced();
  list.enforced_by = network.enforced_by();
  const model::ReadState policies = cluster.list_state("networking.k8s.io", "networkpolicies");
  list.policies_read = policies == model::ReadState::read || policies == model::ReadState::absent;

  const bool nodes_matter = std::ranges::any_of(cluster.pods, [](const model::Pod& pod) { return pod.spec.host_network; });
  const std::vector<AddressRange> sources = network.external_sources(), targets = network.external_targets();
  const bool addresses_matter = sources.size() > 1 || targets.size() > 1;
  std::map<Key, std::map<std::string, size_t>> peers;  // → signature → pod
  for (size_t i = 0; i < cluster.pods.size(); ++i) {
    const model::Pod& pod = cluster.pods[i];
    if (!internal::PolicyIndex::active(pod)) continue;
    model::Pod bare;
    if (!addresses_matter && !pod.pod_ips.empty()) {
      bare = pod;
      bare.pod_ips.clear();
    }
    peers[owners.top(pod.meta, "Pod")].try_emplace(signature(!addresses_matter && !pod.pod_ips.empty() ? bare : pod, nodes_matter), i);
  }

  const auto add_row = [&](std::string from, std::string to, const Allowed& allowed) {
    if (allowed.possible.empty()) return;
    const bool undecided = !(allowed.possible == allowed.certain);
    list.undecided += undecided ? 1 : 0;
    list.rows.push_back({std::move(from), std::move(to), allowed.possible, undecided});
  };
  const auto unite = [](Allowed& sum, const Allowed& more) {
    sum.certain.add(more.certain);
    sum.possible.add(more.possible);
  };

  for (const auto& [from_key, from_pods] : peers) {
    const std::string from = peer_text(from_key);
    for (const auto& [to_key, to_pods] : peers) {
      if (from_key == to_key) continue;
      Allowed sum;
      for (const auto& [from_text, from_pod] : from_pods) {
        for (const auto& [to_text, to_pod] : to_pods) {
          if (!sum.certain.full()) unite(sum, network.policy_pod_to_pod(from_pod, to_pod));
        }
      }
      add_row(from, peer_text(to_key), sum);
    }
    for (const AddressRange& range : sources) {
      Allowed sum;
      for (const auto& [text, pod] : from_pods) unite(sum, network.policy_range_to_pod(range, pod));
      add_row(external_text(range), from, sum);
    }
    for (const AddressRange& range : targets) {
      Allowed sum;
      for (const auto& [text, pod] : from_pods) unite(sum, network.policy_pod_to_range(pod, range));
      add_row(from, external_text(range), sum);
    }
  }

  // The controllers that were found, or else some pod of which nothing is known; then only what is sure to admit it counts.
  std::map<std::string, Allowed> forwarded;
  for (const Network::Backend& backend : network.backends()) {
    Allowed allowed = backend.controllers.empty() ? network.policy_from_unknown_pod(backend.pod) : Allowed();
    if (list.policies_read && backend.controllers.empty()) allowed.possible = allowed.certain;
    for (const size_t controller : backend.controllers) unite(allowed, network.policy_pod_to_pod(controller, backend.pod));
    Connections wanted;
    wanted.ports("TCP")->add({backend.port, backend.port});
    allowed = {allowed.certain.intersect(wanted), allowed.possible.intersect(wanted)};
    const model::ObjectMeta& pod = cluster.pods[backend.pod].meta;
    if (allowed.possible.empty()) {
      const model::ObjectMeta& ingress = cluster.ingresses[backend.ingress].meta;
      list.blocked_backends.push_back("Ingress " + ingress.ns + "/" + ingress.name + " → " + pod.ns + "/" + pod.name + ":" +
                                      std::to_string(backend.port));
    }
    unite(forwarded[peer_text(owners.top(pod, "Pod"))], allowed);
  }
  for (const auto& [to, allowed] : forwarded) add_row("{ingress-controller}", to, allowed);

  std::ranges::sort(list.rows, {}, [](const ConnectionRow& row) { return std::tie(row.from, row.to); });
  std::ranges::sort(list.blocked_backends);
  return list;
}

}  // namespace bulkhead::access
