// Facts, findings and access become the attack graph.
//
// The passes (build.cc): classes and nodes become positions, identities and assets follow, the rows of the step catalogue are
// asked one by one (evaluator.h), flaws and local attack surfaces become steps, then starts, then actions. An action's cuts are
// found by asking again with the changed fact (what-if), never by naming steps by hand.
//
// What was not read is never safe: an unread fact gives unknown steps with a variable of their own (`fact:…`), and taking a list
// away from a cluster never closes a step. Sources: docs/risk-model.md, data/steps, data/escape.
// Errors: only broken data files (ErrorKind::input, the file named). Threads: build() is a pure function.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "access/network.h"
#include "access/rbac.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/attack_graph.h"
#include "model/cluster.h"
#include "model/cluster_component.h"
#include "model/finding.h"
#include "model/inventory.h"

namespace bulkhead::graph {

using base::Result;

struct ImageFacts {
  std::string reference;                        // as pods write it; also matched by digest
  std::vector<std::string> digests;             // manifest and config digests, "sha256:…"
  const model::Inventory* inventory = nullptr;  // null: not read
  std::vector<model::Finding> findings;
};

// Findings on the node's kernel, runtime and kubelet. A node without an entry was not matched: its flaws are unknown.
struct NodeFacts {
  std::string node;
  std::vector<model::Finding> findings;
};

// Findings on one component of the cluster (an ingress controller, a CSI driver).
struct ComponentFacts {
  const model::ClusterComponent* component = nullptr;
  std::vector<model::Finding> findings;
};

struct BuildOptions {
  // Positions above which one-to-many steps go through a shared position instead of one step a pair (same reach, fewer steps).
  size_t compact_above = 300;
  bool actions = true;  // false: positions and steps only
};

struct BuildInput {
  const model::Cluster& cluster;
  const access::Rbac& rbac;
  const access::Network& network;
  std::span<const ImageFacts> images;
  std::span<const NodeFacts> nodes;
  std::vector<model::Finding> control_plane;
  std::span<const ComponentFacts> components = {};
  base::Moment as_of = 0;
  BuildOptions options = {};
};

Result<model::AttackGraph> build(const BuildInput& input);

}  // namespace bulkhead::graph
