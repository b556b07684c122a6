// Network policies that know more than "allow": AdminNetworkPolicy and BaselineAdminNetworkPolicy, Calico's and Cilium's, in one
// form. The kube room translates each dialect into it, the access room evaluates it.
//
// Sources: policy.networking.k8s.io/v1alpha1 API reference; Calico "NetworkPolicy", "GlobalNetworkPolicy", "Tier" resources
// (projectcalico.org/v3); Cilium "Layer 3/4 Policy" (cilium.io/v2). What a dialect says and this form cannot hold is named in
// `not_understood`, and the condition or rule it stands in can never be certain to match, nor certain not to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead::model {

// A condition on labels (or names) of one end. A tree: `all`, `any` and `negate` have parts, the others are leaves.
struct EndSelector {
  enum class Op : uint8_t { everything, nothing, unknown, all, any, negate, exists, in, contains, starts, ends };
  enum class Of : uint8_t { pod, ns, account, namespace_name, account_name, node };  // whose label `key` is; names have no key
  Op op = Op::everything;
  Of of = Of::pod;
  std::string key;
  std::vector<std::string> values;  // `in`: one of them; contains, starts, ends: exactly one
  std::vector<EndSelector> parts;
  bool operator==(const EndSelector&) const = default;
};

// Which ends of a connection a rule speaks of: all that is set must hold. Nothing set: every end.
struct EndCondition {
  std::optional<EndSelector> pods;      // pods with an address of their own that it takes; never an address outside
  std::optional<EndSelector> not_pods;  // takes everything but the pods that this selects
  std::optional<EndSelector> nodes;     // nodes, that is their addresses and the pods on their network
  std::vector<std::string> cidrs;       // addresses within one of them …
  std::vector<std::string> except;      // … and in none of these
  bool cidrs_take_pods = true;          // false: blocks mean addresses outside the cluster only (Cilium)
  std::string entity;                   // Cilium: all, world, cluster, host, remote-node, none, …
  int ip_version = 0;                   // 4 or 6: only such addresses; 0 both
  std::string unknown;                  // a part that was not understood, in its own words
  bool operator==(const EndCondition&) const = default;
};

struct TierPort {
  std::string protocol;  // TCP, UDP, SCTP; "" each of them; another word (ICMP) takes no port
  int32_t first = 1, last = 65535;
  std::string name;  // a named port of the target; then first and last do not count
  bool operator==(const TierPort&) const = default;
};

struct TierRule {
  enum class Action : uint8_t { allow, deny, pass } action = Action::allow;
  bool any_peer = true;  // no condition on the far end; else it must meet one of `peers` (none: no end does)
  std::vector<EndCondition> peers;
  std::vector<EndCondition> own;  // further conditions on the policy's own end, all of them (Calico)
  bool any_port = true;           // else one of `ports`
  std::vector<TierPort> ports;
  std::vector<TierPort> not_ports;  // taken out again
  std::string unknown;              // a part that was not understood: the rule may hold or not
  bool operator==(const TierRule&) const = default;
};

struct TierPolicy {
  enum class Dialect : uint8_t { admin, baseline, calico, cilium } dialect = Dialect::admin;
  std::string kind;  // "AdminNetworkPolicy", "Calico NetworkPolicy", "CiliumNetworkPolicy", …
  std::string ns, name;
  std::string tier;                                              // Calico's; "default" where the object names none
  std::optional<double> order;                                   // admin: priority; Calico: order, none is last
  EndSelector subject;                                           // pods it applies to
  bool on_ingress = false, on_egress = false;                    // directions in which it takes its pods
  bool ingress_default_deny = true, egress_default_deny = true;  // Cilium's enableDefaultDeny
  std::vector<TierRule> ingress, egress;                         // in order; the first that matches decides (Cilium: denials first)
  std::vector<std::string> not_understood;                       // one line each, with the field's path
  bool operator==(const TierPolicy&) const = default;
};

// Calico's tiers. A policy of a tier that has no object here stands behind all that have.
struct PolicyTier {
  std::string name;
  std::optional<double> order;  // none is last
  bool pass_at_end = false;     // defaultAction: Pass
  bool operator==(const PolicyTier&) const = default;
};

// Labelled addresses that Calico's selectors can name: NetworkSet, GlobalNetworkSet.
struct AddressGroup {
  std::string ns, name;
  std::map<std::string, std::string> labels;
  std::vector<std::string> cidrs;
  bool operator==(const AddressGroup&) const = default;
};

}  // namespace bulkhead::model
