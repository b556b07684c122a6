// Who can come to more rights than it has: known ways in RBAC by which one identity becomes another, or everything.
//
// Source: Kubernetes, "RBAC Good Practices" (privilege escalation risks): creating pods and what makes pods, exec and ephemeral
// containers, tokens, secrets, bind, escalate, impersonate, certificate signing, nodes/proxy, admission webhooks. The table of ways
// is in escalation.cc. Ways are joined: who may run a pod as a service account that may bind roles can become cluster-admin.
// What admission refuses, and what is between an identity and its use (Pod Security, a node to run on) is not looked at here: the
// attack graph does. Unknown rights make unknown ways. Cost: subjects × ways, then a search over the identities.
#pragma once

#include <string>
#include <vector>

#include "access/rbac.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

struct EscalationStep {
  std::string from, to;  // "sa:ci/runner"; `to` may be "cluster-admin" (everything)
  std::string right;     // "create pods in shop"
  std::string how;       // "a pod may run as any service account of its namespace"
  model::Tri verdict = model::Tri::yes;
};
struct Escalation {
  std::string subject;
  model::Tri everything = model::Tri::no;  // cluster-admin can be reached
  std::vector<EscalationStep> path;        // shortest one to cluster-admin; else the direct steps, at most kDirectSteps
  size_t reachable = 0;                    // identities that can be reached, without cluster-admin
};
inline constexpr size_t kDirectSteps = 20;

// Subjects that can reach another identity or cluster-admin, sorted; those that have everything by themselves are left out.
// `only`: one subject ("sa:…"), empty: all subjects of bindings and all service accounts.
std::vector<Escalation> find_escalations(const model::Cluster& cluster, const Rbac& rbac, const std::string& only);

}  // namespace bulkhead::access
