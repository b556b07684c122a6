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

bool names(const RoleBinding& binding, const IdentityView& who) {
  return std::ranges::any_of(binding.subjects, [&](const model::Subject& subject) {
    if (subject.kind == "ServiceAccount") return who.id == "sa:" + (subject.ns.empty() ? binding.meta.ns : subject.ns) + "/" + subject.name;
    if (subject.kind == "User") return who.who.user == subject.name;
    return std::ranges::find(who.who.groups, subject.name) != who.who.groups.end();
  });
}

// The roles and bindings that decide what these identities may do, without `left_out`.
model::Cluster rights_of(const model::Cluster& cluster, const std::vector<const IdentityView*>& who, const RoleBinding* left_out) {
  model::Cluster out;
  out.reads = cluster.reads;
  out.server_version = cluster.server_version;
  std::set<std::pair<std::string, std::string>> roles;  // ns (empty for cluster roles), name
  const auto take = [&](const std::vector<RoleBinding>& from, std::vector<RoleBinding>& to) {
    for (const RoleBinding& binding : from) {
      if (&binding == left_out || std::ranges::none_of(who, [&](const IdentityView* one) { return names(binding, *one); })) continue;
      to.push_back(binding);
      roles.insert({binding.role_kind == "ClusterRole" ? "" : binding.meta.ns, binding.role_name});
    }
  };
  take(cluster.role_bindings, out.role_bindings);
  take(cluster.cluster_role_bindings, out.cluster_role_bindings);
  bool aggregated = false;
  for (const model::RbacRole& role : cluster.cluster_roles) {
    if (roles.contains({"", role.meta.name})) aggregated = aggregated || role.aggregated || !role.aggregation.empty();
  }
  for (const model::RbacRole& role : cluster.cluster_roles) {
    if (aggregated || roles.contains({"", role.meta.name})) out.cluster_roles.push_back(role);
  }
  for (const model::RbacRole& role : cluster.roles) {
    if (roles.contains({role.meta.ns, role.meta.name})) out.roles.push_back(role);
  }
  return out;
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

// Steps that lead to an identity fall with its last right.
void token_steps(const Builder& b, const IdentityView& who, std::vector<uint32_t>& cuts) {
  for (uint32_t i = 0; i < b.graph.steps.size(); ++i) {
    if (b.graph.steps[i].to == who.position && b.graph.steps[i].row == "MOUNTED_TOKEN" && b.graph.steps[i].state != StepState::cut)
      cuts.push_back(i);
  }
}

}  // namespace

void rbac_actions(Builder& b) {
  std::set<uint32_t> with_steps;
  for (const model::Step& step : b.graph.steps) {
    if (step.state != StepState::cut) with_steps.insert(step.from);
  }
  std::map<std::string, Ids> before;
  const auto consider = [&](const RoleBinding& binding) {
    if (binding.meta.labels.contains("kubernetes.io/bootstrapping")) return;
    std::vector<const IdentityView*> who;
    for (const IdentityView& one : b.identities) {
      if (with_steps.contains(one.position) && names(binding, one)) who.push_back(&one);
    }
    if (who.empty()) return;
    const model::Cluster without = rights_of(b.cluster, who, &binding);
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
      if (after.empty() && !at->second.empty() && rbac.has_any_right(one->who) == model::Tri::no) token_steps(b, *one, action.cuts);
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
