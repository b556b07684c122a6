// Effective rights by RBAC, as the API server's authorizer decides them.
//
// Source: Kubernetes, "Using RBAC Authorization" and plugin/pkg/auth/authorizer/rbac (rule matching by verb, group,
// resource/subresource, name and non-resource URL; aggregation; default groups of service accounts).
// Only RBAC is decided here. What the lists do not hold because they were not read makes a `no` into `unknown`, never a `yes`
// into something else. Threads: const calls are safe from many threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

// Who asks, with every group that authentication adds.
struct Identity {
  std::string user;                  // "system:serviceaccount:shop:api", "alice"; empty: somebody of `groups` only
  std::vector<std::string> groups;   // "system:authenticated", …
};
Identity service_account(std::string_view ns, std::string_view name);
Identity user(std::string_view name);
Identity group(std::string_view name);  // somebody in that group (and authenticated, unless it is system:unauthenticated)
// "user:NAME", "group:NAME", "sa:NS/NAME"
base::Result<Identity> parse_identity(std::string_view text);

struct AccessRequest {
  std::string verb;
  std::string api_group;      // "" core
  std::string resource;       // "pods"
  std::string subresource;    // "exec"
  std::string name;           // empty: any object / a collection
  std::string ns;             // empty: cluster scope or all namespaces
  std::string path;           // non-resource URL; then the fields above but verb are ignored
};

struct AccessAnswer {
  model::Tri verdict = model::Tri::no;
  std::string because;        // "ClusterRoleBinding ci/runner-admin → ClusterRole admin", or what was not read
};

class Rbac {
 public:
  explicit Rbac(const model::Cluster& cluster);  // keeps a reference
  ~Rbac();
  Rbac(Rbac&&) noexcept;

  AccessAnswer can(const Identity& who, const AccessRequest& request) const;
  // Without the explanation, for batches: ≥ 1 M a second is the aim.
  model::Tri allowed(const Identity& who, const AccessRequest& request) const;
  // True when `who` has any right beyond what every authenticated subject has.
  model::Tri has_any_right(const Identity& who) const;
  // Every subject of a binding that may; "unknown" ones carry that verdict.
  struct Who {
    model::Subject subject;
    model::Tri verdict;
    std::string because;
  };
  std::vector<Who> who_can(const AccessRequest& request) const;
  // Namespaces of the cluster in which `who` may; {""} first when cluster-wide.
  std::vector<std::string> namespaces_where(const Identity& who, AccessRequest request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::access
