// Every allowed connection between the peers of a cluster, as rows: what the NetworkPolicies alone allow, whoever enforces them.
//
// Peers: a workload stands for its pods (up the chain of owners: Pod → ReplicaSet → Deployment), "ns/name[Kind]"; the ranges of
// IPv4 between the CIDRs that rules of that direction name, "a.b.c.d-e.f.g.h[External]" (IPv6 ranges too where a rule names an
// IPv6 CIDR); "{ingress-controller}" for what forwards Ingresses. A row of two workloads holds what some pod of the one may reach
// at some pod of the other; connections within one workload and between externals have no row.
// A workload that plain manifests give without pods is one pod of its template. A pod without address is outside every ipBlock.
// What cannot be decided counts as allowed and is marked. Cost: square in the number of distinct pods.
#pragma once

#include <string>
#include <vector>

#include "access/connections.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

struct ConnectionRow {
  std::string from, to;
  Connections connections;
  bool undecided = false;  // part of it may be cut: something it depends on was not read or not understood
};
struct ConnectionList {
  std::vector<ConnectionRow> rows;  // sorted by from, to; rows with no connection are left out
  size_t undecided = 0;
  std::vector<std::string> blocked_backends;  // "Ingress ns/name → ns/pod:port": policies let no controller in
  model::Tri enforced = model::Tri::unknown;
  std::string enforced_by;
  bool policies_read = false;
};
ConnectionList list_connections(const model::Cluster& cluster);

}  // namespace bulkhead::access
