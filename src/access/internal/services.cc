#include "access/internal/services.h"

#include <algorithm>

#include "access/internal/policy_index.h"

namespace bulkhead::access::internal {

std::string ServiceIndex::key(std::string_view a, std::string_view b, std::string_view c) {
  std::string key(a);
  key.append(1, '\0').append(b).append(1, '\0').append(c);
  return key;
}

ServiceIndex::ServiceIndex(const model::Cluster& cluster) : cluster_(cluster), listening_(cluster.pods.size()) {
  for (size_t i = 0; i < cluster.pods.size(); ++i) {
    const model::Pod& pod = cluster.pods[i];
    const auto number = static_cast<uint32_t>(i);
    pod_by_name_.emplace(key(pod.meta.ns, pod.meta.name), number);
    for (const auto& [label, value] : pod.meta.labels) by_label_[key(pod.meta.ns, label, value)].push_back(number);
    for (const model::Container& container : pod.spec.containers) {
      for (const model::ContainerPort& port : container.ports) listening_[i].emplace_back(port.port, port.protocol);
    }
  }
  for (size_t i = 0; i < cluster.services.size(); ++i) {
    service_by_name_.emplace(key(cluster.services[i].meta.ns, cluster.services[i].meta.name), static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < cluster.endpoint_slices.size(); ++i) {
    const model::ObjectMeta& meta = cluster.endpoint_slices[i].meta;
    const auto name = meta.labels.find("kubernetes.io/service-name");
    if (name != meta.labels.end()) slices_[key(meta.ns, name->second)].push_back(static_cast<uint32_t>(i));
  }
  for (const model::Service& service : cluster.services) {
    for (const model::ServicePort& port : service.ports) {
      for (const ServiceTarget& target : targets(service, port)) listening_[target.pod].emplace_back(target.port, port.protocol);
    }
  }
  for (auto& ports : listening_) {
    std::ranges::sort(ports);
    const auto repeated = std::ranges::unique(ports);
    ports.erase(repeated.begin(), repeated.end());
  }
}

const model::Service* ServiceIndex::find(std::string_view ns, std::string_view name) const {
  const auto found = service_by_name_.find(key(ns, name));
  return found == service_by_name_.end() ? nullptr : &cluster_.services[found->second];
}

std::vector<size_t> ServiceIndex::pods(const model::Service& service) const {
  std::vector<size_t> found;
  if (service.type == "ExternalName") return found;
  if (service.has_selector && !service.selector.empty()) {
    // Start from the rarest label of the selector.
    const std::vector<uint32_t>* candidates = nullptr;
    for (const auto& [label, value] : service.selector) {
      const auto holders = by_label_.find(key(service.meta.ns, label, value));
      if (holders == by_label_.end()) return found;
      if (candidates == nullptr || holders->second.size() < candidates->size()) candidates = &holders->second;
    }
    model::LabelSelector selector;
    selector.match_labels = service.selector;
    for (const uint32_t number : *candidates) {
      const model::Pod& pod = cluster_.pods[number];
      if (PolicyIndex::active(pod) && selector.matches(pod.meta.labels)) found.push_back(number);
    }
    return found;
  }
  const auto slices = slices_.find(key(service.meta.ns, service.meta.name));
  if (slices == slices_.end()) return found;
  for (const uint32_t number : slices->second) {
    for (const model::EndpointSlice::Endpoint& endpoint : cluster_.endpoint_slices[number].endpoints) {
      if (endpoint.target_kind != "Pod") continue;
      const auto pod = pod_by_name_.find(key(endpoint.target_ns.empty() ? service.meta.ns : endpoint.target_ns, endpoint.target_name));
      if (pod != pod_by_name_.end()) found.push_back(pod->second);
    }
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

std::vector<ServiceTarget> ServiceIndex::targets(const model::Service& service, const model::ServicePort& port) const {
  std::vector<ServiceTarget> targets;
  for (const size_t pod : pods(service)) {
    if (port.target.name.empty()) {
      targets.push_back({pod, port.target.number.value_or(0) != 0 ? *port.target.number : port.port});
      continue;
    }
    for (const model::Container& container : cluster_.pods[pod].spec.containers) {
      for (const model::ContainerPort& own : container.ports) {
        if (own.name == port.target.name && own.protocol == port.protocol) targets.push_back({pod, own.port});
      }
    }
  }
  return targets;
}

}  // namespace bulkhead::access::internal
