#include "graph/internal/reach_table.h"

#include <algorithm>

namespace bulkhead::graph {

ReachTable::ReachTable(const Builder& b, const access::Network& network, const std::vector<model::NetworkPolicy>& policies)
    : b_(b), network_(network) {
  for (const model::NetworkPolicy& policy : policies) {
    if (policy.egress_isolated) mention(policy.pod_selector, false);
    if (policy.ingress_isolated) mention(policy.pod_selector, true);
    const auto peers = [&](const std::vector<model::NetworkPolicyRule>& rules, bool as_target) {
      for (const model::NetworkPolicyRule& rule : rules) {
        for (const model::NetworkPolicyPeer& peer : rule.peers) {
          if (peer.pod_selector) mention(*peer.pod_selector, as_target);
          if (!peer.ip_block) continue;
          mention(peer.ip_block->cidr, as_target);
          for (const std::string& except : peer.ip_block->except) mention(except, as_target);
        }
      }
    };
    peers(policy.ingress, false);
    peers(policy.egress, true);
  }
  for (auto& side : known_) side.assign(b.templates.size(), kNone);
  for (auto& side : bounds_) {
    std::ranges::sort(side);
    side.erase(std::unique(side.begin(), side.end()), side.end());
  }
}

void ReachTable::mention(const std::string& cidr, bool as_target) {
  const auto range = access::parse_cidr(cidr);
  if (!range) return;
  bounds_[as_target].push_back(range->first);
  bounds_[as_target].push_back(range->last + 1);
}

void ReachTable::mention(const model::LabelSelector& selector, bool as_target) {
  auto& keys = mentioned_[as_target];
  for (const auto& [key, value] : selector.match_labels) keys[key].insert(value);
  for (const model::LabelSelectorRequirement& one : selector.match_expressions) keys[one.key].insert(one.values.begin(), one.values.end());
}

uint32_t ReachTable::signature(size_t tmpl, bool as_target) {
  uint32_t& known = known_[as_target][tmpl];
  if (known != kNone) return known;
  const model::Pod& pod = b_.pod(b_.templates[tmpl].pod);
  std::string text = as_target ? "to\n" : "from\n";
  if (!b_.cluster.tier_policies.empty()) text += std::to_string(tmpl) + "\n";  // their conditions are not only labels
  text += pod.meta.ns + "\n" + (pod.spec.host_network ? "host " + pod.spec.node_name : "") + "\n";
  for (const auto& [key, values] : mentioned_[as_target]) {
    auto label = pod.meta.labels.find(key);
    if (label == pod.meta.labels.end()) continue;
    text += key + "=" + (values.contains(label->second) ? label->second : "\t") + "\n";
  }
  if (!bounds_[as_target].empty()) {
    if (pod.pod_ips.empty()) text += "no address";
    for (const std::string& ip : pod.pod_ips) {
      const auto address = access::parse_address(ip);
      text += address ? std::to_string(std::ranges::upper_bound(bounds_[as_target], *address) - bounds_[as_target].begin()) + " " : "? ";
    }
    text += "\n";
  }
  if (as_target) {
    for (const auto& [port, protocol] : network_.listening_ports(b_.templates[tmpl].pod)) text += std::to_string(port) + protocol + ",";
    for (const model::Container& c : pod.spec.containers) {
      for (const model::ContainerPort& port : c.ports) text += port.name + ":" + std::to_string(port.port) + port.protocol + ";";
    }
  }
  known = numbers_.try_emplace(std::move(text), static_cast<uint32_t>(numbers_.size())).first->second;
  return known;
}

const access::Reach& ReachTable::reach(size_t from, size_t to) {
  const uint64_t key = static_cast<uint64_t>(signature(from, false)) << 32 | signature(to, true);
  auto [at, fresh] = answers_.try_emplace(key);
  if (fresh) {
    // From one replica to another: a pod always reaches itself, its twin as policies have it.
    const Template& target = b_.templates[to];
    const size_t twin = from == to && target.classes.size() > 1 ? b_.classes[target.classes[1]].pod : target.pod;
    at->second = network_.pod_to_pod(b_.templates[from].pod, twin, 0);
  }
  return at->second;
}

}  // namespace bulkhead::graph
