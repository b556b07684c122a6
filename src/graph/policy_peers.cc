#include "graph/internal/policy_peers.h"

#include <algorithm>

namespace bulkhead::graph {
namespace {

constexpr const char* kNameLabel = "kubernetes.io/metadata.name";  // set on every namespace by the API server

void sort_unique(std::vector<size_t>& list) {
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::vector<access::Address> addresses_of(const model::Pod& pod) {
  std::vector<access::Address> out;
  for (const std::string& text : pod.pod_ips) {
    if (const auto address = access::parse_address(text)) out.push_back(*address);
  }
  if (out.empty() && pod.spec.host_network) {
    if (const auto address = access::parse_address(pod.host_ip)) out.push_back(*address);
  }
  return out;
}

void append(PolicyPeers::Named& to, const PolicyPeers::Named& from) {
  to.templates.insert(to.templates.end(), from.templates.begin(), from.templates.end());
  to.host_classes.insert(to.host_classes.end(), from.host_classes.begin(), from.host_classes.end());
}

void settle(PolicyPeers::Named& one) {
  if (one.everybody) {
    one.templates.clear();
    one.host_classes.clear();
  }
  sort_unique(one.templates);
  sort_unique(one.host_classes);
}

// Might an address be in the block? One without address might be in any.
bool may_hold(const std::optional<access::AddressRange>& cidr, const std::vector<access::AddressRange>& except,
              const std::vector<access::Address>& addresses) {
  if (!cidr || addresses.empty()) return true;
  return std::ranges::any_of(addresses, [&](access::Address address) {
    return cidr->contains(address) && std::ranges::none_of(except, [&](const access::AddressRange& one) { return one.contains(address); });
  });
}

}  // namespace

PolicyPeers::PolicyPeers(const Builder& b) : b_(b) {
  for (const model::NetworkPolicy& policy : b.cluster.network_policies) by_namespace_[policy.meta.ns].push_back(&policy);
  for (size_t i = 0; i < b.templates.size(); ++i) {
    const model::Pod& pod = b.pod(b.templates[i].pod);
    all_.push_back(i);
    addresses_.push_back(addresses_of(pod));
    if (pod.spec.host_network) {
      for (const size_t c : b.templates[i].classes) {
        host_classes_.push_back(c);
        host_on_node_[b.classes[c].node].push_back(c);
      }
      continue;
    }
    for (const auto& [key, value] : pod.meta.labels) with_label_[{key, value}].push_back(i);
  }
  std::ranges::sort(host_classes_);
}

bool PolicyPeers::may_match(const model::LabelSelector& selector, const std::string& ns) const {
  if (!selector.valid() || selector.empty()) return true;
  const model::Namespace* found = b_.ns(ns);
  if (found == nullptr) return true;
  model::Labels labels = found->meta.labels;
  labels[kNameLabel] = ns;
  return selector.matches(labels);
}

void PolicyPeers::by_selectors(const model::NetworkPolicyPeer& peer, const std::string& policy_ns, Named& out) const {
  const model::LabelSelector* pods = peer.pod_selector && peer.pod_selector->valid() ? &*peer.pod_selector : nullptr;
  const auto take = [&](size_t t) {
    if (pods == nullptr || pods->matches(b_.pod(b_.templates[t].pod).meta.labels)) out.templates.push_back(t);
  };
  const auto whole = [&](const std::string& ns) {
    const auto at = b_.templates_of.find(ns);
    if (at == b_.templates_of.end()) return;
    for (const size_t t : at->second) take(t);
  };
  if (!peer.namespace_selector) return whole(policy_ns);
  const model::LabelSelector& spaces = *peer.namespace_selector;
  if (spaces.valid() && spaces.match_expressions.empty() && spaces.match_labels.size() == 1 && spaces.match_labels.contains(kNameLabel))
    return whole(spaces.match_labels.at(kNameLabel));
  if (pods != nullptr && !pods->match_labels.empty()) {
    // The rarest label first: few pods carry "app: prometheus".
    const std::vector<size_t>* rarest = nullptr;
    for (const auto& label : pods->match_labels) {
      const auto at = with_label_.find({label.first, label.second});
      if (at == with_label_.end()) return;
      if (rarest == nullptr || at->second.size() < rarest->size()) rarest = &at->second;
    }
    for (const size_t t : *rarest) {
      if (may_match(spaces, b_.templates[t].ns)) take(t);
    }
    return;
  }
  for (const auto& [ns, templates] : b_.templates_of) {
    if (may_match(spaces, ns)) whole(ns);
  }
}

void PolicyPeers::by_block(const model::IpBlock& block, Named& out) {
  std::string key = block.cidr;
  for (const std::string& one : block.except) key += " " + one;
  const auto [at, fresh] = blocks_.try_emplace(std::move(key));
  Named& found = at->second;
  if (fresh) {
    const auto cidr = access::parse_cidr(block.cidr);
    std::vector<access::AddressRange> except;
    for (const std::string& one : block.except) {
      if (const auto range = access::parse_cidr(one)) except.push_back(*range);
    }
    for (const size_t t : all_) {
      if (may_hold(cidr, except, addresses_[t])) found.templates.push_back(t);
    }
    for (const size_t c : host_classes_) {
      if (may_hold(cidr, except, addresses_of(b_.pod(b_.classes[c].pod)))) found.host_classes.push_back(c);
    }
  }
  if (found.templates.size() == all_.size()) {
    out.everybody = true;
    return;
  }
  append(out, found);
}

const PolicyPeers::Named& PolicyPeers::named(const model::NetworkPolicy& policy, bool ingress) {
  const auto [at, fresh] = named_[ingress].try_emplace(&policy);
  Named& out = at->second;
  if (!fresh) return out;
  for (const model::NetworkPolicyRule& rule : ingress ? policy.ingress : policy.egress) {
    out.everybody = out.everybody || rule.peers.empty();
    for (const model::NetworkPolicyPeer& peer : rule.peers) {
      if (peer.ip_block) {
        by_block(*peer.ip_block, out);
      } else if (peer.pod_selector || peer.namespace_selector) {
        by_selectors(peer, policy.meta.ns, out);
      } else {
        out.everybody = true;  // what an empty peer means is not known
      }
    }
  }
  settle(out);
  return out;
}

std::vector<const model::NetworkPolicy*> PolicyPeers::policies_of(size_t tmpl, bool ingress) const {
  std::vector<const model::NetworkPolicy*> out;
  const model::Pod& pod = b_.pod(b_.templates[tmpl].pod);
  const auto own = by_namespace_.find(pod.meta.ns);
  if (own == by_namespace_.end() || pod.spec.host_network) return out;
  for (const model::NetworkPolicy* policy : own->second) {
    if (!(ingress ? policy->ingress_isolated : policy->egress_isolated)) continue;
    if (!policy->pod_selector.valid() || policy->pod_selector.matches(pod.meta.labels)) out.push_back(policy);
  }
  return out;
}

PolicyPeers::Named PolicyPeers::collect(size_t tmpl, bool ingress) {
  Named out;
  for (const model::NetworkPolicy* policy : policies_of(tmpl, ingress)) {
    const Named& found = named(*policy, ingress);
    // Whether a policy with a selector that is not valid isolates this pod is not known.
    out.everybody = out.everybody || found.everybody || !policy->pod_selector.valid();
    append(out, found);
  }
  settle(out);
  return out;
}

std::vector<size_t> PolicyPeers::host_sources_of(size_t target) {
  Named found = collect(target, true);
  if (found.everybody) return host_classes_;
  for (const size_t c : b_.templates[target].classes) {
    const auto near = host_on_node_.find(b_.classes[c].node);
    if (near != host_on_node_.end()) found.host_classes.insert(found.host_classes.end(), near->second.begin(), near->second.end());
  }
  sort_unique(found.host_classes);
  return std::move(found.host_classes);
}

}  // namespace bulkhead::graph
