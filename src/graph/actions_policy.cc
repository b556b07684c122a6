// NetworkPolicies that would cut ways into a workload, each a complete manifest.
//
// A workload behind an Ingress is to be reached by the controller's pods alone; one that is exposed in another way, by addresses outside
// the cluster alone; any other, by its own namespace. What a policy cuts is what access says of a copy of the cluster with the
// policies added, not a guess. An ingress policy touches only connections into the pods that it selects, so that all candidates
// are tried in one copy; a candidate whose selector would reach pods of another workload is not offered.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/reach_table.h"

namespace bulkhead::graph {

using model::Action;
using model::ActionKind;
using model::LabelSelector;
using model::NetworkPolicy;
using model::StepState;
using model::Tri;

namespace {

constexpr const char* kNamespaceLabel = "kubernetes.io/metadata.name";

struct Candidate {
  size_t target = 0;
  NetworkPolicy policy;
  std::string who;  // "only the ingress controller", for the title
  bool same_namespace = false;
};

using Workloads = std::unordered_map<std::string, const model::Workload*>;  // by "ns/Kind/name"

// The labels by which the controller knows its pods; a bare pod's own.
model::Labels selector_of(const Builder& b, const Workloads& workloads, const Template& t) {
  const auto at = workloads.find(t.ns + "/" + t.kind + "/" + t.name);
  if (at != workloads.end() && at->second->selector.match_expressions.empty()) return at->second->selector.match_labels;
  model::Labels out = b.pod(t.pod).meta.labels;
  for (const char* changing : {"pod-template-hash", "controller-revision-hash", "pod-template-generation",
                               "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"})
    out.erase(changing);
  return out;
}

bool selects_others(const Builder& b, const Template& t, const model::Labels& labels) {
  const LabelSelector selector{.match_labels = labels, .match_expressions = {}};
  auto same = b.templates_of.find(t.ns);
  return std::ranges::any_of(same->second, [&](size_t other) {
    const Template& o = b.templates[other];
    return (o.kind != t.kind || o.name != t.name) && selector.matches(b.pod(o.pod).meta.labels);
  });
}

std::string labels_yaml(const model::Labels& labels, size_t blanks) {
  std::string out;
  for (const auto& [key, value] : labels) out += std::string(blanks, ' ') + yaml_quote(key) + ": " + yaml_quote(value) + "\n";
  return out;
}

std::string policy_yaml(const NetworkPolicy& policy) {
  std::string out = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: " + yaml_quote(policy.meta.name) +
                    "\n  namespace: " + yaml_quote(policy.meta.ns) + "\nspec:\n  podSelector:\n    matchLabels:\n" +
                    labels_yaml(policy.pod_selector.match_labels, 6) + "  policyTypes: [Ingress]\n  ingress:\n  - from:\n";
  for (const model::NetworkPolicyPeer& peer : policy.ingress.front().peers) {
    if (peer.ip_block) {
      out += "    - ipBlock:\n        cidr: " + yaml_quote(peer.ip_block->cidr) + "\n";
      if (!peer.ip_block->except.empty()) {
        out += "        except:\n";
        for (const std::string& cidr : peer.ip_block->except) out += "        - " + yaml_quote(cidr) + "\n";
      }
      continue;
    }
    std::string part;
    if (peer.namespace_selector)
      part += "      namespaceSelector:\n        matchLabels:\n" + labels_yaml(peer.namespace_selector->match_labels, 10);
    if (peer.pod_selector)
      part += peer.pod_selector->empty() ? "      podSelector: {}\n"
                                         : "      podSelector:\n        matchLabels:\n" + labels_yaml(peer.pod_selector->match_labels, 10);
    part.replace(4, 2, "- ");
    out += part;
  }
  return out;
}

// Ways in from outside, and the controllers that forward.
struct Ways {
  bool direct = false;
  std::set<size_t> controllers;  // templates
};

std::map<size_t, Ways> ways_in(const Builder& b) {
  std::map<size_t, Ways> out;
  for (const access::Exposure& e : b.network.exposures()) {
    const size_t t = b.template_of_pod[e.pod];
    if (t == SIZE_MAX || e.verdict == Tri::no) continue;
    if (e.through_pod != SIZE_MAX && b.template_of_pod[e.through_pod] != SIZE_MAX) {
      out[t].controllers.insert(b.template_of_pod[e.through_pod]);
    } else {
      out[t].direct = true;
    }
  }
  return out;
}

std::vector<Candidate> candidates(const Builder& b) {
  std::vector<Candidate> out;
  const std::map<size_t, Ways> ways = ways_in(b);
  Workloads workloads;
  for (const model::Workload& w : b.cluster.workloads) workloads.emplace(w.meta.ns + "/" + w.kind + "/" + w.meta.name, &w);
  std::vector<std::string> pod_ranges;
  for (const model::Node& node : b.cluster.nodes) {
    for (const std::string& cidr : node.pod_cidrs) {
      if (cidr.find(':') == std::string::npos) pod_ranges.push_back(cidr);
    }
  }
  std::ranges::sort(pod_ranges);
  pod_ranges.erase(std::unique(pod_ranges.begin(), pod_ranges.end()), pod_ranges.end());
  for (size_t i = 0; i < b.templates.size(); ++i) {
    const Template& t = b.templates[i];
    if (t.entry == kNone || b.pod(t.pod).spec.host_network) continue;
    Candidate c{.target = i, .policy = {}, .who = {}};
    c.policy.meta.ns = t.ns;
    c.policy.meta.name = "bulkhead-" + t.name;
    c.policy.pod_selector.match_labels = selector_of(b, workloads, t);
    c.policy.ingress_isolated = true;
    if (c.policy.pod_selector.match_labels.empty() || selects_others(b, t, c.policy.pod_selector.match_labels)) continue;
    model::NetworkPolicyRule rule;
    auto way = ways.find(i);
    if (way != ways.end() && way->second.direct) {
      if (pod_ranges.empty()) continue;  // nothing tells an outside address from a pod's
      model::NetworkPolicyPeer outside;
      outside.ip_block = model::IpBlock{"0.0.0.0/0", pod_ranges};
      rule.peers.push_back(std::move(outside));
      c.who = "only addresses outside the cluster";
    } else if (way != ways.end()) {
      for (size_t controller : way->second.controllers) {
        const Template& from = b.templates[controller];
        model::NetworkPolicyPeer peer;
        peer.namespace_selector = LabelSelector{.match_labels = {{kNamespaceLabel, from.ns}}, .match_expressions = {}};
        peer.pod_selector = LabelSelector{.match_labels = selector_of(b, workloads, from), .match_expressions = {}};
        rule.peers.push_back(std::move(peer));
      }
      c.who = "only the ingress controller";
    } else {
      model::NetworkPolicyPeer peer;
      peer.pod_selector = LabelSelector{};
      rule.peers.push_back(std::move(peer));
      c.who = "only namespace " + t.ns;
      c.same_namespace = true;
    }
    c.policy.ingress.push_back(std::move(rule));
    out.push_back(std::move(c));
  }
  return out;
}

}  // namespace

void policy_actions(Builder& b) {
  std::vector<Candidate> tried = candidates(b);
  if (tried.empty()) return;
  if (b.network.enforced() == Tri::no) {
    b.graph.not_read.push_back("no network plug-in that enforces NetworkPolicy was seen: policies are not proposed");
    return;
  }
  model::Cluster changed = b.cluster;
  for (const Candidate& c : tried) changed.network_policies.push_back(c.policy);
  const access::Network after(changed);
  ReachTable table(b, after, changed.network_policies);
  std::map<uint32_t, size_t> class_at;
  for (size_t c = 0; c < b.classes.size(); ++c) class_at[b.classes[c].position] = c;
  std::map<uint32_t, std::vector<uint32_t>> into;  // entry position → steps
  for (uint32_t i = 0; i < b.graph.steps.size(); ++i) {
    const model::Step& step = b.graph.steps[i];
    if (step.state != StepState::cut && (step.row == "NET_FLAW" || step.row == "NET_RESIDUAL")) into[step.to].push_back(i);
  }
  // Ways from outside that the policies would close.
  std::map<size_t, Tri> outside;
  for (const access::Exposure& e : after.exposures()) {
    const size_t t = b.template_of_pod[e.pod];
    if (t != SIZE_MAX) outside[t] = outside[t] || e.verdict;
  }
  for (const Candidate& c : tried) {
    const Template& t = b.templates[c.target];
    Action action{.id = "network-policy:" + t.key,
                  .kind = ActionKind::network_policy,
                  .title = "Network policy: " + c.who + " may reach " + t.ns + "/" + t.name,
                  .lead = "lead.manifest",
                  .effort = "effort.low",
                  .objects = {"NetworkPolicy " + t.ns + "/" + c.policy.meta.name},
                  .patch_kind = "kubectl-apply",
                  .patch = policy_yaml(c.policy)};
    std::map<size_t, bool> closed;  // source template → cut
    std::set<std::string> breaks;
    for (uint32_t i : into[t.entry]) {
      auto from = class_at.find(b.graph.steps[i].from);
      if (from == class_at.end()) {
        // The shared position of the pod network: who may still connect has a step of its own.
        const std::string& id = b.graph.positions[b.graph.steps[i].from].id;
        if (id == "pod-network" || !c.same_namespace) action.cuts.push_back(i);
        continue;
      }
      const size_t source = b.classes[from->second].of;
      auto [at, fresh] = closed.try_emplace(source, false);
      if (fresh) at->second = table.reach(source, c.target).verdict == Tri::no;
      if (!at->second) continue;
      action.cuts.push_back(i);
      if (source != c.target) breaks.insert(b.templates[source].key);
    }
    if (action.cuts.empty()) continue;
    std::ranges::sort(action.cuts);
    size_t shown = 0;
    for (const std::string& key : breaks) {
      if (++shown > 20) break;
      action.may_break.push_back(key + " can connect today");
    }
    if (breaks.size() > 20) action.may_break.push_back(std::to_string(breaks.size() - 20) + " more can connect today");
    auto open = outside.find(c.target);
    if (open != outside.end() && open->second == Tri::no) action.may_break.push_back("ways from outside the cluster close");
    b.graph.actions.push_back(std::move(action));
  }
}

}  // namespace bulkhead::graph
