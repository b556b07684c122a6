// Words of a right as people and scripts write them: "apps/deployments/scale:web", "/secrets:db", "pods/exec", "/healthz".
//
// Form: GROUP/RESOURCE[/SUBRESOURCE][:NAME], where the core group is empty or "core", or a non-resource URL. Rules, in order:
//  - The first ':' ends the resource; what follows is the name.
//  - "/x…" is of the core group when a name or a namespace was given, or x is a built-in core resource; else a non-resource URL
//    when x is one of the API server's own paths or the first part of a URL in the cluster's roles; else of the core group when x
//    is a resource that is built in or named by any rule, or what follows is a subresource that a rule names; else a URL.
//  - "a" alone: a resource of the core group; else of the one built-in group that has it; "a.b.c" is resource a of group b.c.
//  - "a/b…": a is a group when it has a dot, is "core" or "*", is a built-in group, or a rule names it as a group; else, when a
//    is a core resource, b is its subresource; else a is a group.
// Threads: const calls are safe from many threads. Errors: ErrorKind::usage. Limits: none; linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "access/rbac.h"
#include "base/result.h"
#include "model/cluster.h"

namespace bulkhead::access {

class RequestReader {
 public:
  explicit RequestReader(const model::Cluster& cluster);  // keeps nothing of it
  base::Result<AccessRequest> read(std::string_view verb, std::string_view resource, std::string_view ns) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Words = std::unordered_set<std::string, Hash, std::equal_to<>>;
  bool is_url(std::string_view path) const;  // without its first slash
  bool is_core_resource(std::string_view word) const;
  bool is_group(std::string_view word) const;

  Words groups_, core_resources_, resources_, subresources_, url_roots_;  // named by the cluster's roles
};

}  // namespace bulkhead::access
