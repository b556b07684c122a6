// Effective rights by RBAC, as the API server's authorizer decides them.
//
// Source: Kubernetes, "Using RBAC Authorization" and plugin/pkg/auth/authorizer/rbac (rule matching by verb, group,
// resource/subresource, name and non-resource URL; aggregation; default groups of service accounts).
// Only RBAC is decided here. What the lists do not hold because they were not read makes a `no` into `unknown`, never a `yes`
// into something else. Members of system:masters pass every authorizer. What the Node authorizer grants to kubelets is not in
// the API: for a node's identity (system:node:NAME in the group system:nodes) a `no` is `unknown`.
// Aggregated ClusterRoles: the rules in the object count, as for the API server, whose controller fills them; where the
// object has none, or comes from manifests, the union over the selectors is computed here.
// Threads: const calls are safe from many threads. Limits: none of its own; cost is linear in the objects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

// Who asks, with every group that authentication adds.
struct Identity {
  std::string user;                 // "system:serviceaccount:shop:api", "alice"; empty: somebody of `groups` only
  std::vector<std::string> groups;  // "system:authenticated", …
};
Identity service_account(std::string_view ns, std::string_view name);
// system:anonymous is unauthenticated; system:serviceaccount:NS:NAME and system:node:NAME get the groups of their kind.
Identity user(std::string_view name);
Identity group(std::string_view name);  // somebody in that group (and authenticated, unless it is system:unauthenticated)
// "user:NAME", "group:NAME", "sa:NS/NAME"
base::Result<Identity> parse_identity(std::string_view text);

struct AccessRequest {
  std::string verb;
  std::string api_group;    // "" core
  std::string resource;     // "pods"
  std::string subresource;  // "exec"
  std::string name;         // empty: any object / a collection; then rules with resourceNames do not match
  std::string ns;           // empty: cluster scope or all namespaces
  std::string path;         // non-resource URL; then the fields above but verb are ignored
};

struct AccessAnswer {
  model::Tri verdict = model::Tri::no;
  std::string because;  // "ClusterRoleBinding ci/runner-admin → ClusterRole admin", or what was not read
};

class Rbac {
 public:
  explicit Rbac(const model::Cluster& cluster);  // keeps a reference
  ~Rbac();
  Rbac(Rbac&&) noexcept;

  AccessAnswer can(const Identity& who, const AccessRequest& request) const;
  // Without the explanation, for batches: ≥ 1 M a second is the aim.
  model::Tri allowed(const Identity& who, const AccessRequest& request) const;
  // The same in two halves: a caller that asks many things of one identity looks up its bindings once.
  class Principal {
    friend class Rbac;
    std::vector<uint32_t> subjects_;  // numbers of this Rbac's subject table
    bool master_ = false, node_ = false;
  };
  Principal principal(const Identity& who) const;
  model::Tri allowed(const Principal& who, const AccessRequest& request) const;
  // The single objects that rules of `who` name (resourceNames), as (namespace or "" for everywhere, name); sorted, of all resources.
  std::vector<std::pair<std::string, std::string>> named_objects(const Identity& who) const;
  // yes: `who` has a right that the API server does not give to every caller by itself (its own bindings of
  // system:authenticated, system:unauthenticated and system:serviceaccounts are what does not count).
  model::Tri has_any_right(const Identity& who) const;
  // The RBAC lists that were not read whole, as resource names: because of them a `no` is `unknown`.
  const std::vector<std::string>& unread() const;
  // Every subject of a binding that may, and the group system:masters; "unknown" ones carry that verdict. Sorted.
  struct Who {
    model::Subject subject;
    model::Tri verdict;
    std::string because;
  };
  std::vector<Who> who_can(const AccessRequest& request) const;
  // Namespaces in which `who` certainly may, sorted. Cluster-wide: {""} first, then all namespaces of the cluster.
  std::vector<std::string> namespaces_where(const Identity& who, AccessRequest request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::access
