// Who may do what through the API, of those who do not run the cluster.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "graph/internal/cluster_scene.h"

namespace bulkhead::graph {
namespace {

using model::Tri;

constexpr std::string_view kBootstrap = "kubernetes.io/bootstrapping";
const Missing kUnread{"rbac unread", "fact.rbac_unread", "RBAC not read whole"};

// Service accounts that the API server itself binds: those of the controllers.
std::set<std::string> built_in_accounts(const model::Cluster& cluster) {
  std::set<std::string> out;
  for (const auto* list : {&cluster.cluster_role_bindings, &cluster.role_bindings}) {
    for (const model::RoleBinding& binding : *list) {
      if (!binding.meta.labels.contains(std::string(kBootstrap))) continue;
      for (const model::Subject& subject : binding.subjects) {
        if (subject.kind == "ServiceAccount") out.insert("sa:" + subject.ns + "/" + subject.name);
      }
    }
  }
  return out;
}

bool runs_the_cluster(const IdentityView& who, const std::set<std::string>& built_in) {
  if (who.id.starts_with("sa:")) return built_in.contains(who.id);
  if (!who.name.starts_with("system:")) return false;
  return who.name != "system:anonymous" && who.name != "system:authenticated" && who.name != "system:unauthenticated" &&
         !who.name.starts_with("system:serviceaccount");
}

std::string shown(const RightAsked& right, std::string_view verb) {
  return "may " + std::string(verb) + " " + right.resource + (right.subresource.empty() ? "" : "/" + right.subresource);
}

std::string key_of(const RightAsked& r) {
  return base::join(r.verbs, ",") + "|" + r.group + "|" + r.resource + "|" + r.subresource + "|" + r.name + (r.cluster ? "|cluster" : "|here");
}

}  // namespace

Outsiders::Outsiders(const Builder& b) : b_(b) {
  const std::set<std::string> built_in = built_in_accounts(b.cluster);
  for (size_t i = 0; i < b.identities.size(); ++i) {
    const IdentityView& who = b.identities[i];
    if (runs_the_cluster(who, built_in)) continue;
    const access::Rbac::Principal principal = b.rbac.principal(who.who);
    if (b.rbac.allowed(principal, {.verb = "*", .api_group = "*", .resource = "*", .subresource = {}, .name = {}, .ns = {}, .path = {}}) ==
        Tri::yes)
      continue;
    list_.push_back(i);
    principals_.push_back(principal);
  }
}

// `request` is left at the namespace that decided.
Tri Outsiders::asked(size_t at, const RightAsked& right, std::string_view verb, access::AccessRequest& request) const {
  request = {.verb = std::string(verb),
             .api_group = right.group,
             .resource = right.resource,
             .subresource = right.subresource,
             .name = right.name,
             .ns = {},
             .path = {}};
  Tri best = b_.rbac.allowed(principals_[at], request);
  if (best == Tri::yes || right.cluster) return best;
  for (const std::string& ns : b_.identities[list_[at]].namespaces) {
    request.ns = ns;
    const Tri here = b_.rbac.allowed(principals_[at], request);
    if (here == Tri::yes) return here;
    best = best || here;
  }
  // Where RoleBindings were not read, nobody knows in which namespaces it may.
  return best == Tri::no && !b_.was_read("rbac.authorization.k8s.io", "rolebindings") ? Tri::unknown : best;
}

Tri Outsiders::may(size_t identity, const RightAsked& right) const {
  const auto at = std::ranges::lower_bound(list_, identity);
  if (at == list_.end() || *at != identity) return Tri::no;
  Tri best = Tri::no;
  access::AccessRequest request;
  for (const std::string& verb : right.verbs) {
    best = best || asked(static_cast<size_t>(at - list_.begin()), right, verb, request);
    if (best == Tri::yes) break;
  }
  return best;
}

std::vector<std::pair<size_t, Tri>> Outsiders::holders(const RightAsked& right) const {
  std::vector<std::pair<size_t, Tri>> out;
  for (size_t identity : list_) {
    if (const Tri may_it = may(identity, right); may_it != Tri::no) out.emplace_back(identity, may_it);
  }
  return out;
}

Verdict Outsiders::any_resource(const RightAsked& right) const {
  std::set<std::string> names;
  for (size_t identity : list_) names.insert(b_.identities[identity].id);
  std::map<std::pair<std::string, std::string>, const model::RbacRole*> roles;
  for (const auto* list : {&b_.cluster.cluster_roles, &b_.cluster.roles}) {
    for (const model::RbacRole& role : *list) roles[{role.meta.ns, role.meta.name}] = &role;
  }
  const auto grants = [&](const model::RbacRole& role) {
    return std::ranges::any_of(role.rules, [&](const model::PolicyRule& rule) {
      return !rule.resources.empty() && std::ranges::any_of(rule.verbs, [&](const std::string& verb) {
               return verb == "*" || std::ranges::find(right.verbs, verb) != right.verbs.end();
             });
    });
  };
  for (const auto* list : {&b_.cluster.cluster_role_bindings, &b_.cluster.role_bindings}) {
    for (const model::RoleBinding& binding : *list) {
      const auto role = roles.find({binding.role_kind == "ClusterRole" ? "" : binding.meta.ns, binding.role_name});
      if (role == roles.end() || !grants(*role->second)) continue;
      for (const model::Subject& subject : binding.subjects) {
        const std::string id = subject.kind == "ServiceAccount"
                                   ? "sa:" + (subject.ns.empty() ? binding.meta.ns : subject.ns) + "/" + subject.name
                                   : (subject.kind == "User" ? "user:" : "group:") + subject.name;
        if (names.contains(id)) {
          return {Tri::yes,
                  {id + " may " + base::join(right.verbs, " or ") + " something: " + binding.role_kind + " " + binding.role_name +
                   " by binding " + (binding.meta.ns.empty() ? "" : binding.meta.ns + "/") + binding.meta.name},
                  {},
                  {}};
        }
      }
    }
  }
  if (!b_.rbac.unread().empty()) return {Tri::unknown, {}, {kUnread}, {}};
  return {Tri::no, {}, {}, "RBAC lets nobody but those who run the cluster " + base::join(right.verbs, " or ") + " anything"};
}

Verdict Outsiders::some(const RightAsked& right) const {
  auto [at, fresh] = known_.try_emplace(key_of(right));
  Verdict& out = at->second;
  if (!fresh) return out;
  if (right.resource == "any") return out = any_resource(right);
  access::AccessRequest request;
  for (size_t i = 0; i < list_.size(); ++i) {
    for (const std::string& verb : right.verbs) {
      const Tri may_it = asked(i, right, verb, request);
      if (may_it == Tri::yes) {
        const IdentityView& who = b_.identities[list_[i]];
        return out = {Tri::yes, {who.id + " " + shown(right, verb) + ": " + b_.rbac.can(who.who, request).because}, {}, {}};
      }
      if (may_it == Tri::unknown && out.value == Tri::no) out = {Tri::unknown, {}, {kUnread}, {}};
    }
  }
  if (out.value == Tri::no)
    out.denied = "RBAC lets nobody but those who run the cluster " + base::join(right.verbs, " or ") + " " + right.resource +
                 (right.subresource.empty() ? "" : "/" + right.subresource);
  return out;
}

}  // namespace bulkhead::graph
