// NetworkPolicies compiled: what they alone allow between two peers, as sets of ports.
//
// Source: Kubernetes API reference networking.k8s.io/v1 NetworkPolicy. A pod that no policy selects for a direction is not
// isolated in it; rules of several policies add up; a connection needs the source's egress and the destination's ingress.
// A pod can always reach itself, and a node its own pods. A pod on the host's network has the node's addresses: policies
// neither select it nor do selectors of rules name it (the API leaves it open; this is the usual behaviour).
// What cannot be decided (an unknown operator, an invalid CIDR, a namespace that was not read, a pod without address against
// an ipBlock) is in `possible` and not in `certain`. Threads: const calls are safe from many threads.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/address.h"
#include "access/connections.h"
#include "access/internal/peer.h"
#include "access/internal/tier_index.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access::internal {

class PolicyIndex {
 public:
  // Keeps a reference. `as_manifest_tools`: see NetworkOptions.
  explicit PolicyIndex(const model::Cluster& cluster, bool as_manifest_tools = false);

  // What the policies of the dialects in `enforced` allow together.
  Allowed allowed(const Peer& from, const Peer& to, DialectMask enforced = kAllDialects) const;
  // The same as it is worth: enforcement of each dialect is yes, no, or not known; then only what holds either way is certain.
  Allowed effective(const Peer& from, const Peer& to) const;
  void set_enforcement(const std::array<model::Tri, kDialects>& enforced) { enforced_ = enforced; }
  const TierIndex& tiers() const { return tiers_; }
  // Does any policy take the pod in this direction?
  bool isolates(size_t pod, bool ingress) const;
  DialectMask dialects() const;  // that have policies
  // The policies that isolate a pod, by index into Cluster::network_policies.
  const std::vector<uint32_t>& ingress_of(size_t pod) const { return classes_[pod_class_[pod]].ingress; }
  const std::vector<uint32_t>& egress_of(size_t pod) const { return classes_[pod_class_[pod]].egress; }
  bool policies_read() const { return policies_read_; }
  // A pod that takes part: not Succeeded or Failed.
  static bool active(const model::Pod& pod) { return pod.phase != "Succeeded" && pod.phase != "Failed"; }
  const std::vector<Address>& addresses(size_t pod) const { return pod_addresses_[pod]; }
  const std::vector<AddressRange>& ingress_cidrs() const { return ingress_cidrs_; }
  const std::vector<AddressRange>& egress_cidrs() const { return egress_cidrs_; }

 private:
  friend class PairTable;
  struct Block {
    std::optional<AddressRange> cidr;  // nullopt: not a CIDR
    std::vector<AddressRange> except;
    bool bad_except = false;
  };
  struct CompiledRule {
    const model::NetworkPolicyRule* rule = nullptr;
    std::vector<Block> blocks;  // one for each peer with an ipBlock, in order
  };
  // Which rules of a long list can match an address: the line of addresses cut at every CIDR, with the rules over each piece.
  struct RuleMap {
    bool used = false;                         // false: look at every rule
    std::vector<Address> starts;               // of the pieces, ascending
    std::vector<std::vector<uint32_t>> rules;  // over each piece
    std::vector<uint32_t> anywhere;            // rules for everybody, or with a block that is no CIDR
    std::vector<uint32_t> selecting;           // rules with a selector: pods are asked those too
  };
  struct Section {
    std::vector<CompiledRule> rules;
    RuleMap map;
  };
  struct Policy {
    const model::NetworkPolicy* policy = nullptr;
    Section ingress, egress;
  };
  // Pods with the same namespace and labels are isolated by the same policies.
  struct PodClass {
    std::vector<uint32_t> ingress, egress;
    std::vector<uint32_t> unsure_ingress, unsure_egress;  // by a selector that cannot be evaluated
  };

  static Section compile(const std::vector<model::NetworkPolicyRule>& rules, std::vector<AddressRange>& cidrs);
  static RuleMap map_rules(const std::vector<CompiledRule>& rules);
  model::Tri block_matches(const Block& block, const Peer& peer) const;
  model::Tri namespace_matches(const model::LabelSelector& selector, const std::string& ns) const;
  model::Tri peer_matches(const CompiledRule& rule, const std::string& policy_ns, const Peer& peer) const;
  Allowed rule_ports(const model::NetworkPolicyRule& rule, const Peer& to) const;
  // Adds what the rules of one policy allow; `other` is the far end, `to` the end whose named ports count.
  void add_rules(const Section& section, const std::string& policy_ns, const Peer& other, const Peer& to, Allowed& sum) const;
  Allowed one_side(size_t pod, bool ingress, const Peer& other, const Peer& to, DialectMask enforced) const;
  Isolation isolation(size_t pod, bool ingress, const Peer& other, const Peer& to) const;

  const model::Cluster& cluster_;
  TierIndex tiers_;
  std::array<model::Tri, kDialects> enforced_{model::Tri::yes, model::Tri::yes, model::Tri::yes, model::Tri::yes};
  bool as_manifest_tools_ = false, policies_read_ = false, namespaces_read_ = false;
  std::vector<Policy> policies_;
  std::vector<PodClass> classes_;
  std::vector<uint32_t> pod_class_;
  std::vector<std::vector<Address>> pod_addresses_;
  std::map<std::string, model::Labels, std::less<>> namespaces_;
  std::vector<AddressRange> ingress_cidrs_, egress_cidrs_;
};

}  // namespace bulkhead::access::internal
