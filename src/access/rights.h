// The effective rights of one subject, merged: what it may do to what, where, and which binding gives each.
//
// A right is a verb on a resource (of a group, perhaps only of one name) in a namespace or everywhere, or on a URL. Rules of all
// bindings of the subject and of its groups are taken apart into single rights and put together again by resource.
// Source: as access/rbac.h. Limits: kMaxRights single rights; beyond them `truncated` is set. Errors: none.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "access/rbac.h"
#include "model/cluster.h"

namespace bulkhead::access {

inline constexpr size_t kMaxRights = 2'000'000;

// What a right is about. `resource` is "pods" or "pods/exec"; for a URL only `url` is set.
struct RightTarget {
  std::string ns;  // empty: everywhere
  std::string group, resource, name, url;
  auto operator<=>(const RightTarget&) const = default;
};
// "everywhere  apps/deployments:web" without the namespace: "pods", "apps/deployments/scale", "secrets:db", "/healthz".
std::string target_text(const RightTarget& target);

struct RightList {
  std::map<RightTarget, std::map<std::string, std::set<std::string>>> rights;  // → verb → bindings that give it
  std::set<std::string> unread_roles;                                          // bindings whose role was not read: they may give more
  bool masters = false;                                                        // member of system:masters: everything
  bool truncated = false;
};
// Whoever asks of many subjects looks up roles and bindings once. Keeps a reference to the cluster.
class RightsIndex {
 public:
  explicit RightsIndex(const model::Cluster& cluster);
  ~RightsIndex();
  RightList of(const Identity& who) const;
  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};
RightList rights_of(const model::Cluster& cluster, const Identity& who);
// The subjects of all bindings as "user:…", "group:…", "sa:NS/NAME", sorted.
std::vector<std::string> bound_subjects(const model::Cluster& cluster);
std::string subject_text(const model::Subject& subject, const std::string& binding_ns);

}  // namespace bulkhead::access
