// Every allowed connection between the peers of a cluster, as rows: what the NetworkPolicies alone allow, whoever enforces them.
//
// Peers: a workload stands for its pods (up the chain of owners: Pod → ReplicaSet → Deployment), "ns/name[Kind]"; the ranges of
// IPv4 between the CIDRs that rules of that direction name, "a.b.c.d-e.f.g.h[External]" (IPv6 ranges too where a rule names an
// IPv6 CIDR); "{ingress-controller}" for what forwards Ingresses. A row of two workloads holds what some pod of the one may reach
// at some pod of the other; connections within one workload and between externals have no row.
// A workload that plain manifests give without pods is one pod of its template. A pod without address is outside every ipBlock.
// What cannot be decided counts as allowed and is marked. Policies of a kind that the network plug-in is known not to enforce are
// left out. Cost: square in the number of workloads, a few look-ups a pair (internal/pair_table.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/connections.h"
#include "access/network.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

struct ConnectionRow {
  uint32_t from = 0, to = 0;  // in ConnectionList::peers
  uint32_t connections = 0;   // in ConnectionList::connections
  bool undecided = false;     // part of it may be cut: something it depends on was not read or not understood
};
struct ConnectionList {
  std::vector<std::string> peers;  // sorted; those that are in no row are here too
  std::vector<Connections> connections;
  std::vector<ConnectionRow> rows;  // sorted by from, to; rows with no connection are left out
  size_t undecided = 0;
  std::vector<std::string> blocked_backends;  // "Ingress ns/name → ns/pod:port": policies let no controller in
  std::vector<std::string>
      not_understood;  // parts of policies that are taken as unknown: "AdminNetworkPolicy a: spec.egress[0].to.domainNames"
  std::vector<Network::Enforced> enforcement;  // of each kind of policies that is there
  model::Tri enforced = model::Tri::unknown;
  std::string enforced_by;
  bool policies_read = false;

  const std::string& from(const ConnectionRow& row) const { return peers[row.from]; }
  const std::string& to(const ConnectionRow& row) const { return peers[row.to]; }
  const Connections& connections_of(const ConnectionRow& row) const { return connections[row.connections]; }
};
ConnectionList list_connections(const model::Cluster& cluster);

}  // namespace bulkhead::access
