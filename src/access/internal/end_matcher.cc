#include "access/internal/end_matcher.h"

#include <algorithm>

namespace bulkhead::access::internal {

using model::EndSelector;
using model::Tri;
using Op = EndSelector::Op;
using Of = EndSelector::Of;

namespace {

constexpr const char* kNameLabel = "kubernetes.io/metadata.name";  // set on every namespace by the API server
constexpr const char* kCalicoName = "projectcalico.org/name";      // set on namespaces and service accounts by Calico

std::optional<std::string_view> find(const model::Labels& labels, const std::string& key) {
  const auto found = labels.find(key);
  if (found == labels.end()) return std::nullopt;
  return found->second;
}

Tri compare(const EndSelector& selector, std::optional<std::string_view> value) {
  if (!value) return Tri::no;
  const auto any = [&](auto test) { return model::tri(std::ranges::any_of(selector.values, test)); };
  switch (selector.op) {
    case Op::exists: return Tri::yes;
    case Op::in: return any([&](const std::string& v) { return *value == v; });
    case Op::contains: return any([&](const std::string& v) { return value->find(v) != std::string_view::npos; });
    case Op::starts: return any([&](const std::string& v) { return value->starts_with(v); });
    case Op::ends: return any([&](const std::string& v) { return value->ends_with(v); });
    default: return Tri::unknown;
  }
}

}  // namespace

// Exactly one of the three.
struct EndMatcher::Labelled {
  const model::Pod* pod = nullptr;
  const model::AddressGroup* group = nullptr;
  const model::Node* node = nullptr;
};

EndMatcher::EndMatcher(const model::Cluster& cluster, bool as_manifest_tools) : cluster_(cluster), as_manifest_tools_(as_manifest_tools) {
  const auto read = [&](std::string_view resource) {
    const model::ReadState state = cluster.list_state("", resource);
    return state == model::ReadState::read || (as_manifest_tools && state == model::ReadState::absent);
  };
  namespaces_read_ = read("namespaces");
  accounts_read_ = read("serviceaccounts");
  nodes_read_ = read("nodes");
  for (const model::Namespace& ns : cluster.namespaces) namespaces_[ns.meta.name] = &ns.meta.labels;
  for (const model::ServiceAccount& account : cluster.service_accounts)
    accounts_[{account.meta.ns, account.meta.name}] = &account.meta.labels;
  for (const model::Node& node : cluster.nodes) {
    nodes_[node.meta.name] = &node;
    for (const auto* list : {&node.internal_ips, &node.external_ips}) {
      for (const std::string& text : *list) {
        if (const auto address = parse_address(text)) node_addresses_.emplace(*address, &node);
      }
    }
  }
  for (const model::Pod& pod : cluster.pods) {
    std::vector<Address>& addresses = pod_addresses_.emplace_back();
    for (const std::string& text : pod.pod_ips) {
      if (const auto address = parse_address(text)) addresses.push_back(*address);
    }
    if (pod.spec.host_network && addresses.empty()) {
      if (const auto address = parse_address(pod.host_ip)) addresses.push_back(*address);
    }
  }
  for (const model::AddressGroup& group : cluster.address_groups) {
    std::vector<AddressRange>& ranges = group_ranges_.emplace_back();
    for (const std::string& text : group.cidrs) {
      auto range = parse_cidr(text);
      if (const auto address = parse_address(text); !range && address) range = AddressRange{*address, *address};
      if (range) ranges.push_back(*range);
    }
  }
}

CompiledCondition EndMatcher::compile(const model::EndCondition& condition, std::vector<AddressRange>& cuts) const {
  CompiledCondition out;
  out.condition = &condition;
  const auto read = [&](const std::vector<std::string>& texts, std::vector<AddressRange>& into) {
    for (const std::string& text : texts) {
      const auto range = parse_cidr(text);
      if (!range) {
        out.bad_cidr = true;
        continue;
      }
      into.push_back(*range);
      cuts.push_back(*range);
    }
  };
  read(condition.cidrs, out.cidrs);
  read(condition.except, out.except);
  const bool nodes_matter = condition.nodes || !condition.entity.empty() || !condition.cidrs_take_pods;
  if (nodes_matter) {
    for (const auto& [address, node] : node_addresses_) cuts.push_back({address, address});
  }
  if (condition.pods || condition.not_pods) {
    for (const auto& ranges : group_ranges_) cuts.insert(cuts.end(), ranges.begin(), ranges.end());
  }
  if (condition.entity.starts_with("world-")) cuts.push_back(*parse_cidr("::/0"));
  if (condition.ip_version == 6) cuts.push_back(*parse_cidr("::/0"));
  return out;
}

Tri EndMatcher::leaf(const EndSelector& selector, const Labelled& of) const {
  const std::string& ns = of.pod != nullptr ? of.pod->meta.ns : of.group != nullptr ? of.group->ns : std::string();
  switch (selector.of) {
    case Of::pod: {
      if (of.node != nullptr) return Tri::no;
      return compare(selector, find(of.pod != nullptr ? of.pod->meta.labels : of.group->labels, selector.key));
    }
    case Of::node: return of.node == nullptr ? Tri::no : compare(selector, find(of.node->meta.labels, selector.key));
    case Of::namespace_name: return ns.empty() ? Tri::no : compare(selector, ns);
    case Of::account_name: return of.pod == nullptr ? Tri::no : compare(selector, of.pod->spec.service_account);
    case Of::ns: {
      if (ns.empty()) return Tri::no;
      if (selector.key == kNameLabel || selector.key == kCalicoName) return compare(selector, ns);
      const auto found = namespaces_.find(ns);
      if (found != namespaces_.end()) return compare(selector, find(*found->second, selector.key));
      return namespaces_read_ ? Tri::no : Tri::unknown;
    }
    case Of::account: {
      if (of.pod == nullptr) return Tri::no;
      if (selector.key == kCalicoName) return compare(selector, of.pod->spec.service_account);
      const auto found = accounts_.find({ns, of.pod->spec.service_account});
      if (found != accounts_.end()) return compare(selector, find(*found->second, selector.key));
      return accounts_read_ ? Tri::no : Tri::unknown;
    }
  }
  return Tri::unknown;
}

Tri EndMatcher::evaluate(const EndSelector& selector, const Labelled& of) const {
  switch (selector.op) {
    case Op::everything: return Tri::yes;
    case Op::nothing: return Tri::no;
    case Op::unknown: return Tri::unknown;
    case Op::negate: return selector.parts.size() == 1 ? !evaluate(selector.parts[0], of) : Tri::unknown;
    case Op::all:
    case Op::any: {
      const bool all = selector.op == Op::all;
      Tri sum = model::tri(all);
      for (const EndSelector& part : selector.parts) {
        const Tri one = evaluate(part, of);
        sum = all ? sum && one : sum || one;
      }
      return sum;
    }
    default: return leaf(selector, of);
  }
}

Tri EndMatcher::selects(const EndSelector& selector, size_t pod) const { return evaluate(selector, {.pod = &cluster_.pods[pod]}); }

Tri EndMatcher::in_blocks(const CompiledCondition& c, const std::vector<Address>& addresses) const {
  const bool only_except = c.condition->cidrs.empty();
  if (addresses.empty()) return as_manifest_tools_ ? model::tri(only_except) : Tri::unknown;
  Tri any = Tri::no;
  for (const Address address : addresses) {
    const auto holds = [&](const std::vector<AddressRange>& ranges) {
      return std::ranges::any_of(ranges, [&](const AddressRange& r) { return r.contains(address); });
    };
    Tri one = model::tri((only_except || holds(c.cidrs)) && !holds(c.except));
    // A block that was not understood: it may have taken this address, or have been the exception that leaves it out.
    if (c.bad_cidr) one = Tri::unknown;
    any = any || one;
  }
  return any;
}

Tri EndMatcher::is_node(Address address, const model::Node** node) const {
  const auto found = node_addresses_.find(address);
  if (found != node_addresses_.end()) {
    *node = found->second;
    return Tri::yes;
  }
  return nodes_read_ ? Tri::no : Tri::unknown;
}

Tri EndMatcher::entity(const std::string& name, const Peer& peer, size_t own) const {
  if (name == "all") return Tri::yes;
  if (name == "none") return Tri::no;
  const bool world = name.starts_with("world");
  if (peer.kind == Peer::Kind::some_pod) return name == "cluster" ? Tri::yes : world ? Tri::no : Tri::unknown;
  const model::Node* node = nullptr;
  Tri on_node = Tri::no;
  if (peer.kind == Peer::Kind::pod) {
    const model::Pod& pod = cluster_.pods[peer.pod];
    if (name == "cluster") return Tri::yes;
    if (world || !pod.spec.host_network) return Tri::no;
    on_node = Tri::yes;
    const auto found = nodes_.find(pod.spec.node_name);
    if (found != nodes_.end()) node = found->second;
    const std::string& own_node = cluster_.pods[own].spec.node_name;
    const Tri here = pod.spec.node_name.empty() || own_node.empty() ? Tri::unknown : model::tri(pod.spec.node_name == own_node);
    if (name == "host") return here;
    if (name == "remote-node") return !here;
    return name == "kube-apiserver" || name == "ingress" ? Tri::unknown : Tri::no;
  }
  on_node = is_node(peer.range.first, &node);
  if (name == "cluster") return on_node;
  if (world) {
    const bool v4 = is_ipv4(peer.range);
    if ((name == "world-ipv4" && !v4) || (name == "world-ipv6" && v4)) return Tri::no;
    return !on_node;
  }
  if (name == "host" || name == "remote-node") {
    if (on_node != Tri::yes) return on_node;
    const std::string& own_node = cluster_.pods[own].spec.node_name;
    const Tri here = own_node.empty() ? Tri::unknown : model::tri(node->meta.name == own_node);
    return name == "host" ? here : !here;
  }
  return name == "kube-apiserver" || name == "ingress" ? Tri::unknown : Tri::no;
}

Tri EndMatcher::version(int wanted, const Peer& peer) const {
  if (wanted == 0) return Tri::yes;
  if (peer.kind == Peer::Kind::address) return model::tri(is_ipv4(peer.range) == (wanted == 4));
  if (peer.kind == Peer::Kind::some_pod) return Tri::unknown;
  bool have = false, other = false;
  for (const Address address : pod_addresses_[peer.pod]) (is_ipv4({address, address}) == (wanted == 4) ? have : other) = true;
  if (!have && !other) return as_manifest_tools_ && wanted == 4 ? Tri::yes : Tri::unknown;
  return have && other ? Tri::unknown : model::tri(have);
}

Tri EndMatcher::node_selected(const EndSelector& selector, const Peer& peer) const {
  if (peer.kind == Peer::Kind::some_pod) return Tri::unknown;
  const model::Node* node = nullptr;
  if (peer.kind == Peer::Kind::address) {
    const Tri on_node = is_node(peer.range.first, &node);
    return on_node == Tri::yes ? evaluate(selector, {.node = node}) : on_node;
  }
  const model::Pod& pod = cluster_.pods[peer.pod];
  if (!pod.spec.host_network) return Tri::no;
  const auto found = nodes_.find(pod.spec.node_name);
  if (found != nodes_.end()) return evaluate(selector, {.node = found->second});
  return as_manifest_tools_ && nodes_read_ ? Tri::no : Tri::unknown;
}

Tri EndMatcher::matches(const CompiledCondition& compiled, const Peer& peer, size_t own) const {
  const model::EndCondition& c = *compiled.condition;
  Tri match = c.unknown.empty() ? Tri::yes : Tri::unknown;
  const bool plain_pod = peer.kind == Peer::Kind::pod && !cluster_.pods[peer.pod].spec.host_network;
  const auto by_labels = [&](const EndSelector& selector) {
    if (plain_pod) return selects(selector, peer.pod);
    if (peer.kind == Peer::Kind::some_pod) {
      return selector.op == Op::everything ? Tri::yes : selector.op == Op::nothing ? Tri::no : Tri::unknown;
    }
    // Addresses with labels; an address that several sets hold is taken by any of them.
    Tri any = Tri::no;
    if (peer.kind == Peer::Kind::address) {
      for (size_t i = 0; i < group_ranges_.size(); ++i) {
        if (!std::ranges::any_of(group_ranges_[i], [&](const AddressRange& r) { return r.contains(peer.range.first); })) continue;
        any = any || evaluate(selector, {.group = &cluster_.address_groups[i]});
      }
    }
    return any;
  };
  if (c.pods) match = match && by_labels(*c.pods);
  if (c.not_pods) match = match && !by_labels(*c.not_pods);
  if (c.nodes) match = match && node_selected(*c.nodes, peer);
  if (!c.entity.empty()) match = match && entity(c.entity, peer, own);
  if (match == Tri::no) return match;
  if (!c.cidrs.empty() || !c.except.empty()) {
    if (peer.kind == Peer::Kind::address) {
      Tri in = in_blocks(compiled, {peer.range.first});
      const model::Node* node = nullptr;
      // Cilium does not take a node for an address outside, unless it is told to.
      if (!c.cidrs_take_pods && in == Tri::yes && is_node(peer.range.first, &node) == Tri::yes) in = Tri::unknown;
      match = match && in;
    } else if (peer.kind == Peer::Kind::some_pod) {
      match = match && (c.cidrs_take_pods ? Tri::unknown : Tri::no);
    } else if (c.cidrs_take_pods) {
      match = match && in_blocks(compiled, pod_addresses_[peer.pod]);
    } else {
      match = match && (plain_pod ? Tri::no : in_blocks(compiled, pod_addresses_[peer.pod]) && Tri::unknown);
    }
  }
  return match && version(c.ip_version, peer);
}

}  // namespace bulkhead::access::internal
