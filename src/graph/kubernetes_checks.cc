// Flaws of Kubernetes' own programs and add-ons: for each that match found, its preconditions are asked of the place where it is
// (the control plane, one node, one component); where it gives control, who can use it gets a step (row K8S_FLAW).
//
// A flaw whose preconditions do not hold gives no step; one whose answer is unknown gives an unknown step that rests on the missing
// facts. A flaw without a row is unknown: nothing is known of what it needs.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "graph/internal/cluster_scene.h"

namespace bulkhead::graph {
namespace {

using model::Finding;
using model::FindingStatus;
using model::PositionKind;
using model::StepState;
using model::Tri;
using Step = KubernetesRow::Step;

const KubernetesRow* row_for(const Builder& b, const Finding& finding) {
  if (const KubernetesRow* row = b.knowledge.kubernetes_row(finding.id)) return row;
  for (const std::string& alias : finding.aliases) {
    if (const KubernetesRow* row = b.knowledge.kubernetes_row(alias)) return row;
  }
  return nullptr;
}

bool unsure(const Finding& f) { return f.status == FindingStatus::unknown || f.status == FindingStatus::under_investigation; }

// One flaw in one place.
struct Case {
  const Finding* finding;
  const KubernetesRow* row;
  const NodeView* node;                      // null: not of a node
  const model::ClusterComponent* component;  // null: not of a component
  std::string place;
  Verdict verdict;
};

class Steps {
 public:
  Steps(Builder& b, const ClusterView& view) : b_(b), view_(view) {}

  // True when a step stands for the flaw.
  bool add(const Case& c, const ClusterScene& scene) {
    if (c.row->step.to == Step::To::component && !c.component) return false;
    switch (c.row->step.by) {
      case Step::By::none: return false;
      case Step::By::pod: return by_pod(c, scene);
      case Step::By::rights: return by_rights(c);
      case Step::By::node: return by_node(c);
      case Step::By::reach: return by_reach(c);
    }
    return false;
  }

 private:
  StepDraft draft(const Case& c, uint32_t from, uint32_t to) const {
    StepDraft out{.row = "K8S_FLAW", .from = from, .to = to, .tail = c.finding->id};
    out.needs_flaw = true;
    out.flaws = {c.finding->id};
    out.technique = c.row->step.technique;
    out.facts = {c.finding->component + " has " + c.finding->id + ": " + c.finding->reason.comparison};
    out.facts.insert(out.facts.end(), c.verdict.facts.begin(), c.verdict.facts.end());
    model::Variable exploit = exploit_variable(*c.finding, b_.input.as_of);
    out.variables.push_back(std::move(exploit));
    out.variables.push_back({.id = "works:" + c.finding->id + "@" + c.place,
                             .kind = model::VariableKind::works,
                             .coefficient = c.finding->high_complexity ? "works.complex" : "works.default",
                             .reason = "works on " + c.place});
    for (const Missing& missing : c.verdict.missing) not_known(out, missing);
    if (unsure(*c.finding))
      not_known(out, {c.finding->id + " fixed@" + c.place, "fact.kernel_backport", "whether " + c.finding->component + " has the fix: " + c.finding->reason.comparison});
    return out;
  }
  static void not_known(StepDraft& out, const Missing& missing) {
    out.state = StepState::unknown;
    out.variables.push_back(Builder::fact(missing));
    out.facts.push_back("not known: " + missing.text);
  }
  bool put(const Case& c, StepDraft&& one) {
    const uint32_t step = b_.add(std::move(one));
    if (step == kNone) return false;
    if (c.node) {
      b_.node_flaw_steps.push_back({step, static_cast<size_t>(c.node - b_.nodes.data()), false, "kubelet", c.finding->fixed_version, {c.finding->id}});
    } else {
      b_.component_flaw_steps.push_back({step, c.component ? c.component->name : "Kubernetes", c.finding->fixed_version, c.finding->id});
    }
    return true;
  }

  std::vector<uint32_t> targets(const Case& c) {
    if (c.row->step.to == Step::To::control_plane) return {b_.control_plane};
    std::vector<uint32_t> out;
    if (c.row->step.to == Step::To::component && c.component) {
      for (size_t pod : c.component->pods) {
        const size_t t = pod < b_.template_of_pod.size() ? b_.template_of_pod[pod] : SIZE_MAX;
        if (t != SIZE_MAX && std::ranges::find(out, b_.templates[t].any) == out.end()) out.push_back(b_.templates[t].any);
      }
      return out;
    }
    // A flaw of kubelets that a feed lists for the API server as well leads to the nodes whose kubelets have it.
    if (c.row->step.to == Step::To::node) return c.node ? std::vector<uint32_t>{c.node->position} : out;
    for (const NodeView& node : b_.nodes) out.push_back(node.position);
    return out;
  }

  // Who can use the flaw comes to one shared position; from there a step leads to each place that has it.
  uint32_t hub(const Case& c) {
    const PositionKind kind = c.row->step.to == Step::To::control_plane ? PositionKind::control_plane
                              : c.row->step.to == Step::To::component   ? PositionKind::workload
                                                                        : PositionKind::node;
    const std::string ns = c.component && !c.component->pods.empty() ? b_.cluster.pods[c.component->pods.front()].meta.ns : std::string();
    return b_.position("flaw:" + c.finding->id, kind, kind == PositionKind::workload ? ns : std::string(),
                       kind == PositionKind::workload ? c.component->name : std::string("*"), kind == PositionKind::node ? "*" : "");
  }
  void user(const Case& c, uint32_t from, uint32_t to, std::string why, const std::vector<Missing>& missing) {
    StepDraft out{.row = "K8S_FLAW", .from = from, .to = to, .facts = {std::move(why)}};
    out.technique = c.row->step.technique;
    for (const Missing& one : missing) not_known(out, one);
    b_.add(std::move(out));
  }
  bool from_hub(const Case& c, uint32_t from) {
    bool any = false;
    for (uint32_t to : targets(c)) any = put(c, draft(c, from, to)) || any;
    return any;
  }

  bool by_rights(const Case& c) {
    const uint32_t at = hub(c);
    if (users_known_.insert(c.finding->id).second) {
      for (const RightAsked& right : c.row->step.rights) {
        const std::string what = base::join(right.verbs, " or ") + " " + right.resource + (right.subresource.empty() ? "" : "/" + right.subresource);
        for (const auto& [who, may] : view_.outsiders.holders(right)) {
          std::vector<Missing> missing;
          if (may == Tri::unknown) missing.push_back({"rbac unread", "fact.rbac_unread", "RBAC not read whole"});
          user(c, b_.identities[who].position, at, b_.identities[who].id + " may " + what, missing);
        }
      }
    }
    return from_hub(c, at);
  }

  bool by_pod(const Case& c, const ClusterScene& scene) {
    bool any = false;
    for (const auto& [index, verdict] : scene.pods(c.row->step.pod)) {
      for (uint32_t to : targets(c)) {
        StepDraft one = draft(c, b_.classes[index].position, to);
        one.facts.insert(one.facts.end(), verdict.facts.begin(), verdict.facts.end());
        for (const Missing& missing : verdict.missing) not_known(one, missing);
        any = put(c, std::move(one)) || any;
      }
    }
    return any;
  }

  bool by_node(const Case& c) {
    const uint32_t at = hub(c);
    for (const NodeView& node : b_.nodes) user(c, node.position, at, "who holds node " + node.name + " holds its kubelet's credential", {});
    return from_hub(c, at);
  }

  bool by_reach(const Case& c) {
    if (!c.component) return false;
    const uint32_t at = hub(c);
    for (size_t pod : c.component->pods) {
      int32_t port = 0;
      for (const model::Container& container : b_.cluster.pods[pod].spec.containers) port = std::max(port, webhook_port(container));
      if (port == 0) continue;
      for (const Template& t : b_.templates) {
        if (b_.template_of_pod[pod] != SIZE_MAX && &b_.templates[b_.template_of_pod[pod]] == &t) continue;
        const access::Reach reach = b_.network.pod_to_pod(t.pod, pod, port);
        if (reach.verdict == Tri::no) continue;
        std::vector<Missing> missing;
        if (reach.verdict == Tri::unknown) missing.push_back({"network of " + t.key, "fact.network_policies_unread", reach.because});
        for (size_t one : t.classes) user(c, b_.classes[one].position, at, "connects to port " + std::to_string(port), missing);
      }
    }
    return from_hub(c, at);
  }

  Builder& b_;
  const ClusterView& view_;
  std::set<std::string> users_known_;
};

void judge(Builder& b, const ClusterView& view, Steps& steps, Case c) {
  const ClusterScene scene(view, c.node, c.component);
  if (!c.row) {
    c.verdict.value = Tri::unknown;
    c.verdict.missing = {{"conditions of " + c.finding->id, "fact.other", "what " + c.finding->id + " needs is not in the catalogue"}};
  } else if (!c.row->has_when) {
    c.verdict.value = Tri::yes;
    c.verdict.facts = {"needs nothing but the version"};
  } else {
    c.verdict = evaluate(c.row->when, scene);
  }
  model::FlawCheck check{.flaw = c.finding->id, .place = c.place, .verdict = c.verdict.value, .facts = c.verdict.facts, .denied = c.verdict.denied};
  for (const Missing& missing : c.verdict.missing) check.missing.push_back(missing.text);
  if (c.row) {
    check.mitigation = c.row->mitigation;
    if (c.verdict.value != Tri::no) check.has_step = steps.add(c, scene);
  }
  b.graph.checks.push_back(std::move(check));
}

bool of_kubernetes(const Finding& finding) {
  return finding.purl.find("/kubelet") != std::string::npos || finding.purl.find("/kube-proxy") != std::string::npos;
}

}  // namespace

void kubernetes_flaws(Builder& b) {
  const bool any = !b.input.control_plane.empty() ||
                   std::ranges::any_of(b.input.nodes, [](const NodeFacts& n) { return std::ranges::any_of(n.findings, of_kubernetes); }) ||
                   std::ranges::any_of(b.input.components, [](const ComponentFacts& c) { return !c.findings.empty(); });
  if (!any) return;
  const ClusterView view(b);
  Steps steps(b, view);
  for (const Finding& finding : b.input.control_plane) judge(b, view, steps, {&finding, row_for(b, finding), nullptr, nullptr, "control plane", {}});
  for (const NodeView& node : b.nodes) {
    if (!node.facts) continue;
    for (const Finding& finding : node.facts->findings) {
      if (of_kubernetes(finding)) judge(b, view, steps, {&finding, row_for(b, finding), &node, nullptr, "node " + node.name, {}});
    }
  }
  for (const ComponentFacts& one : b.input.components) {
    for (const Finding& finding : one.findings)
      judge(b, view, steps, {&finding, row_for(b, finding), nullptr, one.component, "component " + one.component->name + " " + one.component->version, {}});
  }
  std::ranges::stable_sort(b.graph.checks, {}, [](const model::FlawCheck& c) { return std::tie(c.place, c.flaw); });
}

void component_actions(Builder& b) {
  struct Update {
    std::vector<uint32_t> cuts;
    std::vector<std::string> flaws;
    std::string target;
  };
  std::map<std::string, Update> updates;
  for (const Builder::ComponentFlawStep& one : b.component_flaw_steps) {
    if (one.fixed_version.empty()) continue;
    Update& update = updates[one.component];
    update.cuts.push_back(one.step);
    if (std::ranges::find(update.flaws, one.flaw) == update.flaws.end()) update.flaws.push_back(one.flaw);
    const auto order = compare_dotted(update.target, one.fixed_version);
    if (!order || *order < 0) update.target = one.fixed_version;
  }
  for (auto& [component, update] : updates) {
    model::Action action{.id = "update-component:" + component,
                         .kind = model::ActionKind::update_component,
                         .title = component + " → " + update.target,
                         .lead = component == "Kubernetes" ? "lead.control_plane" : "lead.rebuild",
                         .effort = component == "Kubernetes" ? "effort.high" : "effort.medium",
                         .cuts = std::move(update.cuts),
                         .objects = {component == "Kubernetes" ? "control plane" : "component " + component},
                         .patch_kind = "text",
                         .patch = "Bring " + component + " to " + update.target + " or later, or to a release of your vendor that carries the fix.\n",
                         .may_break = {component == "Kubernetes" ? "what uses API versions that the new release no longer serves" : "what relies on the old version's behaviour"},
                         .flaws = std::move(update.flaws)};
    std::ranges::sort(action.flaws);
    b.graph.actions.push_back(std::move(action));
  }
}

}  // namespace bulkhead::graph
