#include "access/rbac.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "access/internal/rule_index.h"
#include "base/text.h"

namespace bulkhead::access {
namespace {

using internal::RuleIndex;
using internal::RuleQuery;
using model::Tri;

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";
constexpr std::string_view kServiceAccounts = "system:serviceaccounts";
constexpr std::string_view kMasters = "system:masters";
constexpr std::string_view kNodes = "system:nodes";
constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";
constexpr std::string_view kNodeUser = "system:node:";

std::string service_account_user(std::string_view ns, std::string_view name) {
  return std::string(kServiceAccountUser).append(ns).append(":").append(name);
}

bool holds(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool node_identity(const Identity& who) {
  // The Node authorizer knows a node by both; "somebody in system:nodes" can only be such a node.
  return holds(who.groups, kNodes) && (who.user.empty() || who.user.starts_with(kNodeUser));
}

}  // namespace

Identity service_account(std::string_view ns, std::string_view name) {
  return {service_account_user(ns, name),
          {std::string(kServiceAccounts), std::string(kServiceAccounts) + ":" + std::string(ns), std::string(kAuthenticated)}};
}

Identity user(std::string_view name) {
  if (name == "system:anonymous") return {std::string(name), {std::string(kUnauthenticated)}};
  if (name.starts_with(kServiceAccountUser)) {
    const auto [ns, account] = base::split_once(name.substr(kServiceAccountUser.size()), ':');
    if (account) return service_account(ns, *account);
  }
  Identity who{std::string(name), {std::string(kAuthenticated)}};
  if (name.starts_with(kNodeUser)) who.groups.insert(who.groups.begin(), std::string(kNodes));
  return who;
}

Identity group(std::string_view name) {
  Identity who{"", {std::string(name)}};
  if (name == kUnauthenticated || name == kAuthenticated) return who;
  if (name.starts_with("system:serviceaccounts:")) who.groups.emplace_back(kServiceAccounts);
  who.groups.emplace_back(kAuthenticated);
  return who;
}

base::Result<Identity> parse_identity(std::string_view text) {
  const auto [kind, name] = base::split_once(text, ':');
  if (name && !name->empty()) {
    if (kind == "user") return user(*name);
    if (kind == "group") return group(*name);
    if (kind == "sa") {
      const auto [ns, account] = base::split_once(*name, '/');
      if (account && !ns.empty() && !account->empty()) return service_account(ns, *account);
    }
  }
  return base::fail(base::ErrorKind::usage, "a subject is user:NAME, group:NAME or sa:NAMESPACE/NAME", std::string(text));
}

// ---------------------------------------------------------------- the index
struct Rbac::Impl {
  static constexpr uint32_t kUnknownRole = UINT32_MAX;

  struct Grant {
    uint32_t ns = 0;               // 0: cluster-wide; else number in `namespaces`
    uint32_t role = kUnknownRole;  // number in `rules`; kUnknownRole: the role may exist and was not read
    const model::RoleBinding* binding = nullptr;
    bool by_default = false;  // what the API server gives to every caller by itself
    bool operator<(const Grant& other) const { return ns < other.ns; }
  };
  struct SubjectGrants {
    model::Subject subject;     // User, Group or ServiceAccount (ns filled in)
    std::vector<Grant> grants;  // sorted by namespace, cluster-wide ones first
  };

  explicit Impl(const model::Cluster& c);
  uint32_t resolve(const model::RoleBinding& binding) const;
  void add_role(std::string ns, const model::RbacRole& role);
  void add_binding(const model::RoleBinding& binding, bool cluster_wide);
  std::vector<const model::PolicyRule*> rules_of(const model::RbacRole& role) const;
  RuleQuery query(const AccessRequest& request) const;
  // Visits the grants of one subject that hold in `ns` (0: cluster-wide ones only) until `visit` returns true.
  template <typename Visit>
  bool visit_grants(const SubjectGrants& subject, uint32_t ns, Visit&& visit) const;
  Tri decide(const SubjectGrants& subject, uint32_t ns, const RuleQuery& query, const Grant** which) const;
  Tri ground(bool namespaced) const;  // the answer when no binding says anything
  uint32_t namespace_number(const AccessRequest& request) const;
  std::string describe(const Grant& grant) const;

  const model::Cluster& cluster;
  RuleIndex rules;
  internal::WordTable namespaces;
  std::vector<std::string> namespace_names;                       // by number - 1
  std::map<std::pair<std::string, std::string>, uint32_t> roles;  // (namespace or "", name) → number
  std::map<uint32_t, std::vector<std::string>> role_names;        // number → objects that its rules name, where they name any
  internal::WordTable subject_table;                              // "u:NAME" or "g:NAME"
  std::vector<SubjectGrants> subjects;                            // by number - 1
  std::vector<std::string> unread;
  bool cluster_bindings_read = false, bindings_read = false, roles_read = false, cluster_roles_read = false, live = false;
};

Rbac::Impl::Impl(const model::Cluster& c) : cluster(c) {
  live = !c.server_version.empty();
  // Manifests without an object of a kind have none; a server without the API decides by something else than RBAC.
  const auto read = [&](std::string_view resource) {
    const model::ReadState state = c.list_state(kRbacGroup, resource);
    return state == model::ReadState::read || (!live && state == model::ReadState::absent);
  };
  cluster_bindings_read = read("clusterrolebindings");
  bindings_read = read("rolebindings");
  roles_read = read("roles");
  cluster_roles_read = read("clusterroles");
  if (!cluster_roles_read) unread.emplace_back("clusterroles");
  if (!cluster_bindings_read) unread.emplace_back("clusterrolebindings");
  if (!roles_read) unread.emplace_back("roles");
  if (!bindings_read) unread.emplace_back("rolebindings");

  for (const model::RbacRole& role : c.cluster_roles) add_role("", role);
  for (const model::RbacRole& role : c.roles) add_role(role.meta.ns, role);
  for (const model::RoleBinding& binding : c.cluster_role_bindings) add_binding(binding, true);
  for (const model::RoleBinding& binding : c.role_bindings) add_binding(binding, false);
  for (SubjectGrants& subject : subjects) std::stable_sort(subject.grants.begin(), subject.grants.end());
}

void Rbac::Impl::add_role(std::string ns, const model::RbacRole& role) {
  const std::vector<const model::PolicyRule*> own = rules_of(role);
  const uint32_t number = rules.add_role(own);
  roles[{std::move(ns), role.meta.name}] = number;
  for (const model::PolicyRule* rule : own) {
    if (rule->resource_names.empty()) continue;
    std::vector<std::string>& names = role_names[number];
    names.insert(names.end(), rule->resource_names.begin(), rule->resource_names.end());
  }
}

std::vector<const model::PolicyRule*> Rbac::Impl::rules_of(const model::RbacRole& role) const {
  std::vector<const model::PolicyRule*> all;
  if (role.aggregated && (role.rules.empty() || !live)) {
    // What the controller would write: every rule of every other ClusterRole that one of the selectors picks, and of those
    // that these are aggregated from in turn. An invalid selector picks nothing.
    std::set<const model::RbacRole*> seen{&role};
    std::vector<const model::RbacRole*> open{&role};
    while (!open.empty()) {
      const model::RbacRole* next = open.back();
      open.pop_back();
      if (next != &role && (!next->aggregated || (live && !next->rules.empty()))) {
        for (const model::PolicyRule& rule : next->rules) all.push_back(&rule);
        continue;
      }
      for (const model::RbacRole& other : cluster.cluster_roles) {
        const bool picked = std::ranges::any_of(next->aggregation,
                                                [&](const model::LabelSelector& s) { return s.valid() && s.matches(other.meta.labels); });
        if (picked && seen.insert(&other).second) open.push_back(&other);
      }
    }
    return all;
  }
  for (const model::PolicyRule& rule : role.rules) all.push_back(&rule);
  return all;
}

uint32_t Rbac::Impl::resolve(const model::RoleBinding& binding) const {
  const bool namespaced = binding.role_kind == "Role";
  auto found = roles.find({namespaced ? binding.meta.ns : "", binding.role_name});
  if (found != roles.end()) return found->second;
  return kUnknownRole;
}

void Rbac::Impl::add_binding(const model::RoleBinding& binding, bool cluster_wide) {
  const bool to_role = binding.role_kind == "Role", to_cluster_role = binding.role_kind == "ClusterRole";
  if (!to_cluster_role && (!to_role || cluster_wide)) return;  // no such reference: it grants nothing
  Grant grant;
  grant.binding = &binding;
  grant.role = resolve(binding);
  if (grant.role == kUnknownRole) {
    // A reference to nothing grants nothing, but only where the list was read whole. Plain manifests do not hold the
    // ClusterRoles that every API server makes for itself, so there a missing one is unread too.
    const bool surely_missing = to_role ? roles_read : cluster_roles_read && live;
    if (surely_missing) return;
  } else if (rules.empty(grant.role)) {
    return;
  }
  if (!cluster_wide) {
    if (binding.meta.ns.empty()) return;
    grant.ns = namespaces.add(binding.meta.ns);
    if (grant.ns > namespace_names.size()) namespace_names.push_back(binding.meta.ns);
  }
  const auto bootstrapped = binding.meta.labels.find("kubernetes.io/bootstrapping");
  const bool by_server = bootstrapped != binding.meta.labels.end() && bootstrapped->second == "rbac-defaults";
  for (const model::Subject& subject : binding.subjects) {
    SubjectGrants entry;
    entry.subject = subject;
    std::string key;
    if (subject.kind == "ServiceAccount") {
      if (subject.ns.empty()) entry.subject.ns = binding.meta.ns;
      if (entry.subject.ns.empty()) continue;
      key = "u:" + service_account_user(entry.subject.ns, subject.name);
    } else if (subject.kind == "User") {
      key = "u:" + subject.name;
      entry.subject.ns.clear();
      if (subject.name.starts_with(kServiceAccountUser)) {
        const auto [ns, account] = base::split_once(std::string_view(subject.name).substr(kServiceAccountUser.size()), ':');
        if (account) entry.subject = {"ServiceAccount", std::string(ns), std::string(*account)};
      }
    } else if (subject.kind == "Group") {
      key = "g:" + subject.name;
      entry.subject.ns.clear();
    } else {
      continue;
    }
    const uint32_t number = subject_table.add(key);
    if (number > subjects.size()) subjects.push_back(std::move(entry));
    Grant own = grant;
    own.by_default = by_server && subject.kind == "Group" &&
                     (subject.name == kAuthenticated || subject.name == kUnauthenticated || subject.name == kServiceAccounts);
    std::vector<Grant>& grants = subjects[number - 1].grants;
    if (grants.empty() || grants.back().binding != &binding) grants.push_back(own);  // one subject named twice
  }
}

uint32_t Rbac::Impl::namespace_number(const AccessRequest& request) const {
  return request.ns.empty() || !request.path.empty() ? 0 : namespaces.find(request.ns);
}

RuleQuery Rbac::Impl::query(const AccessRequest& request) const {
  if (!request.path.empty()) return rules.path_query(request.verb, request.path);
  return rules.query(request.verb, request.api_group, request.resource, request.subresource, request.name);
}

template <typename Visit>
bool Rbac::Impl::visit_grants(const SubjectGrants& subject, uint32_t ns, Visit&& visit) const {
  auto grant = subject.grants.begin();
  for (; grant != subject.grants.end() && grant->ns == 0; ++grant) {
    if (visit(*grant)) return true;
  }
  if (ns == 0) return false;
  Grant wanted;
  wanted.ns = ns;
  for (grant = std::lower_bound(grant, subject.grants.end(), wanted); grant != subject.grants.end() && grant->ns == ns; ++grant) {
    if (visit(*grant)) return true;
  }
  return false;
}

Tri Rbac::Impl::decide(const SubjectGrants& subject, uint32_t ns, const RuleQuery& query, const Grant** which) const {
  const Grant* unresolved = nullptr;
  const bool yes = visit_grants(subject, ns, [&](const Grant& grant) {
    if (grant.role == kUnknownRole) {
      if (unresolved == nullptr) unresolved = &grant;
      return false;
    }
    if (!rules.allows(grant.role, query)) return false;
    if (which != nullptr) *which = &grant;
    return true;
  });
  if (yes) return Tri::yes;
  if (unresolved != nullptr && which != nullptr && *which == nullptr) *which = unresolved;
  return unresolved != nullptr ? Tri::unknown : Tri::no;
}

Tri Rbac::Impl::ground(bool namespaced) const { return cluster_bindings_read && (bindings_read || !namespaced) ? Tri::no : Tri::unknown; }

std::string Rbac::Impl::describe(const Grant& grant) const {
  const model::RoleBinding& binding = *grant.binding;
  std::string text = grant.ns == 0 ? "ClusterRoleBinding " + binding.meta.name : "RoleBinding " + binding.meta.ns + "/" + binding.meta.name;
  text += " → " + binding.role_kind + " " + (binding.role_kind == "Role" ? binding.meta.ns + "/" : "") + binding.role_name;
  if (grant.role == kUnknownRole) text += " (not read)";
  return text;
}

// ---------------------------------------------------------------- questions
Rbac::Rbac(const model::Cluster& cluster) : impl_(std::make_unique<Impl>(cluster)) {}
Rbac::~Rbac() = default;
Rbac::Rbac(Rbac&&) noexcept = default;

const std::vector<std::string>& Rbac::unread() const { return impl_->unread; }

Rbac::Principal Rbac::principal(const Identity& who) const {
  Principal principal;
  principal.master_ = holds(who.groups, kMasters);
  principal.node_ = node_identity(who);
  std::string key;
  const auto add = [&](std::string_view prefix, std::string_view name) {
    key.assign(prefix).append(name);
    const uint32_t number = impl_->subject_table.find(key);
    if (number != internal::WordTable::kNone && std::ranges::find(principal.subjects_, number) == principal.subjects_.end()) {
      principal.subjects_.push_back(number);
    }
  };
  if (!who.user.empty()) add("u:", who.user);
  for (const std::string& group : who.groups) add("g:", group);
  return principal;
}

Tri Rbac::allowed(const Principal& who, const AccessRequest& request) const {
  if (who.master_) return Tri::yes;
  const bool namespaced = request.path.empty() && !request.ns.empty();
  Tri answer = who.node_ ? Tri::unknown : impl_->ground(namespaced);
  if (who.subjects_.empty()) return answer;
  const RuleQuery query = impl_->query(request);
  const uint32_t ns = impl_->namespace_number(request);
  for (const uint32_t number : who.subjects_) {
    answer = answer || impl_->decide(impl_->subjects[number - 1], ns, query, nullptr);
    if (answer == Tri::yes) break;
  }
  return answer;
}

std::vector<std::pair<std::string, std::string>> Rbac::named_objects(const Identity& who) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const uint32_t number : principal(who).subjects_) {
    for (const Impl::Grant& grant : impl_->subjects[number - 1].grants) {
      const auto names = impl_->role_names.find(grant.role);
      if (names == impl_->role_names.end()) continue;
      for (const std::string& name : names->second) out.emplace_back(grant.ns == 0 ? "" : impl_->namespace_names[grant.ns - 1], name);
    }
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Tri Rbac::allowed(const Identity& who, const AccessRequest& request) const { return allowed(principal(who), request); }

AccessAnswer Rbac::can(const Identity& who, const AccessRequest& request) const {
  const Principal principal = this->principal(who);
  if (principal.master_) return {Tri::yes, "group system:masters passes every authorizer"};
  const RuleQuery query = impl_->query(request);
  const uint32_t ns = impl_->namespace_number(request);
  const Impl::Grant* unresolved = nullptr;
  for (const uint32_t number : principal.subjects_) {
    const Impl::Grant* which = nullptr;
    const Tri answer = impl_->decide(impl_->subjects[number - 1], ns, query, &which);
    if (answer == Tri::yes) return {Tri::yes, impl_->describe(*which)};
    if (answer == Tri::unknown && unresolved == nullptr) unresolved = which;
  }
  if (unresolved != nullptr) return {Tri::unknown, impl_->describe(*unresolved)};
  if (impl_->ground(request.path.empty() && !request.ns.empty()) == Tri::unknown) {
    return {Tri::unknown, base::join(impl_->unread, ", ") + " not read"};
  }
  if (principal.node_) return {Tri::unknown, "no binding grants it; the Node authorizer may"};
  return {Tri::no, "no binding grants it"};
}

Tri Rbac::has_any_right(const Identity& who) const {
  const Principal principal = this->principal(who);
  if (principal.master_) return Tri::yes;
  Tri answer = principal.node_ ? Tri::unknown : impl_->ground(true);
  for (const uint32_t number : principal.subjects_) {
    for (const Impl::Grant& grant : impl_->subjects[number - 1].grants) {
      if (!grant.by_default) answer = answer || (grant.role == Impl::kUnknownRole ? Tri::unknown : Tri::yes);
    }
  }
  return answer;
}

std::vector<Rbac::Who> Rbac::who_can(const AccessRequest& request) const {
  std::vector<Who> all;
  all.push_back({{"Group", "", std::string(kMasters)}, Tri::yes, "group system:masters passes every authorizer"});
  const RuleQuery query = impl_->query(request);
  const uint32_t ns = impl_->namespace_number(request);
  for (const Impl::SubjectGrants& subject : impl_->subjects) {
    if (subject.subject.kind == "Group" && subject.subject.name == kMasters) continue;
    const Impl::Grant* which = nullptr;
    const Tri answer = impl_->decide(subject, ns, query, &which);
    if (answer != Tri::no) all.push_back({subject.subject, answer, impl_->describe(*which)});
  }
  std::ranges::sort(all, {}, [](const Who& who) { return std::tie(who.subject.kind, who.subject.ns, who.subject.name); });
  return all;
}

std::vector<std::string> Rbac::namespaces_where(const Identity& who, AccessRequest request) const {
  request.ns.clear();
  const Principal principal = this->principal(who);
  std::set<std::string> found;
  if (allowed(principal, request) == Tri::yes) {
    found.insert("");
    for (const model::Namespace& ns : impl_->cluster.namespaces) found.insert(ns.meta.name);
  } else if (request.path.empty()) {
    const RuleQuery query = impl_->query(request);
    for (const uint32_t number : principal.subjects_) {
      for (const Impl::Grant& grant : impl_->subjects[number - 1].grants) {
        if (grant.ns != 0 && grant.role != Impl::kUnknownRole && impl_->rules.allows(grant.role, query)) {
          found.insert(impl_->namespace_names[grant.ns - 1]);
        }
      }
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace bulkhead::access
