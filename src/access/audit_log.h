// What a kube-apiserver audit log shows was done: who asked for what, and was allowed.
//
// Source: Kubernetes, "Auditing", audit.k8s.io/v1 Event (v1beta1 has the same fields). A line is an event, or an EventList; a file
// may also be one document over many lines. An event counts as allowed by its annotation authorization.k8s.io/decision, or
// without one unless the response was 401 or 403. Stages repeat a request: what counts is the set.
// An impersonated request is one of the impersonated identity, and one right to impersonate of the one that asked.
// Errors: none; a line that is no event is counted. Limits: a line of base::Limits::document_bytes. Threads: one reader, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/rbac.h"
#include "base/json.h"
#include "base/limits.h"

namespace bulkhead::access {

// One thing that was done: AccessRequest with an order.
struct UsedRight {
  std::string verb, ns, group, resource, name, url;  // resource with its subresource: "pods/exec"
  auto operator<=>(const UsedRight&) const = default;
};

class AuditLog {
 public:
  explicit AuditLog(const base::Limits& limits) : limits_(limits) {}
  void add_line(std::string_view line);  // without its newline; empty ones are passed over
  // The end of a file: lines that were no events by themselves are tried as one document.
  void end_of_file();

  uint64_t events() const { return events_; }
  uint64_t malformed() const { return malformed_; }
  uint64_t refused() const { return refused_; }  // events of requests that were not allowed
  // User → what it did. Group → the users seen in it.
  const std::map<std::string, std::set<UsedRight>>& used() const { return used_; }
  const std::map<std::string, std::set<std::string>>& members() const { return members_; }
  // What was done by anybody whom a binding of `who` would take: its user, or any member of its groups.
  std::set<UsedRight> used_by(const std::string& subject) const;  // "user:…", "group:…", "sa:…"
  std::string first, last;                                        // moments of the earliest and the latest event, as written

 private:
  bool add_document(std::string_view text);
  bool add_event(base::JsonView event);

  base::Limits limits_;
  uint64_t events_ = 0, malformed_ = 0, refused_ = 0;
  std::map<std::string, std::set<UsedRight>> used_;
  std::map<std::string, std::set<std::string>> members_;
  std::string pending_;  // lines that may be parts of one document
  uint64_t pending_lines_ = 0;
};

// Does a right of that target and verb allow what was done?
bool covers(const std::string& verb, const std::string& ns, const std::string& group, const std::string& resource, const std::string& name,
            const std::string& url, const UsedRight& used);

}  // namespace bulkhead::access
