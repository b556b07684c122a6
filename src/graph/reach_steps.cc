// "Can connect to": from every replica class that may, one step to the target's entry (rows NET_FLAW, NET_RESIDUAL).
//
// In a large graph, sources that no policy holds back share two positions, "on the pod network" and "on it, in this namespace",
// and targets that no policy isolates have one step from each. Only pairs that some rule of a policy may join are asked one by one
// (policy_peers.h): where policies are read and enforced, and all are NetworkPolicies, every other pair is cut, and a large graph
// leaves cut pairs out.
#include <algorithm>

#include "graph/internal/entry.h"
#include "graph/internal/policy_peers.h"
#include "graph/internal/reach_table.h"

namespace bulkhead::graph {

using model::StepState;
using model::Tri;

namespace {

constexpr size_t kUnknownSources = 200;  // per target of a compact graph

// What a pod on its node's network reaches depends on its node: that node's own pods always, others as their policies take its
// address. So each replica is asked by itself, about one target on its node and one elsewhere; the entry stands for any replica.
access::Reach reach_from_node(const Builder& b, const ReplicaClass& from, const Template& target) {
  const ReplicaClass* near = nullptr;
  const ReplicaClass* far = nullptr;
  for (const size_t c : target.classes) {
    const ReplicaClass*& side = b.classes[c].node == from.node ? near : far;
    if (side == nullptr) side = &b.classes[c];
  }
  access::Reach best;
  for (const ReplicaClass* side : {near, far}) {
    if (side == nullptr || side->pod == from.pod) continue;
    access::Reach reach = b.network.pod_to_pod(from.pod, side->pod, 0);
    if (best.because.empty() || reach.verdict > best.verdict) best = std::move(reach);
  }
  return best;
}

class ReachSteps {
 public:
  explicit ReachSteps(Builder& b)
      : b_(b),
        table_(b, b.network, b.cluster.network_policies),
        peers_(b),
        enforced_(b.network.enforced() != Tri::no),
        policies_read_(b.was_read("networking.k8s.io", "networkpolicies")),
        few_(b.compact && policies_read_ && b.network.enforced() == Tri::yes && b.cluster.tier_policies.empty()) {
    for (size_t s = 0; s < b.templates.size(); ++s) {
      everybody_.push_back(s);
      held_back_.push_back(enforced_ && !b.network.egress_policies(b.templates[s].pod).empty());
    }
    for (const access::Exposure& e : b.network.exposures()) {
      if (e.through_pod != SIZE_MAX && b.template_of_pod[e.through_pod] != SIZE_MAX) controllers_.insert(b.template_of_pod[e.through_pod]);
    }
    if (b.compact) hub_ = b.position("pod-network", model::PositionKind::workload, "", "*");
    if (b.compact) onto_pod_network();
    if (few_) index_held_back();
  }

  void into(size_t index, const EntrySurface& entry, std::vector<std::string> flaws);

 private:
  uint32_t network_of(const std::string& ns) { return b_.position("pod-network:" + ns, model::PositionKind::workload, ns, "*"); }
  void onto_pod_network();
  void index_held_back();
  std::vector<size_t> sources_of(size_t target, bool shared);

  Builder& b_;
  ReachTable table_;
  PolicyPeers peers_;
  bool enforced_, policies_read_;
  bool few_;  // pairs that no rule joins are cut, and need no asking
  uint32_t hub_ = kNone;
  std::vector<size_t> everybody_;
  std::vector<bool> held_back_;                      // per template: by a policy on its egress
  std::vector<size_t> wide_;                         // held back, but a rule may let it out to anybody
  std::map<size_t, std::vector<size_t>> to_target_;  // held back: whom its rules may name → those sources
  std::set<size_t> controllers_;                     // they keep steps of their own, because policies name them
};

// Sources that no policy holds back share two positions: "on the pod network", and "on it, in this namespace", so that a policy
// that admits the namespace alone has a step of its own to cut.
void ReachSteps::onto_pod_network() {
  for (size_t s = 0; s < b_.templates.size(); ++s) {
    if (held_back_[s]) continue;
    const uint32_t own = network_of(b_.templates[s].ns);
    for (const size_t c : b_.templates[s].classes) {
      for (const uint32_t to : {hub_, own})
        b_.add({.row = "NET_FLAW", .from = b_.classes[c].position, .to = to, .facts = {"no policy limits its egress"}});
    }
  }
}

void ReachSteps::index_held_back() {
  for (const size_t s : everybody_) {
    if (!held_back_[s]) continue;
    const PolicyPeers::Named named = peers_.targets_of(s);
    if (named.everybody) wide_.push_back(s);
    for (const size_t target : named.templates) to_target_[target].push_back(s);
  }
}

std::vector<size_t> ReachSteps::sources_of(size_t target, bool shared) {
  if (!few_) return everybody_;
  std::vector<size_t> out;
  if (shared) {
    out = wide_;
    out.insert(out.end(), controllers_.begin(), controllers_.end());
    if (const auto at = to_target_.find(target); at != to_target_.end()) out.insert(out.end(), at->second.begin(), at->second.end());
  } else {
    PolicyPeers::Named named = peers_.sources_of(target);
    if (named.everybody) return everybody_;
    out = std::move(named.templates);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void ReachSteps::into(size_t index, const EntrySurface& entry, std::vector<std::string> flaws) {
  const Template& t = b_.templates[index];
  const uint32_t to = b_.entry_of(index);
  const char* row = flaws.empty() && entry.weak.empty() && entry.unread.empty() && entry.partial.empty() ? "NET_RESIDUAL" : "NET_FLAW";
  const bool isolated = !b_.network.ingress_policies(t.pod).empty();
  const auto draft_from = [&](uint32_t from, const access::Reach& reach) {
    StepDraft draft{.row = row, .from = from, .to = to};
    draft.needs_flaw = true;
    draft.flaws = flaws;
    draft.facts = {entry.listens_because, reach.because};
    draft.state = reach.verdict == Tri::yes ? StepState::open : reach.verdict == Tri::unknown ? StepState::unknown : StepState::cut;
    if (reach.verdict == Tri::no) draft.cut_by = reach.because;
    if (reach.verdict == Tri::unknown)
      draft.variables.push_back(Builder::fact({"network into " + t.key, "fact.network_policies_unread", reach.because}));
    return draft;
  };
  const bool shared = b_.compact && (!isolated || !enforced_);
  if (shared) {
    const access::Reach reach{policies_read_ ? Tri::yes : Tri::unknown,
                              policies_read_ ? "no policy limits its ingress" : "NetworkPolicies were not read"};
    b_.add(draft_from(hub_, reach));
    b_.add(draft_from(network_of(t.ns), reach));
  }
  const auto from_node = [&](size_t c) {
    const access::Reach reach = reach_from_node(b_, b_.classes[c], t);
    if (reach.verdict != Tri::no || !b_.compact) b_.add(draft_from(b_.classes[c].position, reach));
  };
  const bool by_node = isolated && !shared;  // pods on their node's network are asked by replica
  if (by_node && few_) {
    for (const size_t c : peers_.host_sources_of(index)) {
      if (b_.classes[c].of != index || t.classes.size() > 1) from_node(c);
    }
  }
  size_t unknown = 0;
  bool some_unknown = false;  // more sources than a large graph lists one by one: "somebody on the pod network may"
  for (const size_t s : sources_of(index, shared)) {
    if (s == index && t.classes.size() == 1) continue;
    if (shared && !held_back_[s] && !controllers_.contains(s)) continue;
    if (by_node && b_.pod(b_.templates[s].pod).spec.host_network) {
      if (few_) continue;
      for (const size_t c : b_.templates[s].classes) from_node(c);
      continue;
    }
    const access::Reach& reach = table_.reach(s, index);
    if (reach.verdict == Tri::no && b_.compact) continue;
    if (reach.verdict == Tri::unknown && b_.compact && !held_back_[s] && (unknown += b_.templates[s].classes.size()) > kUnknownSources) {
      if (!some_unknown) b_.add(draft_from(hub_, reach));
      some_unknown = true;
      continue;
    }
    for (const size_t c : b_.templates[s].classes) b_.add(draft_from(b_.classes[c].position, reach));
  }
}

}  // namespace

std::vector<std::string> flaw_ids(const EntrySurface& entry) {
  std::vector<std::string> out;
  for (const EntryFlaw& flaw : entry.flaws) out.push_back(flaw.finding->id);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void reach_steps(Builder& b, const std::vector<std::pair<size_t, EntrySurface>>& targets) {
  ReachSteps steps(b);
  for (const auto& [index, entry] : targets) steps.into(index, entry, flaw_ids(entry));
}

}  // namespace bulkhead::graph
