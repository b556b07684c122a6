// Who can connect to whom, asked once per pair of pods that no policy can tell apart.
//
// NetworkPolicies see of a pod its namespace, the labels that some selector mentions, its ports, and on which side of each address
// block it lies. Two pods that agree on those get the same answer, so that a cluster of ten thousand pods asks some hundred times a hundred
// questions instead of all pairs. A label value that no selector names counts as "another value". Pods on the host's network are told apart
// by node.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "access/address.h"
#include "graph/internal/builder.h"

namespace bulkhead::graph {

class ReachTable {
 public:
  // `policies` must be those that `network` was made of. Keeps references.
  ReachTable(const Builder& b, const access::Network& network, const std::vector<model::NetworkPolicy>& policies);
  // Templates by index. The answer lives as long as the table.
  const access::Reach& reach(size_t from, size_t to);

 private:
  uint32_t signature(size_t tmpl, bool as_target);
  void mention(const model::LabelSelector& selector, bool as_target);
  void mention(const std::string& cidr, bool as_target);

  const Builder& b_;
  const access::Network& network_;
  std::map<std::string, std::set<std::string>> mentioned_[2];  // key → values that a selector names; by side
  std::vector<access::Address> bounds_[2];                     // where some address block begins or ends; sorted; by side
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<uint32_t> known_[2];  // per template; kNone: not yet
  std::unordered_map<uint64_t, access::Reach> answers_;
};

}  // namespace bulkhead::graph
