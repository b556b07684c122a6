// A proposal of roles that allow exactly what an audit log shows, as YAML for kubectl.
//
// One Role and RoleBinding for each namespace, one ClusterRole and ClusterRoleBinding for what is cluster-wide: cluster-scoped
// objects, lists over all namespaces, URLs. Rules name objects where a request did (kMaxNames at most, and not with
// `without_names`). All text is quoted, so that nothing in a log can change the document. Deterministic.
#pragma once

#include <set>
#include <string>

#include "access/audit_log.h"
#include "base/result.h"

namespace bulkhead::access {

inline constexpr size_t kMaxNames = 100;  // in one rule; more are left open, with a comment

// `subject`: "user:…", "group:…", "sa:NS/NAME". Errors: usage.
base::Result<std::string> least_privilege_yaml(const std::string& subject, const std::set<UsedRight>& used, bool without_names);

}  // namespace bulkhead::access
