#include "access/connection_list.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "access/internal/network_impl.h"
#include "access/internal/pair_table.h"

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

// Where an address stands among all the blocks that rules name.
std::string places(const std::vector<Address>& addresses, const std::vector<Address>& cuts) {
  std::string text;
  for (const Address address : addresses) {
    text.append(1, '\0').append(std::to_string(std::ranges::upper_bound(cuts, address) - cuts.begin()));
  }
  return text;
}

}  // namespace

// All that no policy can tell apart is one class; a workload is a set of classes.
class ConnectionLister {
 public:
  explicit ConnectionLister(const model::Cluster& cluster)
      : cluster_(cluster), owners_(cluster), network_(cluster, {.as_manifest_tools = true}) {}

  ConnectionList run() {
    const internal::PolicyIndex& policies = network_.impl_->policies;
    list_.enforced = network_.enforced();
    list_.enforced_by = network_.enforced_by();
    list_.enforcement = network_.enforcement();
    list_.policies_read = policies.policies_read();
    for (const model::TierPolicy& policy : cluster_.tier_policies) {
      for (const std::string& what : policy.not_understood)
        list_.not_understood.push_back(policy.kind + " " + (policy.ns.empty() ? "" : policy.ns + "/") + policy.name + ": " + what);
    }
    sources_ = network_.external_sources();
    targets_ = network_.external_targets();
    classify(policies);
    name_peers();
    internal::PairTable table(policies, network_.impl_->in_force, class_pods_, sources_, targets_);
    connect(table);
    return std::move(list_);
  }

 private:
  struct Workload {
    Key key;
    std::vector<size_t> classes;               // sorted
    std::vector<std::string_view> nodes;       // of its pods
    std::vector<std::string_view> host_nodes;  // of those on their node's network
    uint32_t peer = 0;
  };

  void classify(const internal::PolicyIndex& policies) {
    std::vector<Address> cuts;
    for (const auto* list : {&policies.ingress_cidrs(), &policies.egress_cidrs()}) {
      for (const AddressRange& range : *list) {
        cuts.push_back(range.first);
        if (range.last != ~static_cast<Address>(0)) cuts.push_back(range.last + 1);
      }
    }
    std::ranges::sort(cuts);
    const auto repeated = std::ranges::unique(cuts);
    cuts.erase(repeated.begin(), repeated.end());
    const bool accounts_matter = !cluster_.tier_policies.empty();
    const bool nodes_matter = (policies.dialects() & internal::bit(internal::Dialect::cilium)) != 0;  // "host" and "remote-node"

    std::map<std::string, size_t> classes;
    std::map<Key, Workload> workloads;
    for (size_t i = 0; i < cluster_.pods.size(); ++i) {
      const model::Pod& pod = cluster_.pods[i];
      if (!internal::PolicyIndex::active(pod)) continue;
      const bool host = pod.spec.host_network;
      std::string text = host ? "host " : "pod ";
      text += pod.meta.ns;
      if (accounts_matter) text.append(1, '\0').append(pod.spec.service_account);
      if (nodes_matter || (host && accounts_matter)) text.append(1, '\0').append(pod.spec.node_name);
      if (!host) {
        for (const auto& [key, value] : pod.meta.labels) text.append(1, '\0').append(key).append(1, '=').append(value);
      }
      text += places(policies.addresses(i), cuts);
      for (const model::Container& container : pod.spec.containers) {
        for (const model::ContainerPort& port : container.ports) {
          if (!port.name.empty()) text.append(1, '\0').append(port.name + ":" + std::to_string(port.port) + port.protocol);
        }
      }
      const auto [entry, fresh] = classes.try_emplace(std::move(text), class_pods_.size());
      if (fresh) class_pods_.push_back(i);
      const Key key = owners_.top(pod.meta, "Pod");
      Workload& workload = workloads[key];
      workload.key = key;
      workload.classes.push_back(entry->second);
      if (!pod.spec.node_name.empty()) (host ? workload.host_nodes : workload.nodes).push_back(pod.spec.node_name);
    }
    const auto tidy = [](auto& list) {
      std::ranges::sort(list);
      const auto rest = std::ranges::unique(list);
      list.erase(rest.begin(), rest.end());
    };
    for (auto& [key, workload] : workloads) {
      tidy(workload.classes);
      tidy(workload.nodes);
      tidy(workload.host_nodes);
      workloads_.push_back(std::move(workload));
    }
  }

  void name_peers() {
    std::vector<std::string>& peers = list_.peers;
    for (const Workload& workload : workloads_) peers.push_back(peer_text(workload.key));
    for (const auto* ranges : {&sources_, &targets_}) {
      for (const AddressRange& range : *ranges) peers.push_back(external_text(range));
    }
    peers.emplace_back(kController);
    std::ranges::sort(peers);
    const auto repeated = std::ranges::unique(peers);
    peers.erase(repeated.begin(), repeated.end());
    for (Workload& workload : workloads_) workload.peer = number(peer_text(workload.key));
  }
  uint32_t number(const std::string& peer) const {
    return static_cast<uint32_t>(std::ranges::lower_bound(list_.peers, peer) - list_.peers.begin());
  }

  void add_row(uint32_t from, uint32_t to, const internal::PairTable& table, uint32_t answer) {
    if (answer == internal::PairTable::kNothing) return;
    const Allowed& allowed = table.value(answer);
    if (allowed.possible.empty()) return;
    const bool undecided = !(allowed.possible == allowed.certain);
    list_.undecided += undecided ? 1 : 0;
    const auto [entry, fresh] = shown_.try_emplace(answer, static_cast<uint32_t>(list_.connections.size()));
    if (fresh) list_.connections.push_back(allowed.possible);
    list_.rows.push_back({from, to, entry->second, undecided});
  }

  static bool meet(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
    auto x = a.begin(), y = b.begin();
    while (x != a.end() && y != b.end()) {
      if (*x == *y) return true;
      *x < *y ? ++x : ++y;
    }
    return false;
  }

  // What some pod of the one may reach at some pod of the other; a node always reaches its own pods.
  uint32_t between(internal::PairTable& table, const Workload& from, const Workload& to) const {
    if (meet(from.host_nodes, to.nodes) || meet(from.host_nodes, to.host_nodes)) return internal::PairTable::kEverything;
    uint32_t sum = internal::PairTable::kNothing;
    for (const size_t a : from.classes) {
      for (const size_t b : to.classes) {
        if (sum == internal::PairTable::kEverything) return sum;
        sum = table.unite(sum, table.between(a, b));
      }
    }
    return sum;
  }

  void connect(internal::PairTable& table) {
    for (const Workload& from : workloads_) {
      for (const Workload& to : workloads_) {
        if (&from != &to) add_row(from.peer, to.peer, table, between(table, from, to));
      }
    }
    const auto externals = [&](const std::vector<AddressRange>& ranges, bool inwards) {
      for (size_t i = 0; i < ranges.size(); ++i) {
        const uint32_t peer = number(external_text(ranges[i]));
        for (const Workload& workload : workloads_) {
          uint32_t sum = internal::PairTable::kNothing;
          for (const size_t one : workload.classes) sum = table.unite(sum, inwards ? table.from_source(i, one) : table.to_target(one, i));
          inwards ? add_row(peer, workload.peer, table, sum) : add_row(workload.peer, peer, table, sum);
        }
      }
    };
    externals(sources_, true);
    externals(targets_, false);
    forward(table);
    std::ranges::sort(list_.rows, {}, [](const ConnectionRow& row) { return std::tie(row.from, row.to); });
    std::ranges::sort(list_.blocked_backends);
  }

  // The controllers that were found, or else some pod of which nothing is known; then only what is sure to admit it counts.
  void forward(internal::PairTable& table) {
    std::map<std::string, uint32_t> forwarded;
    for (const Network::Backend& backend : network_.backends()) {
      Allowed allowed = backend.controllers.empty() ? network_.policy_from_unknown_pod(backend.pod) : Allowed();
      if (list_.policies_read && backend.controllers.empty()) allowed.possible = allowed.certain;
      for (const size_t controller : backend.controllers) {
        const Allowed one = network_.policy_pod_to_pod(controller, backend.pod);
        allowed.certain.add(one.certain);
        allowed.possible.add(one.possible);
      }
      Connections wanted;
      wanted.ports(backend.protocol)->add({backend.port, backend.port});
      allowed = {allowed.certain.intersect(wanted), allowed.possible.intersect(wanted)};
      const model::ObjectMeta& pod = cluster_.pods[backend.pod].meta;
      if (allowed.possible.empty()) {
        list_.blocked_backends.push_back(backend.via + " → " + pod.ns + "/" + pod.name + ":" + std::to_string(backend.port));
      }
      uint32_t& sum = forwarded.try_emplace(peer_text(owners_.top(pod, "Pod")), internal::PairTable::kNothing).first->second;
      sum = table.unite(sum, table.intern(allowed));
    }
    for (const auto& [to, answer] : forwarded) add_row(number(std::string(kController)), number(to), table, answer);
  }

  static constexpr std::string_view kController = "{ingress-controller}";
  const model::Cluster& cluster_;
  Owners owners_;
  Network network_;
  std::vector<AddressRange> sources_, targets_;
  std::vector<size_t> class_pods_;  // one pod of each class
  std::vector<Workload> workloads_;
  std::map<uint32_t, uint32_t> shown_;  // answer → connections
  ConnectionList list_;
};

ConnectionList list_connections(const model::Cluster& given) {
  // Without a server the pods have to be made up; that needs a copy of our own.
  if (!given.server_version.empty()) return ConnectionLister(given).run();
  model::Cluster with_pods = given;
  add_missing_pods(with_pods, Owners(given));
  return ConnectionLister(with_pods).run();
}

}  // namespace bulkhead::access
