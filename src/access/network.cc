#include "access/network.h"

#include <algorithm>

#include "access/internal/exposure.h"
#include "access/internal/known_software.h"
#include "access/internal/policy_index.h"
#include "access/internal/services.h"

namespace bulkhead::access {
namespace {

using internal::Peer;
using model::Tri;

struct Enforcement {
  Tri verdict = Tri::unknown;
  std::string by;
};

bool row_matches(const internal::CniRow& row, const std::string& ns, const model::Container& container) {
  if (container.kind != model::Container::Kind::regular || !internal::image_is(container.image, row.image)) return false;
  if (!row.ns.empty() && row.ns != ns) return false;
  const auto has = [&](const std::string& argument) {
    return std::ranges::find(container.args, argument) != container.args.end() ||
           std::ranges::find(container.command, argument) != container.command.end();
  };
  return (row.argument.empty() || has(row.argument)) && (row.argument_not.empty() || !has(row.argument_not));
}

Enforcement find_enforcement(const model::Cluster& cluster) {
  // yes over unknown over no: a cluster may run one plugin for addresses and another for policies. Only what runs on the
  // node's network counts, so that a pod that merely carries such an image changes nothing.
  Enforcement found;
  bool any = false;
  const auto look = [&](const std::string& ns, const model::PodSpec& spec) {
    if (!spec.host_network) return;
    for (const model::Container& container : spec.containers) {
      for (const internal::CniRow& row : internal::known_software().cnis) {
        if ((any && row.enforces <= found.verdict) || !row_matches(row, ns, container)) continue;
        found = {row.enforces, row.name};
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

struct Network::Impl {
  Impl(const model::Cluster& c, NetworkOptions options)
      : cluster(c),
        policies(c, options.as_manifest_tools),
        services(c),
        enforcement(find_enforcement(c)),
        exposed(internal::find_exposures({c, policies, services, enforcement.verdict})) {}

  Reach reach(const Peer& from, const Peer& to, int32_t port, std::string_view protocol) const;
  std::string names(const std::vector<uint32_t>& numbers) const;

  const model::Cluster& cluster;
  internal::PolicyIndex policies;
  internal::ServiceIndex services;
  Enforcement enforcement;
  internal::ExposureResult exposed;
};

std::string Network::Impl::names(const std::vector<uint32_t>& numbers) const {
  std::string text;
  for (const uint32_t number : numbers) {
    const model::ObjectMeta& meta = cluster.network_policies[number].meta;
    text += (text.empty() ? "NetworkPolicy " : ", ") + meta.ns + "/" + meta.name;
  }
  return text;
}

Reach Network::Impl::reach(const Peer& from, const Peer& to, int32_t port, std::string_view protocol) const {
  const Allowed allowed = policies.allowed(from, to);
  Tri by_policies = Tri::no;
  const auto ask = [&](int32_t p, std::string_view over) {
    by_policies = by_policies || (allowed.certain.contains(p, over)    ? Tri::yes
                                  : allowed.possible.contains(p, over) ? Tri::unknown
                                                                       : Tri::no);
  };
  if (port != 0) {
    ask(port, protocol);
  } else if (to.kind == Peer::Kind::pod && !services.listening(to.pod).empty()) {
    for (const auto& [declared, over] : services.listening(to.pod)) ask(declared, over);
  } else {
    by_policies = !allowed.certain.empty() ? Tri::yes : !allowed.possible.empty() ? Tri::unknown : Tri::no;
  }

  const std::vector<uint32_t> none;
  const std::vector<uint32_t>& egress = from.kind == Peer::Kind::pod ? policies.egress_of(from.pod) : none;
  const std::vector<uint32_t>& ingress = to.kind == Peer::Kind::pod ? policies.ingress_of(to.pod) : none;
  if (by_policies == Tri::yes) {
    if (egress.empty() && ingress.empty()) return {Tri::yes, "no NetworkPolicy isolates either end"};
    return {Tri::yes, "admitted by " + names(!ingress.empty() ? ingress : egress)};
  }
  if (!policies.policies_read()) return {Tri::unknown, "NetworkPolicies were not read"};
  // Name the side that cuts: the egress of the source, else the ingress of the target.
  bool by_egress = false;
  if (by_policies == Tri::no && !egress.empty()) {
    const Allowed out = policies.allowed(from, to.kind == Peer::Kind::pod && !ingress.empty() ? Peer::unknown_pod() : to);
    by_egress = ingress.empty() || (port != 0 && !out.possible.contains(port, protocol));
  }
  const std::string cutting =
      names(by_egress ? egress : ingress) + (by_egress ? " (no egress rule admits it)" : " (no ingress rule admits it)");
  if (by_policies == Tri::unknown) return {Tri::unknown, "a rule of " + names(!ingress.empty() ? ingress : egress) + " cannot be decided"};
  if (enforcement.verdict == Tri::no) return {Tri::yes, enforcement.by + " does not enforce " + cutting};
  if (enforcement.verdict == Tri::unknown) return {Tri::unknown, "cut by " + cutting + ", but nothing known enforces policies"};
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

Allowed Network::policy_pod_to_pod(size_t from, size_t to) const { return impl_->policies.allowed(Peer::of_pod(from), Peer::of_pod(to)); }
Allowed Network::policy_range_to_pod(const AddressRange& from, size_t to) const {
  return impl_->policies.allowed(Peer::of_range(from), Peer::of_pod(to));
}
Allowed Network::policy_pod_to_range(size_t from, const AddressRange& to) const {
  return impl_->policies.allowed(Peer::of_pod(from), Peer::of_range(to));
}
Allowed Network::policy_from_unknown_pod(size_t to) const { return impl_->policies.allowed(Peer::unknown_pod(), Peer::of_pod(to)); }

std::vector<AddressRange> Network::external_sources() const { return external_parts(impl_->policies.ingress_cidrs()); }
std::vector<AddressRange> Network::external_targets() const { return external_parts(impl_->policies.egress_cidrs()); }

std::vector<std::string> Network::ingress_policies(size_t pod) const {
  std::vector<std::string> names;
  for (const uint32_t number : impl_->policies.ingress_of(pod)) {
    names.push_back(impl_->cluster.network_policies[number].meta.ns + "/" + impl_->cluster.network_policies[number].meta.name);
  }
  return names;
}

std::vector<std::string> Network::egress_policies(size_t pod) const {
  std::vector<std::string> names;
  for (const uint32_t number : impl_->policies.egress_of(pod)) {
    names.push_back(impl_->cluster.network_policies[number].meta.ns + "/" + impl_->cluster.network_policies[number].meta.name);
  }
  return names;
}

Tri Network::enforced() const { return impl_->enforcement.verdict; }
std::string Network::enforced_by() const { return impl_->enforcement.by; }
std::vector<std::pair<int32_t, std::string>> Network::listening_ports(size_t pod) const { return impl_->services.listening(pod); }

}  // namespace bulkhead::access
