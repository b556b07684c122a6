#include "access/rights.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";

bool names(const model::Subject& subject, const std::string& binding_ns, const Identity& who) {
  if (subject.kind == "Group") return std::ranges::find(who.groups, subject.name) != who.groups.end();
  if (who.user.empty()) return false;
  if (subject.kind == "User") return subject.name == who.user;
  if (subject.kind != "ServiceAccount") return false;
  const std::string& ns = subject.ns.empty() ? binding_ns : subject.ns;
  return who.user == std::string(kServiceAccountUser) + ns + ":" + subject.name;
}

// The rules of a role, those of the roles that it is aggregated from included where nobody has filled it.
void collect_rules(const model::Cluster& cluster, const model::RbacRole& role, std::set<const model::RbacRole*>& seen,
                   std::vector<const model::PolicyRule*>& out) {
  if (!seen.insert(&role).second) return;
  const bool filled = !role.aggregated || (!cluster.server_version.empty() && !role.rules.empty());
  if (filled) {
    for (const model::PolicyRule& rule : role.rules) out.push_back(&rule);
    return;
  }
  for (const model::RbacRole& other : cluster.cluster_roles) {
    const bool picked =
        std::ranges::any_of(role.aggregation, [&](const model::LabelSelector& s) { return s.valid() && s.matches(other.meta.labels); });
    if (picked) collect_rules(cluster, other, seen, out);
  }
}

class Collector {
 public:
  Collector(const model::Cluster& cluster, const Identity& who) : cluster_(cluster), who_(who) {
    out_.masters = std::ranges::find(who.groups, "system:masters") != who.groups.end();
    for (const model::RbacRole& role : cluster.cluster_roles) roles_[{"", role.meta.name}] = &role;
    for (const model::RbacRole& role : cluster.roles) roles_[{role.meta.ns, role.meta.name}] = &role;
  }
  RightList run() {
    for (const model::RoleBinding& binding : cluster_.cluster_role_bindings) add(binding, true);
    for (const model::RoleBinding& binding : cluster_.role_bindings) add(binding, false);
    return std::move(out_);
  }

 private:
  void add(const model::RoleBinding& binding, bool cluster_wide) {
    const bool concerned = std::ranges::any_of(binding.subjects, [&](const model::Subject& s) { return names(s, binding.meta.ns, who_); });
    if (!concerned || (!cluster_wide && binding.meta.ns.empty())) return;
    const bool to_role = binding.role_kind == "Role";
    if ((to_role && cluster_wide) || (!to_role && binding.role_kind != "ClusterRole")) return;
    const std::string giver =
        (cluster_wide ? "ClusterRoleBinding " + binding.meta.name : "RoleBinding " + binding.meta.ns + "/" + binding.meta.name) + " → " +
        binding.role_kind + " " + binding.role_name;
    const auto role = roles_.find({to_role ? binding.meta.ns : "", binding.role_name});
    if (role == roles_.end()) {
      const bool read = cluster_.was_read(kRbacGroup, to_role ? "roles" : "clusterroles");
      if (!read || cluster_.server_version.empty()) out_.unread_roles.insert(giver);
      return;
    }
    std::set<const model::RbacRole*> seen;
    std::vector<const model::PolicyRule*> rules;
    collect_rules(cluster_, *role->second, seen, rules);
    for (const model::PolicyRule* rule : rules) add(*rule, cluster_wide ? "" : binding.meta.ns, cluster_wide, giver);
  }

  void add(const model::PolicyRule& rule, const std::string& ns, bool cluster_wide, const std::string& giver) {
    const std::vector<std::string> any{""};
    for (const std::string& verb : rule.verbs) {
      if (cluster_wide) {
        for (const std::string& url : rule.non_resource_urls) put({"", "", "", "", url}, verb, giver);
      }
      for (const std::string& group : rule.api_groups) {
        for (const std::string& resource : rule.resources) {
          for (const std::string& name : rule.resource_names.empty() ? any : rule.resource_names)
            put({ns, group, resource, name, ""}, verb, giver);
        }
      }
    }
  }
  void put(RightTarget target, const std::string& verb, const std::string& giver) {
    if (count_ >= kMaxRights) {
      out_.truncated = true;
      return;
    }
    count_ += out_.rights[std::move(target)][verb].insert(giver).second ? 1 : 0;
  }

  const model::Cluster& cluster_;
  const Identity& who_;
  std::map<std::pair<std::string, std::string>, const model::RbacRole*> roles_;
  RightList out_;
  size_t count_ = 0;
};

}  // namespace

std::string target_text(const RightTarget& target) {
  if (!target.url.empty()) return target.url;
  return (target.group.empty() ? "" : target.group + "/") + target.resource + (target.name.empty() ? "" : ":" + target.name);
}

std::string subject_text(const model::Subject& subject, const std::string& binding_ns) {
  if (subject.kind == "ServiceAccount") return "sa:" + (subject.ns.empty() ? binding_ns : subject.ns) + "/" + subject.name;
  if (subject.kind == "Group") return "group:" + subject.name;
  if (subject.name.starts_with(kServiceAccountUser)) {
    const auto [ns, account] = base::split_once(std::string_view(subject.name).substr(kServiceAccountUser.size()), ':');
    if (account) return "sa:" + std::string(ns) + "/" + std::string(*account);
  }
  return "user:" + subject.name;
}

RightList rights_of(const model::Cluster& cluster, const Identity& who) { return Collector(cluster, who).run(); }

std::vector<std::string> bound_subjects(const model::Cluster& cluster) {
  std::set<std::string> found;
  for (const auto* list : {&cluster.cluster_role_bindings, &cluster.role_bindings}) {
    for (const model::RoleBinding& binding : *list) {
      for (const model::Subject& subject : binding.subjects) found.insert(subject_text(subject, binding.meta.ns));
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace bulkhead::access
