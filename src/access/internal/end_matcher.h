// Does an end of a connection meet a condition of model/tier_policy.h? yes, no, or unknown.
//
// A pod on its node's network counts as its node, as for NetworkPolicy: selectors of pods do not take it. What is asked of a fact
// that was not read (a namespace's labels, a service account's, a pod's address) is unknown; with `as_manifest_tools`, what the
// manifests do not hold is not there. Threads: const calls are safe from many threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/address.h"
#include "access/internal/peer.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access::internal {

// A condition with its blocks read.
struct CompiledCondition {
  const model::EndCondition* condition = nullptr;
  std::vector<AddressRange> cidrs, except;
  bool bad_cidr = false;
};

class EndMatcher {
 public:
  EndMatcher(const model::Cluster& cluster, bool as_manifest_tools);  // keeps a reference

  // Adds every block's range to `cuts`, and the addresses of nodes where the condition asks for nodes.
  CompiledCondition compile(const model::EndCondition& condition, std::vector<AddressRange>& cuts) const;
  model::Tri selects(const model::EndSelector& selector, size_t pod) const;
  // `own` is the pod at the other end, whose node "host" means.
  model::Tri matches(const CompiledCondition& condition, const Peer& peer, size_t own) const;
  const std::vector<Address>& addresses(size_t pod) const { return pod_addresses_[pod]; }

 private:
  struct Labelled;  // whose labels a selector is asked about
  model::Tri evaluate(const model::EndSelector& selector, const Labelled& of) const;
  model::Tri leaf(const model::EndSelector& selector, const Labelled& of) const;
  model::Tri in_blocks(const CompiledCondition& c, const std::vector<Address>& addresses) const;
  model::Tri is_node(Address address, const model::Node** node) const;
  model::Tri entity(const std::string& name, const Peer& peer, size_t own) const;
  model::Tri version(int wanted, const Peer& peer) const;
  model::Tri node_selected(const model::EndSelector& selector, const Peer& peer) const;

  const model::Cluster& cluster_;
  bool as_manifest_tools_, namespaces_read_, accounts_read_, nodes_read_;
  std::map<std::string_view, const model::Labels*> namespaces_;
  std::map<std::pair<std::string_view, std::string_view>, const model::Labels*> accounts_;
  std::map<std::string_view, const model::Node*> nodes_;
  std::map<Address, const model::Node*> node_addresses_;
  std::vector<std::vector<Address>> pod_addresses_;
  std::vector<std::vector<AddressRange>> group_ranges_;  // beside Cluster::address_groups
};

}  // namespace bulkhead::access::internal
