#include "access/network.h"

#include <algorithm>
#include <array>

#include "access/internal/exposure.h"
#include "access/internal/known_software.h"
#include "access/internal/network_impl.h"

namespace bulkhead::access {
namespace {

using internal::Enforcements;
using internal::Peer;
using model::Tri;

bool row_matches(const internal::CniRow& row, const std::string& ns, const model::Container& container) {
  if (container.kind != model::Container::Kind::regular || !internal::image_is(container.image, row.image)) return false;
  if (!row.ns.empty() && row.ns != ns) return false;
  const auto has = [&](const std::string& argument) {
    return std::ranges::find(container.args, argument) != container.args.end() ||
           std::ranges::find(container.command, argument) != container.command.end();
  };
  return (row.argument.empty() || has(row.argument)) && (row.argument_not.empty() || !has(row.argument_not));
}

Enforcements find_enforcement(const model::Cluster& cluster) {
  // yes over unknown over no: a cluster may run one plugin for addresses and another for policies. Only what runs on the
  // node's network counts, so that a pod that merely carries such an image changes nothing.
  Enforcements found;
  bool any = false;
  const auto look = [&](const std::string& ns, const model::PodSpec& spec) {
    if (!spec.host_network) return;
    for (const model::Container& container : spec.containers) {
      for (const internal::CniRow& row : internal::known_software().cnis) {
        if (!row_matches(row, ns, container)) continue;
        for (size_t i = 0; i < found.size(); ++i) {
          if (!any || row.enforces[i] > found[i].verdict) found[i] = {row.enforces[i], row.name};
        }
        any = true;
      }
    }
  };
  for (const model::Workload& workload : cluster.workloads) {
    if (workload.kind == "DaemonSet") look(workload.meta.ns, workload.spec);
  }
  for (const model::Pod& pod : cluster.pods) {
    if (internal::PolicyIndex::active(pod)) look(pod.meta.ns, pod.spec);
  }
  return found;
}

std::string tier_name(const model::TierPolicy& policy) {
  return policy.kind + " " + (policy.ns.empty() ? "" : policy.ns + "/") + policy.name;
}

std::vector<AddressRange> external_parts(const std::vector<AddressRange>& cidrs) {
  std::vector<AddressRange> parts = partition(all_ipv4(), cidrs);
  if (std::ranges::any_of(cidrs, [](const AddressRange& r) { return !is_ipv4(r); })) {
    const AddressRange below{0, all_ipv4().first - 1}, above{all_ipv4().last + 1, ~static_cast<Address>(0)};
    for (const AddressRange& half : {below, above}) {
      for (const AddressRange& part : partition(half, cidrs)) parts.push_back(part);
    }
  }
  return parts;
}

}  // namespace

Network::Impl::Impl(const model::Cluster& c, NetworkOptions options)
    : cluster(c), policies(c, options.as_manifest_tools), services(c), enforcement(find_enforcement(c)) {
  std::array<Tri, internal::kDialects> verdicts{};
  for (size_t i = 0; i < verdicts.size(); ++i) {
    verdicts[i] = enforcement[i].verdict;
    if (verdicts[i] != Tri::no) in_force = static_cast<internal::DialectMask>(in_force | internal::bit(static_cast<internal::Dialect>(i)));
  }
  policies.set_enforcement(verdicts);
  exposed = internal::find_exposures({c, policies, services});
}

// The policies that take a pod: "NetworkPolicy a/b, a/c, AdminNetworkPolicy d".
std::string Network::Impl::names(size_t pod, bool ingress) const {
  std::string text;
  for (const uint32_t number : ingress ? policies.ingress_of(pod) : policies.egress_of(pod)) {
    const model::ObjectMeta& meta = cluster.network_policies[number].meta;
    text += (text.empty() ? "NetworkPolicy " : ", ") + meta.ns + "/" + meta.name;
  }
  for (const uint32_t number : policies.tiers().taking(pod, ingress)) {
    text += (text.empty() ? "" : ", ") + tier_name(cluster.tier_policies[number]);
  }
  return text;
}

// The kinds of policies that are there and whose enforcement is `verdict`: "AdminNetworkPolicies (flannel)".
std::string Network::Impl::kinds(Tri verdict) const {
  std::string text;
  for (size_t i = 0; i < enforcement.size(); ++i) {
    const auto dialect = static_cast<internal::Dialect>(i);
    if (enforcement[i].verdict != verdict || (policies.dialects() & internal::bit(dialect)) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(internal::dialect_name(dialect));
    if (!enforcement[i].by.empty()) text += " (" + enforcement[i].by + ")";
  }
  return text;
}

Reach Network::Impl::reach(const Peer& from, const Peer& to, int32_t port, std::string_view protocol) const {
  const auto verdict_of = [&](const Allowed& allowed) {
    Tri sum = Tri::no;
    if (port != 0) {
      sum = internal::port_verdict(allowed, port, protocol);
    } else if (to.kind == Peer::Kind::pod && !services.listening(to.pod).empty()) {
      for (const auto& [declared, over] : services.listening(to.pod)) sum = sum || internal::port_verdict(allowed, declared, over);
    } else {
      sum = !allowed.certain.empty() ? Tri::yes : !allowed.possible.empty() ? Tri::unknown : Tri::no;
    }
    return sum;
  };
  const Tri verdict = verdict_of(policies.effective(from, to));
  const bool by_egress_policies = from.kind == Peer::Kind::pod && policies.isolates(from.pod, false);
  const bool by_ingress_policies = to.kind == Peer::Kind::pod && policies.isolates(to.pod, true);
  const auto admitting = [&] { return by_ingress_policies ? names(to.pod, true) : names(from.pod, false); };
  const bool simple = policies.tiers().dialects() == 0;
  const Tri word = simple && enforcement[0].verdict == Tri::yes ? verdict : verdict_of(policies.allowed(from, to));
  if (verdict == Tri::yes && word == Tri::yes) {
    if (!by_egress_policies && !by_ingress_policies) return {Tri::yes, "no NetworkPolicy isolates either end"};
    return {Tri::yes, "admitted by " + admitting()};
  }
  if (!policies.policies_read()) return {verdict, "NetworkPolicies were not read"};
  // Name the side that cuts: the egress of the source, else the ingress of the target.
  bool by_egress = false;
  if (word == Tri::no && by_egress_policies) {
    const Allowed out = policies.allowed(from, to.kind == Peer::Kind::pod && by_ingress_policies ? Peer::unknown_pod() : to);
    by_egress = !by_ingress_policies || (port != 0 && !out.possible.contains(port, protocol));
  }
  if (word == Tri::unknown) return {verdict, "a rule of " + admitting() + " cannot be decided"};
  const std::string cutting = by_egress
                                  ? names(from.pod, false) + " (no egress rule admits it)"
                                  : (by_ingress_policies ? names(to.pod, true) : names(from.pod, false)) + " (no ingress rule admits it)";
  if (verdict == Tri::yes) {
    return {Tri::yes, simple ? enforcement[0].by + " does not enforce " + cutting
                             : "not enforced here: " + kinds(Tri::no) + "; else cut by " + cutting};
  }
  if (verdict == Tri::unknown) {
    return {Tri::unknown, simple ? "cut by " + cutting + ", but nothing known enforces policies"
                                 : "policies of " + cutting + "; whether these are enforced is not known: " + kinds(Tri::unknown)};
  }
  return {Tri::no, cutting};
}

Network::Network(const model::Cluster& cluster, NetworkOptions options) : impl_(std::make_unique<Impl>(cluster, options)) {}
Network::~Network() = default;
Network::Network(Network&&) noexcept = default;

Reach Network::pod_to_pod(size_t from, size_t to, int32_t port, std::string_view protocol) const {
  return impl_->reach(Peer::of_pod(from), Peer::of_pod(to), port, protocol);
}

Reach Network::ip_to_pod(std::string_view ip, size_t to, int32_t port, std::string_view protocol) const {
  const auto address = parse_address(ip);
  if (!address) return {Tri::unknown, "not an address: " + std::string(ip)};
  return impl_->reach(Peer::of_range({*address, *address}), Peer::of_pod(to), port, protocol);
}

Reach Network::pod_to_ip(size_t from, std::string_view ip, int32_t port, std::string_view protocol) const {
  const auto address = parse_address(ip);
  if (!address) return {Tri::unknown, "not an address: " + std::string(ip)};
  return impl_->reach(Peer::of_pod(from), Peer::of_range({*address, *address}), port, protocol);
}

const std::vector<Exposure>& Network::exposures() const { return impl_->exposed.exposures; }
const std::vector<Network::Backend>& Network::backends() const { return impl_->exposed.backends; }

Allowed Network::policy_pod_to_pod(size_t from, size_t to) const { return impl_->word(Peer::of_pod(from), Peer::of_pod(to)); }
Allowed Network::policy_range_to_pod(const AddressRange& from, size_t to) const {
  return impl_->word(Peer::of_range(from), Peer::of_pod(to));
}
Allowed Network::policy_pod_to_range(size_t from, const AddressRange& to) const {
  return impl_->word(Peer::of_pod(from), Peer::of_range(to));
}
Allowed Network::policy_from_unknown_pod(size_t to) const { return impl_->word(Peer::unknown_pod(), Peer::of_pod(to)); }

std::vector<AddressRange> Network::external_sources() const { return external_parts(impl_->policies.ingress_cidrs()); }
std::vector<AddressRange> Network::external_targets() const { return external_parts(impl_->policies.egress_cidrs()); }

std::vector<std::string> Network::ingress_policies(size_t pod) const {
  std::vector<std::string> names;
  for (const uint32_t number : impl_->policies.ingress_of(pod)) {
    names.push_back(impl_->cluster.network_policies[number].meta.ns + "/" + impl_->cluster.network_policies[number].meta.name);
  }
  for (const uint32_t number : impl_->policies.tiers().taking(pod, true)) names.push_back(tier_name(impl_->cluster.tier_policies[number]));
  return names;
}

std::vector<std::string> Network::egress_policies(size_t pod) const {
  std::vector<std::string> names;
  for (const uint32_t number : impl_->policies.egress_of(pod)) {
    names.push_back(impl_->cluster.network_policies[number].meta.ns + "/" + impl_->cluster.network_policies[number].meta.name);
  }
  for (const uint32_t number : impl_->policies.tiers().taking(pod, false)) names.push_back(tier_name(impl_->cluster.tier_policies[number]));
  return names;
}

Tri Network::enforced() const {
  const std::vector<Enforced> all = enforcement();
  if (all.empty()) return impl_->enforcement[0].verdict;
  return std::ranges::max(all, {}, &Enforced::verdict).verdict;
}
std::string Network::enforced_by() const { return impl_->enforcement[0].by; }

std::vector<Network::Enforced> Network::enforcement() const {
  std::vector<Enforced> out;
  for (size_t i = 0; i < internal::kDialects; ++i) {
    const auto dialect = static_cast<internal::Dialect>(i);
    if ((impl_->policies.dialects() & internal::bit(dialect)) == 0) continue;
    out.push_back({internal::dialect_name(dialect), impl_->enforcement[i].verdict, impl_->enforcement[i].by});
  }
  return out;
}

std::vector<std::pair<int32_t, std::string>> Network::listening_ports(size_t pod) const { return impl_->services.listening(pod); }

}  // namespace bulkhead::access
