#include "access/internal/policy_index.h"

#include <algorithm>

namespace bulkhead::access::internal {
namespace {

using model::Tri;

constexpr const char* kNameLabel = "kubernetes.io/metadata.name";  // set on every namespace by the API server

constexpr size_t kLongList = 32;           // rules from which on a map of them pays
constexpr size_t kMapEntries = 4'000'000;  // of one map; a list that needs more is looked at whole

Tri selects(const model::LabelSelector& selector, const model::Labels& labels) {
  if (selector.valid()) return model::tri(selector.matches(labels));
  return Tri::unknown;  // the API server refuses such a selector; what was meant is not known
}

}  // namespace

PolicyIndex::PolicyIndex(const model::Cluster& cluster, bool as_manifest_tools)
    : cluster_(cluster), tiers_(cluster, as_manifest_tools), as_manifest_tools_(as_manifest_tools) {
  // Absent: no such API, or no such manifest; then there is no policy.
  const model::ReadState policy_list = cluster.list_state("networking.k8s.io", "networkpolicies");
  policies_read_ = policy_list == model::ReadState::read || policy_list == model::ReadState::absent;
  for (const model::ResourceRead& read : cluster.reads) {
    const bool add_on = read.group == "policy.networking.k8s.io" || read.group == "cilium.io" || read.group.ends_with("projectcalico.org");
    if (add_on && read.state != model::ReadState::read && read.state != model::ReadState::absent) policies_read_ = false;
  }
  ingress_cidrs_ = tiers_.ingress_cidrs();
  egress_cidrs_ = tiers_.egress_cidrs();
  // Manifests often leave the Namespace objects out; tools that read manifests take such a namespace as one without labels.
  const model::ReadState namespace_list = cluster.list_state("", "namespaces");
  namespaces_read_ = namespace_list == model::ReadState::read || (as_manifest_tools && namespace_list == model::ReadState::absent);
  for (const model::Namespace& ns : cluster.namespaces) {
    model::Labels& labels = namespaces_[ns.meta.name];
    labels = ns.meta.labels;
    labels[kNameLabel] = ns.meta.name;
  }
  std::map<std::string_view, std::vector<uint32_t>> by_namespace;
  for (const model::NetworkPolicy& policy : cluster.network_policies) {
    by_namespace[policy.meta.ns].push_back(static_cast<uint32_t>(policies_.size()));
    policies_.push_back({&policy, compile(policy.ingress, ingress_cidrs_), compile(policy.egress, egress_cidrs_)});
  }

  std::map<std::pair<std::string_view, const model::Labels*>, uint32_t,
           decltype([](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : *a.second < *b.second; })>
      known;
  constexpr uint32_t kNotIsolated = 0;  // class of the pods that policies do not apply to
  classes_.emplace_back();
  for (const model::Pod& pod : cluster.pods) {
    std::vector<Address>& addresses = pod_addresses_.emplace_back();
    for (const std::string& text : pod.pod_ips) {
      if (const auto address = parse_address(text)) addresses.push_back(*address);
    }
    if (pod.spec.host_network) {
      if (const auto address = parse_address(pod.host_ip); address && addresses.empty()) addresses.push_back(*address);
      pod_class_.push_back(kNotIsolated);
      continue;
    }
    const auto [entry, fresh] = known.try_emplace({pod.meta.ns, &pod.meta.labels}, static_cast<uint32_t>(classes_.size()));
    pod_class_.push_back(entry->second);
    if (!fresh) continue;
    PodClass& own = classes_.emplace_back();
    const auto policies = by_namespace.find(pod.meta.ns);
    if (policies == by_namespace.end()) continue;
    for (const uint32_t number : policies->second) {
      const model::NetworkPolicy& policy = *policies_[number].policy;
      const Tri selected = selects(policy.pod_selector, pod.meta.labels);
      if (selected == Tri::no) continue;
      if (policy.ingress_isolated) (selected == Tri::yes ? own.ingress : own.unsure_ingress).push_back(number);
      if (policy.egress_isolated) (selected == Tri::yes ? own.egress : own.unsure_egress).push_back(number);
    }
  }
}

PolicyIndex::Section PolicyIndex::compile(const std::vector<model::NetworkPolicyRule>& rules, std::vector<AddressRange>& cidrs) {
  Section section;
  std::vector<CompiledRule>& compiled = section.rules;
  compiled.reserve(rules.size());
  for (const model::NetworkPolicyRule& rule : rules) {
    CompiledRule& own = compiled.emplace_back();
    own.rule = &rule;
    for (const model::NetworkPolicyPeer& peer : rule.peers) {
      if (!peer.ip_block) continue;
      Block& block = own.blocks.emplace_back();
      block.cidr = parse_cidr(peer.ip_block->cidr);
      if (block.cidr) cidrs.push_back(*block.cidr);
      for (const std::string& text : peer.ip_block->except) {
        const auto range = parse_cidr(text);
        if (range) {
          block.except.push_back(*range);
          cidrs.push_back(*range);
        } else {
          block.bad_except = true;
        }
      }
    }
  }
  section.map = map_rules(compiled);
  return section;
}

PolicyIndex::RuleMap PolicyIndex::map_rules(const std::vector<CompiledRule>& rules) {
  RuleMap map;
  if (rules.size() < kLongList) return map;
  struct Edge {
    Address at;
    uint32_t rule;
    bool opens;
  };
  std::vector<Edge> edges;
  for (uint32_t number = 0; number < rules.size(); ++number) {
    const CompiledRule& rule = rules[number];
    bool anywhere = rule.rule->peers.empty(), selecting = false;
    for (const model::NetworkPolicyPeer& peer : rule.rule->peers) {
      selecting = selecting || peer.pod_selector || peer.namespace_selector;
      anywhere = anywhere || (!peer.ip_block && !peer.pod_selector && !peer.namespace_selector);
    }
    for (const Block& block : rule.blocks) {
      anywhere = anywhere || !block.cidr;
      if (!block.cidr) continue;
      edges.push_back({block.cidr->first, number, true});
      if (block.cidr->last != ~static_cast<Address>(0)) edges.push_back({block.cidr->last + 1, number, false});
    }
    if (anywhere) map.anywhere.push_back(number);
    if (selecting && !anywhere) map.selecting.push_back(number);
  }
  std::ranges::sort(edges, {}, &Edge::at);
  std::map<uint32_t, int> open;  // rule → its blocks that are open here
  size_t kept = 0;
  map.starts.push_back(0);
  map.rules.emplace_back();
  for (size_t i = 0; i < edges.size();) {
    const Address at = edges[i].at;
    for (; i < edges.size() && edges[i].at == at; ++i) {
      int& count = open[edges[i].rule];
      count += edges[i].opens ? 1 : -1;
      if (count == 0) open.erase(edges[i].rule);
    }
    kept += open.size();
    if (kept > kMapEntries) return {};
    if (map.starts.back() != at) {
      map.starts.push_back(at);
      map.rules.emplace_back();
    }
    map.rules.back().clear();
    for (const auto& [rule, count] : open) map.rules.back().push_back(rule);
  }
  map.used = true;
  return map;
}

Tri PolicyIndex::block_matches(const Block& block, const Peer& peer) const {
  if (!block.cidr) return Tri::unknown;
  const auto one = [&](Address address) {
    if (!block.cidr->contains(address)) return Tri::no;
    for (const AddressRange& except : block.except) {
      if (except.contains(address)) return Tri::no;
    }
    return block.bad_except ? Tri::unknown : Tri::yes;
  };
  if (peer.kind == Peer::Kind::address) return one(peer.range.first);
  if (peer.kind == Peer::Kind::some_pod) return Tri::unknown;
  if (pod_addresses_[peer.pod].empty()) return as_manifest_tools_ ? Tri::no : Tri::unknown;
  Tri any = Tri::no;
  for (const Address address : pod_addresses_[peer.pod]) any = any || one(address);
  return any;
}

Tri PolicyIndex::namespace_matches(const model::LabelSelector& selector, const std::string& ns) const {
  if (!selector.valid()) return Tri::unknown;
  if (selector.empty()) return Tri::yes;
  const auto found = namespaces_.find(ns);
  if (found != namespaces_.end()) return model::tri(selector.matches(found->second));
  // A namespace without an object: only its name is known. Where the list was read whole, it has no other label.
  const bool by_name_only = std::ranges::all_of(selector.match_labels, [](const auto& l) { return l.first == kNameLabel; }) &&
                            std::ranges::all_of(selector.match_expressions, [](const auto& e) { return e.key == kNameLabel; });
  if (by_name_only || namespaces_read_) return model::tri(selector.matches({{kNameLabel, ns}}));
  return Tri::unknown;
}

Tri PolicyIndex::peer_matches(const CompiledRule& compiled, const std::string& policy_ns, const Peer& peer) const {
  const model::NetworkPolicyRule& rule = *compiled.rule;
  if (rule.peers.empty()) return Tri::yes;
  const model::Pod* pod = peer.kind == Peer::Kind::pod ? &cluster_.pods[peer.pod] : nullptr;
  Tri any = Tri::no;
  size_t block = 0;
  for (const model::NetworkPolicyPeer& wanted : rule.peers) {
    if (any == Tri::yes) break;
    if (wanted.ip_block) {
      any = any || block_matches(compiled.blocks[block++], peer);
      continue;
    }
    if (!wanted.pod_selector && !wanted.namespace_selector) {
      any = any || Tri::unknown;  // an empty peer is refused by the API server
      continue;
    }
    if (peer.kind == Peer::Kind::some_pod) {
      // Nothing is known of its labels or namespace: only the selectors that take everything are sure to take it.
      const bool everything =
          wanted.namespace_selector && wanted.namespace_selector->empty() && (!wanted.pod_selector || wanted.pod_selector->empty());
      any = any || (everything ? Tri::yes : Tri::unknown);
      continue;
    }
    if (pod == nullptr || pod->spec.host_network) continue;
    const Tri in_namespace =
        wanted.namespace_selector ? namespace_matches(*wanted.namespace_selector, pod->meta.ns) : model::tri(pod->meta.ns == policy_ns);
    if (in_namespace == Tri::no) continue;
    any = any || (in_namespace && (wanted.pod_selector ? selects(*wanted.pod_selector, pod->meta.labels) : Tri::yes));
  }
  return any;
}

Allowed PolicyIndex::rule_ports(const model::NetworkPolicyRule& rule, const Peer& to) const {
  if (rule.ports.empty()) return {Connections::all(), Connections::all()};
  Allowed allowed;
  for (const model::NetworkPolicyPort& port : rule.ports) {
    PortSet* certain = allowed.certain.ports(port.protocol);
    PortSet* possible = allowed.possible.ports(port.protocol);
    if (certain == nullptr) {
      allowed.possible = Connections::all();  // a protocol that this version of the API does not know
      continue;
    }
    if (port.port.number) {
      const PortRange range{*port.port.number, port.end_port.value_or(*port.port.number)};
      certain->add(range);
      possible->add(range);
    } else if (port.port.name.empty()) {
      certain->add(PortRange{});
      possible->add(PortRange{});
    } else if (to.kind == Peer::Kind::some_pod) {
      possible->add(PortRange{});
    } else if (to.kind == Peer::Kind::pod) {
      for (const model::Container& container : cluster_.pods[to.pod].spec.containers) {
        for (const model::ContainerPort& own : container.ports) {
          if (own.name != port.port.name || own.protocol != port.protocol) continue;
          certain->add({own.port, own.port});
          possible->add({own.port, own.port});
        }
      }
    }
  }
  return allowed;
}

void PolicyIndex::add_rules(const Section& section, const std::string& policy_ns, const Peer& other, const Peer& to, Allowed& sum) const {
  const auto add = [&](const CompiledRule& rule) {
    const Tri match = peer_matches(rule, policy_ns, other);
    if (match == Tri::no) return;
    const Allowed ports = rule_ports(*rule.rule, to);
    sum.possible.add(ports.possible);
    if (match == Tri::yes) sum.certain.add(ports.certain);
  };
  const RuleMap& map = section.map;
  const bool placed =
      other.kind == Peer::Kind::address || (other.kind == Peer::Kind::pod && (as_manifest_tools_ || !pod_addresses_[other.pod].empty()));
  if (!map.used || !placed) {
    for (const CompiledRule& rule : section.rules) add(rule);
    return;
  }
  // A rule that is met twice adds the same twice.
  for (const uint32_t number : map.anywhere) add(section.rules[number]);
  const auto add_over = [&](Address address) {
    const auto piece = std::ranges::upper_bound(map.starts, address) - map.starts.begin() - 1;
    for (const uint32_t number : map.rules[static_cast<size_t>(piece)]) add(section.rules[number]);
  };
  if (other.kind == Peer::Kind::address) {
    add_over(other.range.first);
    return;
  }
  for (const uint32_t number : map.selecting) add(section.rules[number]);
  for (const Address address : pod_addresses_[other.pod]) add_over(address);
}

Isolation PolicyIndex::isolation(size_t pod, bool ingress, const Peer& other, const Peer& to) const {
  const PodClass& own = classes_[pod_class_[pod]];
  const std::vector<uint32_t>& sure = ingress ? own.ingress : own.egress;
  const std::vector<uint32_t>& unsure = ingress ? own.unsure_ingress : own.unsure_egress;
  Isolation out;
  const auto add = [&](uint32_t number, Allowed& into) {
    const Policy& policy = policies_[number];
    add_rules(ingress ? policy.ingress : policy.egress, policy.policy->meta.ns, other, to, into);
  };
  for (const uint32_t number : sure) add(number, out.rules);
  Allowed more;
  for (const uint32_t number : unsure) add(number, more);
  out.rules.possible.add(more.possible);
  out.isolated = !sure.empty() ? Tri::yes : !unsure.empty() ? Tri::unknown : Tri::no;
  return out;
}

Allowed PolicyIndex::one_side(size_t pod, bool ingress, const Peer& other, const Peer& to, DialectMask enforced) const {
  const bool kubernetes_on = (enforced & bit(Dialect::kubernetes)) != 0;
  if ((tiers_.dialects() & enforced) != 0) {
    return tiers_.side(pod, ingress, other, to, kubernetes_on ? isolation(pod, ingress, other, to) : Isolation(), enforced);
  }
  const PodClass& own = classes_[pod_class_[pod]];
  const std::vector<uint32_t>& sure = ingress ? own.ingress : own.egress;
  const std::vector<uint32_t>& unsure = ingress ? own.unsure_ingress : own.unsure_egress;
  if (!kubernetes_on || (sure.empty() && unsure.empty())) return {Connections::all(), Connections::all()};
  if (!sure.empty()) return isolation(pod, ingress, other, to).rules;
  // Isolated by unsure policies only, if at all: certain is what they would allow if they all applied … and if fewer did,
  // more would be allowed, so only what each of them alone allows is certain.
  Connections certain = Connections::all();
  for (const uint32_t number : unsure) {
    Allowed one;
    const Policy& policy = policies_[number];
    add_rules(ingress ? policy.ingress : policy.egress, policy.policy->meta.ns, other, to, one);
    certain = certain.intersect(one.certain);
  }
  return {certain, Connections::all()};
}

Allowed PolicyIndex::allowed(const Peer& from, const Peer& to, DialectMask enforced) const {
  const Allowed everything{Connections::all(), Connections::all()};
  const bool both_pods = from.kind == Peer::Kind::pod && to.kind == Peer::Kind::pod;
  if (both_pods) {
    if (from.pod == to.pod) return everything;
    const model::Pod& source = cluster_.pods[from.pod];
    const model::Pod& target = cluster_.pods[to.pod];
    const std::string& node = source.spec.node_name;
    if (source.spec.host_network && !node.empty() && node == target.spec.node_name) return everything;
  }
  const bool from_isolable = from.kind == Peer::Kind::pod && !cluster_.pods[from.pod].spec.host_network;
  const bool to_isolable = to.kind == Peer::Kind::pod && !cluster_.pods[to.pod].spec.host_network;
  Allowed allowed = everything;
  if (from_isolable) allowed = one_side(from.pod, false, to, to, enforced);
  if (to_isolable) {
    const Allowed ingress = one_side(to.pod, true, from, to, enforced);
    allowed = {allowed.certain.intersect(ingress.certain), allowed.possible.intersect(ingress.possible)};
  }
  if (!policies_read_ && (from_isolable || to_isolable)) return {{}, Connections::all()};
  return allowed;
}

DialectMask PolicyIndex::dialects() const {
  return static_cast<DialectMask>(tiers_.dialects() | (policies_.empty() ? 0 : bit(Dialect::kubernetes)));
}

bool PolicyIndex::isolates(size_t pod, bool ingress) const {
  const PodClass& own = classes_[pod_class_[pod]];
  return !(ingress ? own.ingress : own.egress).empty() || !(ingress ? own.unsure_ingress : own.unsure_egress).empty() ||
         !tiers_.taking(pod, ingress).empty();
}

Allowed PolicyIndex::effective(const Peer& from, const Peer& to) const {
  if (tiers_.dialects() == 0) {
    const Tri enforced = enforced_[static_cast<size_t>(Dialect::kubernetes)];
    if (enforced == Tri::no && policies_read_) return {Connections::all(), Connections::all()};
    Allowed one = allowed(from, to);
    if (enforced != Tri::yes) one.possible = Connections::all();
    return one;
  }
  DialectMask sure = 0;
  std::vector<Dialect> open;  // of which it is not known whether anything enforces them
  for (size_t i = 0; i < kDialects; ++i) {
    const auto dialect = static_cast<Dialect>(i);
    if ((dialects() & bit(dialect)) == 0) continue;
    if (enforced_[i] == Tri::yes) sure = static_cast<DialectMask>(sure | bit(dialect));
    if (enforced_[i] == Tri::unknown) open.push_back(dialect);
  }
  Allowed sum;
  for (unsigned world = 0; world < 1U << open.size(); ++world) {
    DialectMask mask = sure;
    for (size_t i = 0; i < open.size(); ++i) {
      if ((world >> i & 1U) != 0) mask = static_cast<DialectMask>(mask | bit(open[i]));
    }
    const Allowed one = allowed(from, to, mask);
    if (world == 0) {
      sum = one;
    } else {
      sum.certain = sum.certain.intersect(one.certain);
      sum.possible.add(one.possible);
    }
  }
  return sum;
}

}  // namespace bulkhead::access::internal
