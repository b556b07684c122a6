// Policies in tiers (AdminNetworkPolicy, Calico, Cilium) around the NetworkPolicies: what one end of a connection lets through.
//
// Order, as the dialects' documentation has it: AdminNetworkPolicies by priority; Calico's tiers by order, in each its policies by
// order and name, where NetworkPolicies are of the tier "default" with order 1000; in the same place Cilium's denials, then what
// Cilium's policies and the NetworkPolicies allow together; BaselineAdminNetworkPolicy. The first rule that matches decides; Pass
// goes on behind the tier. Who is selected in Calico's, Cilium's or the NetworkPolicies' tier and matched by none of its rules is
// denied there. Nothing left: allowed.
//
// Three-valued: for each port the engine keeps whether it has surely, or only perhaps, come to this rule undecided; an uncertain
// match decides nothing for certain and leaves nothing certain behind. Policies of one priority with different actions on the same
// traffic are such a case: the API leaves their order open.
// Threads: const calls are safe from many threads. Cost: a question costs the rules of the policies that select its pods.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/connections.h"
#include "access/internal/end_matcher.h"
#include "access/internal/peer.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access::internal {

// Sets of policies that one program enforces.
enum class Dialect : uint8_t { kubernetes, admin, calico, cilium };
inline constexpr size_t kDialects = 4;
using DialectMask = uint8_t;
constexpr DialectMask bit(Dialect dialect) { return static_cast<DialectMask>(1U << static_cast<unsigned>(dialect)); }
inline constexpr DialectMask kAllDialects = (1U << kDialects) - 1;
Dialect dialect_of(const model::TierPolicy& policy);
const char* dialect_name(Dialect dialect);  // "NetworkPolicies", "AdminNetworkPolicies", …

// What the NetworkPolicies of one end say: the ports that their rules allow, and whether any of them isolates.
struct Isolation {
  Allowed rules;
  model::Tri isolated = model::Tri::no;
};

class TierIndex {
 public:
  TierIndex(const model::Cluster& cluster, bool as_manifest_tools);  // keeps a reference

  bool empty() const { return cluster_.tier_policies.empty(); }
  DialectMask dialects() const { return dialects_; }  // that have policies; kubernetes is not counted
  // Policies (indexes into Cluster::tier_policies) that take a pod in a direction, for certain or perhaps.
  std::vector<uint32_t> taking(size_t pod, bool ingress) const;
  // Number of the pod's sequence of policies in a direction: pods with one number get one answer about the same far end and
  // ports. 0: no policy. kOwnSequence: the answer depends on the pod itself.
  static constexpr uint32_t kOwnSequence = UINT32_MAX;
  uint32_t sequence(size_t pod, bool ingress) const;
  // Ports of `to` that the end `pod` lets through, in one direction; `other` is the far end, `to` the target of the connection.
  Allowed side(size_t pod, bool ingress, const Peer& other, const Peer& to, const Isolation& kubernetes, DialectMask enforced) const;
  const std::vector<AddressRange>& ingress_cidrs() const { return ingress_cidrs_; }
  const std::vector<AddressRange>& egress_cidrs() const { return egress_cidrs_; }

 private:
  struct Rule {
    const model::TierRule* rule = nullptr;
    std::vector<CompiledCondition> peers, own;
  };
  struct Section {
    std::vector<Rule> rules;
    std::vector<uint32_t> for_addresses;  // the rules that an address outside may meet, in order
  };
  struct Policy {
    const model::TierPolicy* policy = nullptr;
    Section ingress, egress;
  };
  struct Selected {
    uint32_t policy = 0;
    model::Tri sure = model::Tri::yes;
  };
  // One place of the order: policies that stand in it together.
  enum class Step : uint8_t { rules, denials, allowances, kubernetes, end_of_tier, end_of_admin };
  struct Place {
    Step step = Step::rules;
    std::vector<Selected> policies;  // rules, denials, allowances; end_of_tier: those that isolate
    bool pass_at_end = false, holds_kubernetes = false;
  };
  struct PodClass {
    std::vector<Place> ingress, egress;
    uint32_t ingress_sequence = 0, egress_sequence = 0;
  };
  struct Flow;  // the state of one walk

  Section compile(const std::vector<model::TierRule>& rules, std::vector<AddressRange>& cuts) const;
  std::vector<Place> places(const std::vector<Selected>& selected, bool ingress) const;
  model::Tri rule_matches(const Rule& rule, const Peer& other, size_t own) const;
  Allowed rule_ports(const model::TierRule& rule, const Peer& to) const;
  void add_port(const model::TierPort& port, const Peer& to, Allowed& sum) const;
  void walk(const Place& place, bool ingress, const Peer& other, const Peer& to, size_t own, DialectMask enforced, Flow& flow) const;

  const model::Cluster& cluster_;
  EndMatcher matcher_;
  DialectMask dialects_ = 0;
  std::vector<Policy> policies_;
  std::vector<AddressRange> ingress_cidrs_, egress_cidrs_;
  std::vector<PodClass> classes_;
  std::vector<uint32_t> pod_class_;
};

}  // namespace bulkhead::access::internal
