#include "access/internal/pair_table.h"

#include <algorithm>

namespace bulkhead::access::internal {

using model::Tri;

PairTable::PairTable(const PolicyIndex& policies, DialectMask enforced, std::vector<size_t> pods, const std::vector<AddressRange>& sources,
                     const std::vector<AddressRange>& targets)
    : policies_(policies), enforced_(enforced), pods_(std::move(pods)) {
  values_.push_back({Connections::all(), Connections::all()});
  values_.emplace_back();
  for (uint32_t i = 0; i < values_.size(); ++i) known_values_[values_[i].certain.text() + "|" + values_[i].possible.text()] = i;
  rule_set_.push_back(nullptr);

  std::map<std::string, uint32_t> port_sets{{"", 0}};
  for (Side* side : {&ingress_, &egress_}) {
    const bool ingress = side == &ingress_;
    std::vector<How>& how = ingress ? how_ingress_ : how_egress_;
    std::map<std::vector<uint32_t>, uint32_t> known{{{}, 0}};
    side->sets.emplace_back();
    for (const size_t pod : pods_) {
      side->ends.push_back(Peer::of_pod(pod));
      const PolicyIndex::PodClass& own = policies.classes_[policies.pod_class_[pod]];
      const std::vector<uint32_t>& sure = ingress ? own.ingress : own.egress;
      const std::vector<uint32_t>& unsure = ingress ? own.unsure_ingress : own.unsure_egress;
      const auto [entry, fresh] = known.try_emplace(sure, static_cast<uint32_t>(side->sets.size()));
      if (fresh) side->sets.push_back(sure);
      side->set_of_class.push_back(entry->second);
      const bool mapped = std::ranges::any_of(sure, [&](uint32_t number) {
        const PolicyIndex::Policy& policy = policies.policies_[number];
        return (ingress ? policy.ingress : policy.egress).map.used;
      });
      const bool kubernetes_on = (enforced & bit(Dialect::kubernetes)) != 0;
      if (policies.cluster_.pods[pod].spec.host_network) {
        how.push_back(How::open);
      } else if (!policies.policies_read_ || !unsure.empty() || policies.tiers_.sequence(pod, ingress) == TierIndex::kOwnSequence) {
        how.push_back(How::direct);
      } else if (mapped || !kubernetes_on || policies.tiers_.sequence(pod, ingress) != 0) {
        how.push_back(How::shared);
      } else {
        how.push_back(sure.empty() ? How::open : How::simple);
      }
    }
    for (const AddressRange& range : ingress ? sources : targets) side->ends.push_back(Peer::of_range(range));
    side->matched.resize(side->sets.size());
  }
  for (const size_t pod : pods_) {
    std::string text;
    for (const model::Container& container : policies.cluster_.pods[pod].spec.containers) {
      for (const model::ContainerPort& port : container.ports) {
        if (!port.name.empty()) text += port.name + ":" + std::to_string(port.port) + port.protocol + ";";
      }
    }
    ports_of_class_.push_back(port_sets.try_emplace(text, static_cast<uint32_t>(port_sets.size())).first->second);
  }
}

uint32_t PairTable::intern(const Allowed& allowed) {
  std::string key = allowed.certain.text() + "|" + allowed.possible.text();
  const auto [entry, fresh] = known_values_.try_emplace(std::move(key), static_cast<uint32_t>(values_.size()));
  if (fresh) values_.push_back(allowed);
  return entry->second;
}

uint32_t PairTable::rules_for(Side& side, bool ingress, uint32_t set, size_t far) {
  std::vector<uint32_t>& row = side.matched[set];
  if (row.empty()) row.assign(side.ends.size(), 0);
  if (row[far] != 0) return row[far];
  std::vector<RuleMatch> matches;
  for (const uint32_t number : side.sets[set]) {
    const PolicyIndex::Policy& policy = policies_.policies_[number];
    for (const PolicyIndex::CompiledRule& rule : (ingress ? policy.ingress : policy.egress).rules) {
      const Tri match = policies_.peer_matches(rule, policy.policy->meta.ns, side.ends[far]);
      if (match != Tri::no) matches.emplace_back(rule.rule, match == Tri::yes);
    }
  }
  const auto [entry, fresh] = rule_sets_.try_emplace(std::move(matches), static_cast<uint32_t>(rule_set_.size()));
  if (fresh) rule_set_.push_back(&entry->first);
  return row[far] = entry->second;
}

uint32_t PairTable::side(bool ingress, size_t own, size_t far, size_t target) {
  Side& side = ingress ? ingress_ : egress_;
  const How how = (ingress ? how_ingress_ : how_egress_)[own];
  if (how == How::open) return kEverything;
  const Peer& to = ingress ? side.ends[own] : side.ends[far];
  if (how == How::direct) {
    if (!policies_.policies_read_) return intern({{}, Connections::all()});
    return intern(policies_.one_side(pods_[own], ingress, side.ends[far], to, enforced_));
  }
  if (how == How::shared) {
    const uint32_t own_ports = ingress ? ports_of_class_[own] : 0;  // the target's named ports; of the far end they are its own
    const auto [entry, fresh] =
        shared_.try_emplace({ingress, policies_.tiers_.sequence(pods_[own], ingress), side.set_of_class[own], own_ports, far}, 0);
    if (fresh) entry->second = intern(policies_.one_side(pods_[own], ingress, side.ends[far], to, enforced_));
    return entry->second;
  }
  const uint32_t rules = rules_for(side, ingress, side.set_of_class[own], far);
  const uint32_t ports = to.kind == Peer::Kind::pod ? ports_of_class_[target] : UINT32_MAX;
  const auto [entry, fresh] = allowed_.try_emplace(static_cast<uint64_t>(rules) << 32 | ports, 0);
  if (fresh) {
    Allowed sum;
    for (const auto& [rule, sure] : *rule_set_[rules]) {
      const Allowed one = policies_.rule_ports(*rule, to);
      sum.possible.add(one.possible);
      if (sure) sum.certain.add(one.certain);
    }
    entry->second = intern(sum);
  }
  return entry->second;
}

uint32_t PairTable::combine(uint32_t egress, uint32_t ingress) {
  if (egress == kEverything) return ingress;
  if (ingress == kEverything) return egress;
  if (egress == kNothing || ingress == kNothing) return kNothing;
  const auto [entry, fresh] = combined_.try_emplace(static_cast<uint64_t>(egress) << 32 | ingress, 0);
  if (fresh) {
    const Allowed &a = values_[egress], &b = values_[ingress];
    entry->second = intern({a.certain.intersect(b.certain), a.possible.intersect(b.possible)});
  }
  return entry->second;
}

uint32_t PairTable::unite(uint32_t a, uint32_t b) {
  if (a == b || b == kNothing || a == kEverything) return a;
  if (a == kNothing || b == kEverything) return b;
  const auto [entry, fresh] = united_.try_emplace(static_cast<uint64_t>(a) << 32 | b, 0);
  if (fresh) {
    Allowed sum = values_[a];
    sum.certain.add(values_[b].certain);
    sum.possible.add(values_[b].possible);
    entry->second = intern(sum);
  }
  return entry->second;
}

uint32_t PairTable::between(size_t from_class, size_t to_class) {
  const uint32_t egress = side(false, from_class, to_class, to_class);
  if (egress == kNothing) return kNothing;
  return combine(egress, side(true, to_class, from_class, to_class));
}
uint32_t PairTable::from_source(size_t source, size_t to_class) { return side(true, to_class, pods_.size() + source, to_class); }
uint32_t PairTable::to_target(size_t from_class, size_t target) { return side(false, from_class, pods_.size() + target, 0); }

}  // namespace bulkhead::access::internal
