// Taking a right away: the binding that gives it, tried by asking the identity rows again without that binding.
//
// Bindings that Kubernetes itself makes at start (label kubernetes.io/bootstrapping) are left alone: the API server writes them anew.
#include <algorithm>

#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Action;
using model::ActionKind;
using model::RoleBinding;
using model::StepState;

namespace {

// Bindings and roles by what they name, so that a binding's neighbours are found without looking at all of them.
class Rights {
 public:
  explicit Rights(const model::Cluster& cluster) : cluster_(cluster) {
    for (const RoleBinding& binding : cluster.role_bindings) add(binding);
    for (const RoleBinding& binding : cluster.cluster_role_bindings) add(binding);
    for (const model::RbacRole& role : cluster.roles) roles_[{role.meta.ns, role.meta.name}].push_back(&role);
    for (const model::RbacRole& role : cluster.cluster_roles) roles_[{"", role.meta.name}].push_back(&role);
  }

  // The roles and bindings that decide what these identities may do, without `left_out`.
  model::Cluster of(const std::vector<const IdentityView*>& who, const RoleBinding* left_out) const {
    std::set<const RoleBinding*> bindings;  // of one vector each, so that addresses are in its order
    for (const IdentityView* one : who) {
      for (const std::string& key : keys_of(*one)) {
        if (const auto at = bindings_.find(key); at != bindings_.end()) bindings.insert(at->second.begin(), at->second.end());
      }
    }
    bindings.erase(left_out);
    model::Cluster out;
    out.reads = cluster_.reads;
    out.server_version = cluster_.server_version;
    std::set<std::pair<std::string, std::string>> names;  // ns (empty for cluster roles), name
    for (const RoleBinding* binding : bindings) {
      (binding->meta.ns.empty() ? out.cluster_role_bindings : out.role_bindings).push_back(*binding);
      names.insert({binding->role_kind == "ClusterRole" ? "" : binding->meta.ns, binding->role_name});
    }
    bool aggregated = false;
    for (const auto& name : names) {
      const auto at = roles_.find(name);
      if (at == roles_.end()) continue;
      for (const model::RbacRole* role : at->second) {
        aggregated = aggregated || (name.first.empty() && (role->aggregated || !role->aggregation.empty()));
        if (!name.first.empty()) out.roles.push_back(*role);
        if (name.first.empty()) out.cluster_roles.push_back(*role);
      }
    }
    if (aggregated) out.cluster_roles = cluster_.cluster_roles;
    return out;
  }

  // What a subject of a binding can name an identity by, and what identities are found under.
  static std::string key_of(const model::Subject& subject, const std::string& ns) {
    if (subject.kind == "ServiceAccount") return "sa:" + (subject.ns.empty() ? ns : subject.ns) + "/" + subject.name;
    return (subject.kind == "User" ? "user:" : "group:") + subject.name;
  }
  static std::vector<std::string> keys_of(const IdentityView& who) {
    std::vector<std::string> keys{who.id};
    if (!who.who.user.empty()) keys.push_back("user:" + who.who.user);
    for (const std::string& group : who.who.groups) keys.push_back("group:" + group);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

 private:
  void add(const RoleBinding& binding) {
    for (const model::Subject& subject : binding.subjects) bindings_[key_of(subject, binding.meta.ns)].push_back(&binding);
  }

  const model::Cluster& cluster_;
  std::unordered_map<std::string, std::vector<const RoleBinding*>> bindings_;
  std::map<std::pair<std::string, std::string>, std::vector<const model::RbacRole*>> roles_;
};

// The binding of the people who administer the cluster: taking it away is no advice.
bool of_administrators(const RoleBinding& binding) {
  return binding.role_name == "cluster-admin" && std::ranges::all_of(binding.subjects, [](const model::Subject& subject) {
           return subject.kind != "ServiceAccount" && !subject.name.starts_with("system:");
         });
}

using Ids = std::map<std::string, StepState>;

Ids steps_of(Builder& b, const access::Rbac& rbac, const IdentityView& who) {
  Ids out;
  if (rbac.has_any_right(who.who) == model::Tri::no) return out;
  identity_steps(b, rbac, who, [&](StepDraft&& draft) {
    if (draft.to != kNone && draft.to != draft.from) out.emplace(b.step_id(draft), draft.state);
  });
  return out;
}

}  // namespace

void rbac_actions(Builder& b) {
  std::unordered_set<uint32_t> with_steps;
  std::unordered_map<uint32_t, std::vector<uint32_t>> token_steps;  // identity → steps that lead to it; they fall with its last right
  for (uint32_t i = 0; i < b.graph.steps.size(); ++i) {
    const model::Step& step = b.graph.steps[i];
    if (step.state == StepState::cut) continue;
    with_steps.insert(step.from);
    if (step.row == "MOUNTED_TOKEN") token_steps[step.to].push_back(i);
  }
  const Rights rights(b.cluster);
  std::unordered_map<std::string, std::vector<size_t>> named;  // key of a subject → identities with steps
  for (size_t i = 0; i < b.identities.size(); ++i) {
    if (!with_steps.contains(b.identities[i].position)) continue;
    for (const std::string& key : Rights::keys_of(b.identities[i])) named[key].push_back(i);
  }
  std::map<std::string, Ids> before;
  const auto consider = [&](const RoleBinding& binding) {
    if (binding.meta.labels.contains("kubernetes.io/bootstrapping") || of_administrators(binding)) return;
    std::set<size_t> numbers;
    for (const model::Subject& subject : binding.subjects) {
      if (const auto at = named.find(Rights::key_of(subject, binding.meta.ns)); at != named.end())
        numbers.insert(at->second.begin(), at->second.end());
    }
    if (numbers.empty()) return;
    std::vector<const IdentityView*> who;
    for (const size_t i : numbers) who.push_back(&b.identities[i]);
    const model::Cluster without = rights.of(who, &binding);
    const access::Rbac rbac(without);
    const bool wide = binding.meta.ns.empty();
    const std::string kind = wide ? "ClusterRoleBinding" : "RoleBinding";
    const std::string name = wide ? binding.meta.name : binding.meta.ns + "/" + binding.meta.name;
    Action action{.id = "rbac:" + kind + ":" + name,
                  .kind = ActionKind::rbac,
                  .lead = "lead.rbac",
                  .effort = "effort.low",
                  .objects = {kind + " " + name},
                  .patch_kind = "text"};
    for (const IdentityView* one : who) {
      auto [at, fresh] = before.try_emplace(one->id);
      if (fresh) at->second = steps_of(b, b.rbac, *one);
      const Ids after = steps_of(b, rbac, *one);
      for (const auto& [id, state] : at->second) {
        if (state == StepState::cut) continue;
        auto left = after.find(id);
        if (left != after.end() && left->second != StepState::cut) continue;
        if (const uint32_t step = b.find_step(id); step != kNone) action.cuts.push_back(step);
      }
      if (after.empty() && !at->second.empty() && rbac.has_any_right(one->who) == model::Tri::no) {
        const std::vector<uint32_t>& falling = token_steps[one->position];
        action.cuts.insert(action.cuts.end(), falling.begin(), falling.end());
      }
      action.may_break.push_back(one->id + " uses what " + binding.role_kind + " " + binding.role_name + " grants");
    }
    if (action.cuts.empty()) return;
    std::ranges::sort(action.cuts);
    action.cuts.erase(std::unique(action.cuts.begin(), action.cuts.end()), action.cuts.end());
    action.title = "Remove " + kind + " " + name + " (" + binding.role_kind + " " + binding.role_name + "), or narrow the role";
    action.patch = "kubectl delete " + std::string(wide ? "clusterrolebinding " : "rolebinding -n " + binding.meta.ns + " ") +
                   binding.meta.name + "\nor bind a role that holds only what the subject uses.\n";
    b.graph.actions.push_back(std::move(action));
  };
  for (const RoleBinding& binding : b.cluster.cluster_role_bindings) consider(binding);
  for (const RoleBinding& binding : b.cluster.role_bindings) consider(binding);
}

}  // namespace bulkhead::graph
