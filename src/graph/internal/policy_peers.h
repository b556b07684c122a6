// Who a NetworkPolicy's rules could name: a short list of templates for each pod that a policy isolates, so that a cluster of many
// namespaces asks about pairs that some rule may join, not about all pairs.
//
// The lists are supersets: a pair that is in none of them is surely not admitted by any rule (and its answer is "no" where the
// policies are read and enforced); a pair in one of them must still be asked. Selectors are answered from an index of labels,
// address blocks from the pods' addresses; what cannot be decided (a selector that is not valid, a pod without address, a
// namespace whose labels were not read) is in the list. Threads: calls fill caches; one thread.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/address.h"
#include "graph/internal/builder.h"

namespace bulkhead::graph {

class PolicyPeers {
 public:
  struct Named {
    bool everybody = false;            // then the lists are empty
    std::vector<size_t> templates;     // sorted
    std::vector<size_t> host_classes;  // replica classes on their node's network, by address blocks; sorted
  };

  explicit PolicyPeers(const Builder& b);  // keeps a reference
  // Templates that a rule of the ingress policies of `target` (egress policies of `source`) may name.
  Named sources_of(size_t target) { return collect(target, true); }
  Named targets_of(size_t source) { return collect(source, false); }
  // Replica classes on their node's network whose connections to `target` may be admitted: on a node of the target, which always
  // reaches its own pods, or with an address that a block of its ingress policies may hold. Sorted.
  std::vector<size_t> host_sources_of(size_t target);

 private:
  const Named& named(const model::NetworkPolicy& policy, bool ingress);
  std::vector<const model::NetworkPolicy*> policies_of(size_t tmpl, bool ingress) const;
  void by_selectors(const model::NetworkPolicyPeer& peer, const std::string& policy_ns, Named& out) const;
  void by_block(const model::IpBlock& block, Named& out);
  bool may_match(const model::LabelSelector& selector, const std::string& ns) const;
  Named collect(size_t tmpl, bool ingress);

  const Builder& b_;
  std::vector<size_t> all_, host_classes_;  // every template; every class on its node's network
  std::map<std::string, std::vector<const model::NetworkPolicy*>, std::less<>> by_namespace_;
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> with_label_;  // of pods that policies can name
  std::map<const model::NetworkPolicy*, Named> named_[2];                          // by direction
  std::map<std::string, Named> blocks_;
  std::vector<std::vector<access::Address>> addresses_;      // per template, of its representative
  std::map<std::string, std::vector<size_t>> host_on_node_;  // node → classes on its network
};

}  // namespace bulkhead::graph
