#include "access/rights.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";

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

// "u:NAME" or "g:NAME": what a subject and an identity are compared by; empty for a subject of no known kind.
std::string subject_key(const model::Subject& subject, const std::string& binding_ns) {
  if (subject.kind == "Group") return "g:" + subject.name;
  if (subject.kind == "User") return "u:" + subject.name;
  if (subject.kind != "ServiceAccount") return {};
  return "u:" + std::string(kServiceAccountUser) + (subject.ns.empty() ? binding_ns : subject.ns) + ":" + subject.name;
}

}  // namespace

struct RightsIndex::Impl {
  explicit Impl(const model::Cluster& c) : cluster(c) {
    for (const model::RbacRole& role : c.cluster_roles) roles[{"", role.meta.name}] = &role;
    for (const model::RbacRole& role : c.roles) roles[{role.meta.ns, role.meta.name}] = &role;
    for (const model::RoleBinding& binding : c.cluster_role_bindings) add(binding);
    for (const model::RoleBinding& binding : c.role_bindings) add(binding);
  }
  void add(const model::RoleBinding& binding) {
    for (const model::Subject& subject : binding.subjects) {
      std::vector<size_t>& of = bindings_of[subject_key(subject, binding.meta.ns)];
      if (of.empty() || of.back() != bindings.size()) of.push_back(bindings.size());
    }
    bindings.push_back(&binding);
  }

  const model::Cluster& cluster;
  std::map<std::pair<std::string, std::string>, const model::RbacRole*> roles;
  std::vector<const model::RoleBinding*> bindings;  // those of the cluster first
  std::unordered_map<std::string, std::vector<size_t>> bindings_of;
};

namespace {

class Collector {
 public:
  Collector(const RightsIndex::Impl& index, const Identity& who) : index_(index), cluster_(index.cluster) {
    out_.masters = std::ranges::find(who.groups, "system:masters") != who.groups.end();
    const auto take = [&](const std::string& key) {
      if (const auto at = index.bindings_of.find(key); at != index.bindings_of.end()) mine_.insert(at->second.begin(), at->second.end());
    };
    if (!who.user.empty()) take("u:" + who.user);
    for (const std::string& group : who.groups) take("g:" + group);
  }
  RightList run() {
    for (const size_t i : mine_) add(*index_.bindings[i], i < cluster_.cluster_role_bindings.size());
    return std::move(out_);
  }

 private:
  void add(const model::RoleBinding& binding, bool cluster_wide) {
    if (!cluster_wide && binding.meta.ns.empty()) return;
    const bool to_role = binding.role_kind == "Role";
    if ((to_role && cluster_wide) || (!to_role && binding.role_kind != "ClusterRole")) return;
    const std::string giver =
        (cluster_wide ? "ClusterRoleBinding " + binding.meta.name : "RoleBinding " + binding.meta.ns + "/" + binding.meta.name) + " → " +
        binding.role_kind + " " + binding.role_name;
    const auto role = index_.roles.find({to_role ? binding.meta.ns : "", binding.role_name});
    if (role == index_.roles.end()) {
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

  const RightsIndex::Impl& index_;
  const model::Cluster& cluster_;
  std::set<size_t> mine_;  // bindings that name the identity, in their order
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

RightsIndex::RightsIndex(const model::Cluster& cluster) : impl_(std::make_unique<Impl>(cluster)) {}
RightsIndex::~RightsIndex() = default;
RightList RightsIndex::of(const Identity& who) const { return Collector(*impl_, who).run(); }
RightList rights_of(const model::Cluster& cluster, const Identity& who) { return RightsIndex(cluster).of(who); }

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
