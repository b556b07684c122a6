// The rows that start from an identity: what a service account, user or group may do through the API.
//
// A right is asked cluster-wide first, then only in namespaces whose RoleBindings name the identity: nowhere else can a
// namespaced right come from. Where RBAC was not read, the cluster-wide answer is unknown already and holds everywhere.
//
// What can be made of the right to create pods is a position of its own, "a pod of the attacker's making in namespace X": from
// there every service account and Secret of the namespace is one mount away, and every node where Pod Security lets it be.
#include <algorithm>

#include "access/pod_security.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;
using model::Tri;

namespace {

bool rbac_read(const Builder& b) {
  constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
  return b.was_read(kGroup, "roles") && b.was_read(kGroup, "clusterroles") && b.was_read(kGroup, "rolebindings") &&
         b.was_read(kGroup, "clusterrolebindings");
}

void add_identity(Builder& b, std::string id, access::Identity who, std::string ns, std::string name) {
  if (b.identity_index.contains(id)) return;
  IdentityView view;
  view.who = std::move(who);
  view.ns = ns;
  view.name = name;
  view.position = b.position("identity:" + id, PositionKind::identity, std::move(ns), std::move(name));
  view.has_rights = b.rbac.has_any_right(view.who);
  view.id = id;
  b.identity_index[std::move(id)] = b.identities.size();
  b.identities.push_back(std::move(view));
}

void add_subject(Builder& b, const model::Subject& subject, std::string_view binding_ns) {
  if (subject.kind == "ServiceAccount") {
    const std::string ns = subject.ns.empty() ? std::string(binding_ns) : subject.ns;
    add_identity(b, "sa:" + ns + "/" + subject.name, access::service_account(ns, subject.name), ns, subject.name);
  } else if (subject.kind == "User") {
    add_identity(b, "user:" + subject.name, access::user(subject.name), "", subject.name);
  } else if (subject.kind == "Group") {
    add_identity(b, "group:" + subject.name, access::group(subject.name), "", subject.name);
  }
}

std::vector<uint32_t> identities_of(const Builder& b, std::string_view ns) {
  std::vector<uint32_t> out;
  const std::string prefix = "sa:" + std::string(ns) + "/";
  for (auto at = b.identity_index.lower_bound(prefix); at != b.identity_index.end() && at->first.starts_with(prefix); ++at)
    out.push_back(b.identities[at->second].position);
  return out;
}

bool is_placed(const Builder& b, const Template& t) { return t.kind != "DaemonSet" && !is_static(b.pod(t.pod)); }

std::vector<uint32_t> pods_of(const Builder& b, std::string_view ns, bool placed) {
  std::vector<uint32_t> out;
  auto at = b.templates_of.find(ns);
  if (at == b.templates_of.end()) return out;
  for (size_t t : at->second) {
    if (placed && !is_placed(b, b.templates[t])) continue;
    for (size_t c : b.templates[t].classes) out.push_back(b.classes[c].position);
  }
  return out;
}

std::vector<uint32_t> entries_of(Builder& b, std::string_view ns) {
  std::vector<uint32_t> out;
  auto at = b.templates_of.find(ns);
  if (at == b.templates_of.end()) return out;
  for (size_t t : at->second) out.push_back(b.entry_of(t));
  return out;
}

std::vector<uint32_t> node_positions(const Builder& b) {
  std::vector<uint32_t> out;
  for (const NodeView& node : b.nodes) out.push_back(node.position);
  return out;
}

void to_secrets(Builder& b, std::string_view ns, StepDraft draft, const StepSink& sink) {
  const uint32_t hub = b.find_position("asset:secrets:" + std::string(ns));
  auto members = b.secrets_of.find(ns);
  static const std::vector<uint32_t> kNobody;
  if (hub != kNone) b.fan(std::move(draft), hub, members == b.secrets_of.end() ? kNobody : members->second, true, sink);
}

void to_accounts(Builder& b, std::string_view ns, StepDraft draft, const StepSink& sink) {
  const uint32_t hub = b.position("service-accounts-of:" + std::string(ns), PositionKind::identity, std::string(ns), "*");
  const std::vector<uint32_t> members = identities_of(b, ns);
  // Also where no other account is known: every namespace has some that nothing uses or names.
  const bool alone = std::ranges::all_of(members, [&](uint32_t member) { return member == draft.from; });
  b.fan(std::move(draft), hub, members, alone, sink);
}

}  // namespace

// A pod of the attacker's making, and what it can ask for.
uint32_t new_pod(Builder& b, const std::string& ns) {
  const std::string id = "workload:" + ns + "/(new pod)";
  if (const uint32_t known = b.find_position(id); known != kNone) return known;
  const uint32_t pod = b.position(id, PositionKind::workload, ns, "(new pod)");
  const StepSink sink = [&](StepDraft&& draft) { b.add(std::move(draft)); };
  const StepRow& row = row_of(b, "POD_CREATE");
  StepDraft any{.row = row.id.c_str(), .from = pod};
  any.facts = {"a new pod of namespace " + ns + " may name any service account of it"};
  to_accounts(b, ns, any, sink);
  any.facts = {"a new pod of namespace " + ns + " may mount any Secret of it"};
  to_secrets(b, ns, any, sink);
  Verdict best;
  for (const char* field : {"privileged", "host_path", "host_pid"}) {
    Verdict one = namespace_admits(b, ns, field);
    if (one.value > best.value || best.denied.empty()) best = std::move(one);
    if (best.value == Tri::yes) break;
  }
  StepDraft node{.row = row.id.c_str(), .from = pod, .facts = best.facts};
  node.variables.push_back(Builder::config(row, ns));
  for (const Missing& missing : best.missing) node.variables.push_back(Builder::fact(missing));
  node.state = best.value == Tri::yes ? StepState::open : best.value == Tri::unknown ? StepState::unknown : StepState::cut;
  if (best.value == Tri::no) node.cut_by = best.denied;
  const uint32_t hub = b.position("nodes", PositionKind::node, "", "*", "*");
  b.fan(std::move(node), hub, node_positions(b), false, sink);
  return pod;
}

namespace {

void to_target(Builder& b, const StepRow& row, const IdentityView& who, const std::string& ns, StepDraft&& draft, const StepSink& sink) {
  switch (row.to) {
    case To::secrets: return to_secrets(b, ns, std::move(draft), sink);
    case To::new_pod: draft.to = new_pod(b, ns); return sink(std::move(draft));
    case To::workloads:
    case To::placed_pods: {
      const bool placed = row.to == To::placed_pods;
      for (const std::string& one : ns.empty() ? b.namespaces : std::vector<std::string>{ns}) {  // of the whole cluster: each
        const uint32_t hub = b.position((placed ? "placed-pods-of:" : "workloads-of:") + one, PositionKind::workload, one, "*");
        b.fan(StepDraft(draft), hub, pods_of(b, one, placed), false, sink);
      }
      return;
    }
    case To::ports: {
      const uint32_t hub = b.position("ports-of:" + ns, PositionKind::workload, ns, "*");
      return b.fan(std::move(draft), hub, entries_of(b, ns), false, sink);
    }
    case To::service_accounts: return to_accounts(b, ns, std::move(draft), sink);
    case To::control_plane: draft.to = b.control_plane; return sink(std::move(draft));
    case To::nodes: {
      const uint32_t hub = b.position("nodes", PositionKind::node, "", "*", "*");
      return b.fan(std::move(draft), hub, node_positions(b), false, sink);
    }
    case To::identities: {
      std::vector<uint32_t> members;
      for (const IdentityView& other : b.identities) {
        if (other.position != who.position && other.has_rights != Tri::no) members.push_back(other.position);
      }
      const uint32_t hub = b.position("identities", PositionKind::identity, "", "*");
      return b.fan(std::move(draft), hub, members, false, sink);
    }
    default: return;
  }
}

Tri cluster_admin(const access::Rbac& rbac, const IdentityView& who) {
  return rbac.allowed(who.who, {.verb = "*", .api_group = "*", .resource = "*", .subresource = {}, .name = {}, .ns = {}, .path = {}});
}

}  // namespace

void find_identities(Builder& b) {
  for (const Template& t : b.templates) {
    const std::string& account = b.pod(t.pod).spec.service_account;
    add_identity(b, "sa:" + t.ns + "/" + account, access::service_account(t.ns, account), t.ns, account);
  }
  for (const model::RoleBinding& binding : b.cluster.role_bindings) {
    for (const model::Subject& subject : binding.subjects) add_subject(b, subject, binding.meta.ns);
  }
  for (const model::RoleBinding& binding : b.cluster.cluster_role_bindings) {
    for (const model::Subject& subject : binding.subjects) add_subject(b, subject, "");
  }
  // A service account that nothing uses or names still has a token for who may ask for one, but no right beyond everybody's.
  access::Identity anonymous = access::user("system:anonymous");
  anonymous.groups = {"system:unauthenticated"};
  add_identity(b, "user:system:anonymous", anonymous, "", "system:anonymous");

  std::map<std::string_view, std::vector<size_t>> members;  // group → identities
  for (size_t i = 0; i < b.identities.size(); ++i) {
    for (const std::string& group : b.identities[i].who.groups) members[group].push_back(i);
  }
  const auto mark = [&](const std::vector<model::RoleBinding>& bindings) {
    for (const model::RoleBinding& binding : bindings) {
      for (const model::Subject& subject : binding.subjects) {
        if (subject.kind == "Group") {
          if (const auto at = members.find(subject.name); at != members.end()) {
            for (const size_t i : at->second) b.identities[i].namespaces.push_back(binding.meta.ns);
          }
          continue;
        }
        const std::string id = subject.kind == "ServiceAccount"
                                   ? "sa:" + (subject.ns.empty() ? binding.meta.ns : subject.ns) + "/" + subject.name
                                   : "user:" + subject.name;
        if (auto at = b.identity_index.find(id); at != b.identity_index.end())
          b.identities[at->second].namespaces.push_back(binding.meta.ns);
      }
    }
  };
  mark(b.cluster.role_bindings);
  for (IdentityView& who : b.identities) {
    std::ranges::sort(who.namespaces);
    who.namespaces.erase(std::unique(who.namespaces.begin(), who.namespaces.end()), who.namespaces.end());
  }
}

void identity_steps(Builder& b, const access::Rbac& rbac, const IdentityView& who, const StepSink& sink) {
  const Tri admin = cluster_admin(rbac, who);
  const bool everything_read = rbac_read(b);
  for (const StepRow& row : b.catalogue.rows()) {
    if (row.from != From::identity || !row.has_when) continue;
    // In a large graph a way to the control plane stands for the rest, which it holds: for who may do everything all other
    // rows, for who might (RBAC not read) all other unknown ones.
    const bool rest = b.compact && row.to != To::control_plane;
    if (rest && admin == Tri::yes) continue;
    const bool only_certain = rest && admin == Tri::unknown;
    const auto emit = [&](const std::string& ns, Verdict&& verdict) {
      StepDraft draft{.row = row.id.c_str(), .from = who.position};
      draft.state = verdict.value == Tri::yes ? StepState::open : StepState::unknown;
      draft.facts = std::move(verdict.facts);
      for (const Missing& missing : verdict.missing) {
        draft.variables.push_back(Builder::fact(missing));
        draft.facts.push_back("not known: " + missing.text);
      }
      if (!row.coefficient.empty()) draft.variables.push_back(Builder::config(row, who.id));
      to_target(b, row, who, ns, std::move(draft), sink);
    };
    Verdict wide = evaluate(row.when, IdentityScene(b, rbac, who.who, ""));
    if (only_certain && wide.value == Tri::unknown) wide.value = Tri::no;
    if (row.cluster_scope) {
      if (wide.value != Tri::no) emit("", std::move(wide));
      continue;
    }
    if (wide.value == Tri::yes) {
      for (const std::string& ns : b.namespaces) emit(ns, Verdict(wide));
      continue;
    }
    // Rows that ask about the namespace itself (admits), and unread RBAC, must be asked in each.
    const std::vector<std::string>& where =
        !only_certain && (wide.value == Tri::unknown || !everything_read) ? b.namespaces : who.namespaces;
    for (const std::string& ns : where) {
      Verdict here = evaluate(row.when, IdentityScene(b, rbac, who.who, ns));
      if (here.value == Tri::yes || (here.value == Tri::unknown && !only_certain)) emit(ns, std::move(here));
    }
  }
  if (!b.compact || admin == Tri::no) named_steps(b, rbac, who, sink);
}

void all_identity_steps(Builder& b) {
  const StepSink sink = [&](StepDraft&& draft) { b.add(std::move(draft)); };
  for (const IdentityView& who : b.identities) {
    if (who.has_rights != Tri::no) identity_steps(b, b.rbac, who, sink);
  }
  // People and machines outside the cluster keep credentials in files: any of them may be stolen.
  const StepRow& stolen = row_of(b, "EXT_CREDS");
  for (const IdentityView& who : b.identities) {
    const bool outside = who.id.starts_with("user:") || who.id.starts_with("group:");
    if (!outside || who.has_rights == Tri::no || who.name.starts_with("system:")) continue;
    StepDraft draft{.row = stolen.id.c_str(), .from = b.internet, .to = who.position};
    draft.facts = {"a binding names " + who.id + ", whose credential is kept outside the cluster"};
    draft.variables.push_back(Builder::config(stolen, who.id));
    b.add(std::move(draft));
  }
  // What anonymous requests may do beyond discovery is open to who reaches the API server.
  const IdentityView& anonymous = b.identities[b.identity_index.at("user:system:anonymous")];
  if (anonymous.has_rights == Tri::no) return;
  const StepRow& row = row_of(b, "EXT_API_ANON");
  StepDraft draft{.row = row.id.c_str(), .from = b.internet, .to = anonymous.position};
  draft.facts = {"bindings to system:anonymous or system:unauthenticated"};
  draft.state = StepState::unknown;  // whether the API server is reached from the internet is not in the API
  draft.variables = {Builder::fact(
      {"API server exposed", "fact.api_exposed", "whether the API server is reached from the internet and lets anonymous requests in"})};
  draft.variables.push_back(Builder::config(row, "control-plane"));
  b.add(std::move(draft));
}

}  // namespace bulkhead::graph
