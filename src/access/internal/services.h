// Which pods answer a Service, and on which of their ports.
//
// Source: core/v1 Service and discovery.k8s.io/v1 EndpointSlice. A Service with a selector goes to the active pods that it
// selects; one without goes to the pods that its EndpointSlices name. A named targetPort is looked up in each pod.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/cluster.h"

namespace bulkhead::access::internal {

struct ServiceTarget {
  size_t pod = 0;
  int32_t port = 0;
};

class ServiceIndex {
 public:
  explicit ServiceIndex(const model::Cluster& cluster);  // keeps a reference

  std::vector<size_t> pods(const model::Service& service) const;
  std::vector<ServiceTarget> targets(const model::Service& service, const model::ServicePort& port) const;
  const model::Service* find(std::string_view ns, std::string_view name) const;
  // Declared container ports and Service targets of a pod, sorted, each once.
  const std::vector<std::pair<int32_t, std::string>>& listening(size_t pod) const { return listening_[pod]; }

 private:
  static std::string key(std::string_view a, std::string_view b, std::string_view c = {});
  const model::Cluster& cluster_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_label_;  // (namespace, label, value) → pods
  std::unordered_map<std::string, uint32_t> pod_by_name_;            // (namespace, name)
  std::unordered_map<std::string, uint32_t> service_by_name_;
  std::unordered_map<std::string, std::vector<uint32_t>> slices_;  // (namespace, service) → endpoint slices
  std::vector<std::vector<std::pair<int32_t, std::string>>> listening_;
};

}  // namespace bulkhead::access::internal
