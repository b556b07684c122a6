#include "access/internal/tier_index.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace bulkhead::access::internal {

using model::TierPolicy;
using model::TierRule;
using model::Tri;

namespace {

constexpr double kLast = std::numeric_limits<double>::max();  // of what has no order
constexpr double kBehindAll = std::numeric_limits<double>::infinity();
constexpr double kDefaultTier = 1'000'000;  // Calico's order of its tier "default"
constexpr double kKubernetesOrder = 1000;   // … and of NetworkPolicies in it
constexpr const char* kDefaultName = "default";

}  // namespace

Dialect dialect_of(const TierPolicy& policy) {
  switch (policy.dialect) {
    case TierPolicy::Dialect::calico: return Dialect::calico;
    case TierPolicy::Dialect::cilium: return Dialect::cilium;
    default: return Dialect::admin;
  }
}

const char* dialect_name(Dialect dialect) {
  static constexpr const char* kNames[] = {"NetworkPolicies", "AdminNetworkPolicies", "Calico's policies", "Cilium's policies"};
  return kNames[static_cast<size_t>(dialect)];
}

// Ports that have come this far undecided, that are allowed, and that passed on behind the tier.
struct TierIndex::Flow {
  Allowed open{Connections::all(), Connections::all()}, allowed, passed;

  void decide(TierRule::Action action, Tri match, const Allowed& ports) {
    if (match == Tri::no) return;
    const bool sure = match == Tri::yes;
    Allowed* into = action == TierRule::Action::allow ? &allowed : action == TierRule::Action::pass ? &passed : nullptr;
    if (into != nullptr) {
      if (sure) into->certain.add(open.certain.intersect(ports.certain));
      into->possible.add(open.possible.intersect(ports.possible));
    }
    open.certain.remove(ports.possible);
    if (sure) open.possible.remove(ports.certain);
  }
  void end_of_tier(Tri isolated) {
    if (isolated != Tri::no) open.certain = Connections();
    if (isolated == Tri::yes) open.possible = Connections();
    rejoin();
  }
  void rejoin() {
    open.certain.add(passed.certain);
    open.possible.add(passed.possible);
    passed = Allowed();
  }
};

TierIndex::TierIndex(const model::Cluster& cluster, bool as_manifest_tools) : cluster_(cluster), matcher_(cluster, as_manifest_tools) {
  if (cluster.tier_policies.empty()) return;
  for (const TierPolicy& policy : cluster.tier_policies) {
    dialects_ = static_cast<DialectMask>(dialects_ | bit(dialect_of(policy)));
    policies_.push_back({&policy, compile(policy.ingress, ingress_cidrs_), compile(policy.egress, egress_cidrs_)});
  }
  std::map<std::tuple<std::string_view, const model::Labels*, std::string_view>, uint32_t, decltype([](const auto& a, const auto& b) {
             if (std::get<0>(a) != std::get<0>(b)) return std::get<0>(a) < std::get<0>(b);
             if (std::get<2>(a) != std::get<2>(b)) return std::get<2>(a) < std::get<2>(b);
             return *std::get<1>(a) < *std::get<1>(b);
           })>
      known;
  std::map<std::vector<std::pair<uint32_t, Tri>>, uint32_t> sequences{{{}, 0}};
  const auto number = [&](const std::vector<Selected>& selected, bool ingress) {
    std::vector<std::pair<uint32_t, Tri>> key;
    for (const Selected& one : selected) {
      for (const Rule& rule : (ingress ? policies_[one.policy].ingress : policies_[one.policy].egress).rules) {
        if (!rule.own.empty()) return kOwnSequence;
        for (const CompiledCondition& peer : rule.peers) {
          if (peer.condition->entity == "host" || peer.condition->entity == "remote-node") return kOwnSequence;
        }
      }
      key.emplace_back(one.policy, one.sure);
    }
    return sequences.try_emplace(std::move(key), static_cast<uint32_t>(sequences.size())).first->second;
  };
  classes_.emplace_back();  // of the pods on their node's network: no policy takes them
  for (size_t pod = 0; pod < cluster.pods.size(); ++pod) {
    const model::Pod& one = cluster.pods[pod];
    if (one.spec.host_network) {
      pod_class_.push_back(0);
      continue;
    }
    const auto [entry, fresh] =
        known.try_emplace({one.meta.ns, &one.meta.labels, one.spec.service_account}, static_cast<uint32_t>(classes_.size()));
    pod_class_.push_back(entry->second);
    if (!fresh) continue;
    std::vector<Selected> in, out;
    for (uint32_t i = 0; i < policies_.size(); ++i) {
      const TierPolicy& policy = *policies_[i].policy;
      const Tri sure = matcher_.selects(policy.subject, pod);
      if (sure == Tri::no) continue;
      if (policy.on_ingress) in.push_back({i, sure});
      if (policy.on_egress) out.push_back({i, sure});
    }
    PodClass own{places(in, true), places(out, false)};
    own.ingress_sequence = number(in, true);
    own.egress_sequence = number(out, false);
    classes_.push_back(std::move(own));
  }
}

TierIndex::Section TierIndex::compile(const std::vector<TierRule>& rules, std::vector<AddressRange>& cuts) const {
  Section out;
  for (const TierRule& rule : rules) {
    // Labels are of pods, unless sets of addresses have some.
    const bool takes_address = rule.any_peer || std::ranges::any_of(rule.peers, [&](const model::EndCondition& c) {
                                 return !c.pods || !cluster_.address_groups.empty();
                               });
    if (takes_address) out.for_addresses.push_back(static_cast<uint32_t>(out.rules.size()));
    Rule& own = out.rules.emplace_back();
    own.rule = &rule;
    for (const model::EndCondition& peer : rule.peers) own.peers.push_back(matcher_.compile(peer, cuts));
    for (const model::EndCondition& end : rule.own) {
      std::vector<AddressRange> ignored;
      own.own.push_back(matcher_.compile(end, ignored));
    }
  }
  return out;
}

// The selected policies of one pod in the order in which they are asked.
std::vector<TierIndex::Place> TierIndex::places(const std::vector<Selected>& selected, bool ingress) const {
  if (selected.empty()) return {};
  struct Key {
    int stage = 0;    // admin, tiers, baseline
    double tier = 0;  // order of the tier, and its name
    std::string name;
    double order = 0;
    std::string policy;  // Calico breaks ties by name
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::vector<Selected>> groups;
  Place cilium_denials{Step::denials, {}}, cilium_allowances{Step::allowances, {}}, default_end{Step::end_of_tier, {}};
  default_end.holds_kubernetes = true;
  std::map<std::pair<double, std::string>, Place> ends;  // of Calico's tiers
  for (Selected one : selected) {
    const TierPolicy& policy = *policies_[one.policy].policy;
    if (policy.dialect == TierPolicy::Dialect::cilium) {
      cilium_denials.policies.push_back(one);
      cilium_allowances.policies.push_back(one);
      if (ingress ? policy.ingress_default_deny : policy.egress_default_deny) default_end.policies.push_back(one);
    } else if (policy.dialect == TierPolicy::Dialect::calico) {
      const bool in_default = policy.tier == kDefaultName;
      double order = in_default ? kDefaultTier : kLast;
      bool pass_at_end = false;
      const auto tier = std::ranges::find(cluster_.policy_tiers, policy.tier, &model::PolicyTier::name);
      if (tier != cluster_.policy_tiers.end()) {
        if (!in_default) order = tier->order.value_or(kLast);
        pass_at_end = tier->pass_at_end;
      } else if (!in_default) {
        one.sure = one.sure && Tri::unknown;  // its tier is not there: where it stands is not known
        order = 0;
      }
      groups[{1, order, policy.tier, std::min(policy.order.value_or(kLast), kLast), policy.name}].push_back(one);
      if (in_default) {
        default_end.policies.push_back(one);
      } else {
        Place& end = ends[{order, policy.tier}];
        end.step = Step::end_of_tier;
        end.pass_at_end = pass_at_end;
        end.policies.push_back(one);
      }
    } else {
      groups[{policy.dialect == TierPolicy::Dialect::baseline ? 2 : 0, 0, "", policy.order.value_or(0), ""}].push_back(one);
    }
  }

  std::vector<Place> out;
  const auto add = [&](Place place) { out.push_back(std::move(place)); };
  auto group = groups.begin();
  for (; group != groups.end() && group->first.stage == 0; ++group) add({Step::rules, group->second});
  add({Step::end_of_admin, {}});
  const auto take_tier = [&](double tier, const std::string& name, double below) {
    for (; group != groups.end() && group->first.stage == 1 && group->first.tier == tier && group->first.name == name &&
           group->first.order < below;
         ++group)
      add({Step::rules, group->second});
  };
  auto end = ends.begin();
  const auto take_tiers = [&](bool before_default) {
    for (; end != ends.end() && (!before_default || end->first < std::pair{kDefaultTier, std::string(kDefaultName)}); ++end) {
      take_tier(end->first.first, end->first.second, kBehindAll);
      add(end->second);
    }
  };
  take_tiers(true);
  if (!cilium_denials.policies.empty()) add(std::move(cilium_denials));
  take_tier(kDefaultTier, kDefaultName, kKubernetesOrder);
  add({Step::kubernetes, {}});
  if (!cilium_allowances.policies.empty()) add(std::move(cilium_allowances));
  take_tier(kDefaultTier, kDefaultName, kBehindAll);
  add(std::move(default_end));
  take_tiers(false);
  for (; group != groups.end(); ++group) add({Step::rules, group->second});
  add({Step::end_of_admin, {}});  // what the baseline tier passes on is decided by nobody
  return out;
}

std::vector<uint32_t> TierIndex::taking(size_t pod, bool ingress) const {
  std::vector<uint32_t> out;
  if (empty()) return out;
  const PodClass& own = classes_[pod_class_[pod]];
  for (const Place& place : ingress ? own.ingress : own.egress) {
    for (const Selected& one : place.policies) out.push_back(one.policy);
  }
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

uint32_t TierIndex::sequence(size_t pod, bool ingress) const {
  if (empty()) return 0;
  const PodClass& own = classes_[pod_class_[pod]];
  return ingress ? own.ingress_sequence : own.egress_sequence;
}

Tri TierIndex::rule_matches(const Rule& rule, const Peer& other, size_t own) const {
  Tri far = model::tri(rule.rule->any_peer);
  for (const CompiledCondition& peer : rule.peers) {
    if (far == Tri::yes) break;
    far = far || matcher_.matches(peer, other, own);
  }
  for (const CompiledCondition& end : rule.own) {
    if (far == Tri::no) break;
    far = far && matcher_.matches(end, Peer::of_pod(own), own);
  }
  return far && (rule.rule->unknown.empty() ? Tri::yes : Tri::unknown);
}

void TierIndex::add_port(const model::TierPort& port, const Peer& to, Allowed& sum) const {
  for (const std::string_view protocol : Connections::kProtocols) {
    if (!port.protocol.empty() && port.protocol != protocol) continue;
    PortSet* certain = sum.certain.ports(protocol);
    PortSet* possible = sum.possible.ports(protocol);
    if (port.name.empty()) {
      certain->add({port.first, port.last});
      possible->add({port.first, port.last});
    } else if (to.kind == Peer::Kind::some_pod) {
      possible->add(PortRange{});
    } else if (to.kind == Peer::Kind::pod) {
      for (const model::Container& container : cluster_.pods[to.pod].spec.containers) {
        for (const model::ContainerPort& own : container.ports) {
          if (own.name != port.name || own.protocol != protocol) continue;
          certain->add({own.port, own.port});
          possible->add({own.port, own.port});
        }
      }
    }
  }
}

Allowed TierIndex::rule_ports(const TierRule& rule, const Peer& to) const {
  Allowed sum;
  if (rule.any_port) sum = {Connections::all(), Connections::all()};
  for (const model::TierPort& port : rule.ports) add_port(port, to, sum);
  if (!rule.not_ports.empty()) {
    Allowed out;
    for (const model::TierPort& port : rule.not_ports) add_port(port, to, out);
    sum.certain.remove(out.possible);
    sum.possible.remove(out.certain);
  }
  return sum;
}

void TierIndex::walk(const Place& place, bool ingress, const Peer& other, const Peer& to, size_t own, DialectMask enforced,
                     Flow& flow) const {
  struct Matched {
    uint32_t policy;
    TierRule::Action action;
    Tri match;
    Allowed ports;
  };
  std::vector<Matched> all;
  for (const Selected& one : place.policies) {
    const Policy& policy = policies_[one.policy];
    if ((enforced & bit(dialect_of(*policy.policy))) == 0) continue;
    const Section& section = ingress ? policy.ingress : policy.egress;
    const bool outside = other.kind == Peer::Kind::address;
    const size_t count = outside ? section.for_addresses.size() : section.rules.size();
    for (size_t i = 0; i < count; ++i) {
      const Rule& rule = section.rules[outside ? section.for_addresses[i] : i];
      const bool denial = rule.rule->action == TierRule::Action::deny;
      if ((place.step == Step::denials && !denial) || (place.step == Step::allowances && denial)) continue;
      const Tri match = one.sure && rule_matches(rule, other, own);
      if (match == Tri::no) continue;
      all.push_back({one.policy, rule.rule->action, match, rule_ports(*rule.rule, to)});
    }
  }
  // Policies that stand in one place: where two of them would decide differently, neither is sure to come first.
  if (place.step == Step::rules && place.policies.size() > 1) {
    std::vector<bool> contested(all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      for (size_t k = 0; k < all.size() && !contested[i]; ++k) {
        contested[i] = all[i].policy != all[k].policy && all[i].action != all[k].action &&
                       !all[i].ports.possible.intersect(all[k].ports.possible).empty();
      }
    }
    for (size_t i = 0; i < all.size(); ++i) {
      if (contested[i]) all[i].match = Tri::unknown;
    }
  }
  for (const Matched& one : all) flow.decide(one.action, one.match, one.ports);
}

Allowed TierIndex::side(size_t pod, bool ingress, const Peer& other, const Peer& to, const Isolation& kubernetes,
                        DialectMask enforced) const {
  Flow flow;
  const PodClass& own = classes_[pod_class_[pod]];
  const std::vector<Place>& places = ingress ? own.ingress : own.egress;
  const bool kubernetes_on = (enforced & bit(Dialect::kubernetes)) != 0;
  if (places.empty()) {
    if (!kubernetes_on) return {Connections::all(), Connections::all()};
    flow.decide(TierRule::Action::allow, Tri::yes, kubernetes.rules);
    flow.end_of_tier(kubernetes.isolated);
  }
  for (const Place& place : places) {
    switch (place.step) {
      case Step::end_of_admin: flow.rejoin(); break;
      case Step::kubernetes:
        // The rules of NetworkPolicies carry their own doubt: what they surely allow, and what they may.
        if (kubernetes_on) flow.decide(TierRule::Action::allow, Tri::yes, kubernetes.rules);
        break;
      case Step::end_of_tier: {
        Tri isolated = place.holds_kubernetes && kubernetes_on ? kubernetes.isolated : Tri::no;
        for (const Selected& one : place.policies) {
          if ((enforced & bit(dialect_of(*policies_[one.policy].policy))) != 0) isolated = isolated || one.sure;
        }
        flow.end_of_tier(place.pass_at_end ? Tri::no : isolated);
        break;
      }
      default: walk(place, ingress, other, to, pod, enforced, flow);
    }
  }
  flow.allowed.certain.add(flow.open.certain);
  flow.allowed.possible.add(flow.open.possible);
  return flow.allowed;
}

}  // namespace bulkhead::access::internal
