// Rights on single objects: rules with resourceNames. A row of an identity whose right is not held on all objects of a namespace is
// asked again for every object that the identity's rules name, and leads to that object alone.
//
// Only objects that exist count, but for Secrets that nobody listed: a Secret of that name may be there, so the step is unknown.
// `create` has no name yet when the API server decides, so a rule with names never allows it, but for subresources
// (serviceaccounts/token). list and watch are allowed with a field selector of that name.
// Source: Kubernetes, "Using RBAC Authorization", Referring to resources.
#include <algorithm>

#include "graph/internal/scene.h"

namespace bulkhead::graph {
namespace {

using model::StepState;
using model::Tri;

// The rights of a row are about objects of this kind, or of none that this file knows.
enum class Object : uint8_t { none, secret, account, pod, workload };

bool asks_about(const Expression& when, std::string_view resource) {
  if (when.kind == Expression::Kind::can && when.right.resource == resource) return true;
  return std::ranges::any_of(when.parts, [&](const Expression& part) { return asks_about(part, resource); });
}

Object object_of(const StepRow& row) {
  if (row.cluster_scope) return Object::none;
  if (row.to == To::secrets && asks_about(row.when, "secrets")) return Object::secret;
  if (row.to == To::service_accounts && asks_about(row.when, "serviceaccounts")) return Object::account;
  if (row.to == To::workloads && asks_about(row.when, "pods")) return Object::pod;
  if (row.to == To::new_pod && asks_about(row.when, "deployments")) return Object::workload;
  return Object::none;
}

uint32_t pod_position(const Builder& b, std::string_view ns, std::string_view name) {
  for (size_t i = 0; i < b.cluster.pods.size(); ++i) {
    const model::Pod& pod = b.cluster.pods[i];
    if (pod.meta.name != name || pod.meta.ns != ns || b.template_of_pod[i] == SIZE_MAX) continue;
    for (size_t c : b.templates[b.template_of_pod[i]].classes) {
      if (b.classes[c].node == pod.spec.node_name) return b.classes[c].position;
    }
  }
  return kNone;
}

bool workload_exists(const Builder& b, std::string_view ns, std::string_view name) {
  return std::ranges::any_of(b.cluster.workloads, [&](const model::Workload& w) { return w.meta.name == name && w.meta.ns == ns; });
}

// Where the step leads; kNone: to nothing. `unread` is set where the object may exist.
uint32_t target(Builder& b, Object object, const std::string& ns, const std::string& name, bool& unread) {
  switch (object) {
    case Object::secret: {
      const uint32_t known = b.find_position("asset:secret:" + ns + "/" + name);
      if (known != kNone || b.was_read("", "secrets")) return known;
      unread = true;
      return b.find_position("asset:secrets:" + ns);
    }
    case Object::account: return b.find_position("identity:sa:" + ns + "/" + name);
    case Object::pod: return pod_position(b, ns, name);
    case Object::workload: return workload_exists(b, ns, name) ? new_pod(b, ns) : kNone;
    case Object::none: break;
  }
  return kNone;
}

}  // namespace

void named_steps(Builder& b, const access::Rbac& rbac, const IdentityView& who, const StepSink& sink) {
  const auto named = rbac.named_objects(who.who);
  if (named.empty()) return;
  for (const StepRow& row : b.catalogue.rows()) {
    const Object object = row.from == From::identity && row.has_when ? object_of(row) : Object::none;
    if (object == Object::none || evaluate(row.when, IdentityScene(b, rbac, who.who, "")).value != Tri::no) continue;
    for (const auto& [where, name] : named) {
      for (const std::string& ns : where.empty() ? b.namespaces : std::vector<std::string>{where}) {
        Verdict verdict = evaluate(row.when, IdentityScene(b, rbac, who.who, ns, name));
        if (verdict.value != Tri::yes || evaluate(row.when, IdentityScene(b, rbac, who.who, ns)).value != Tri::no) continue;
        bool unread = false;
        StepDraft draft{.row = row.id.c_str(), .from = who.position};
        draft.to = target(b, object, ns, name, unread);
        if (draft.to == kNone || draft.to == who.position) continue;
        draft.state = unread ? StepState::unknown : StepState::open;
        draft.facts = std::move(verdict.facts);
        draft.facts.push_back("only the one named " + name);
        if (unread) {
          draft.tail = name;
          draft.variables.push_back(Builder::fact({"secret " + ns + "/" + name, "fact.other", "Secrets not listed"}));
          draft.facts.push_back("not known: Secrets not listed, whether " + ns + "/" + name + " exists");
        }
        if (!row.coefficient.empty()) draft.variables.push_back(Builder::config(row, who.id));
        sink(std::move(draft));
      }
    }
  }
}

}  // namespace bulkhead::graph
