// Finds every way in from outside: Services of all types, host ports, the host's network, Ingresses.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "access/internal/policy_index.h"
#include "access/internal/services.h"
#include "access/network.h"
#include "model/cluster.h"

namespace bulkhead::access::internal {

struct ExposureInput {
  const model::Cluster& cluster;
  const PolicyIndex& policies;
  const ServiceIndex& services;
};
struct ExposureResult {
  std::vector<Exposure> exposures;
  std::vector<Network::Backend> backends;
};
ExposureResult find_exposures(const ExposureInput& input);

// What the policies, as far as they are enforced, say of one port.
model::Tri port_verdict(const Allowed& effective, int32_t port, std::string_view protocol);

}  // namespace bulkhead::access::internal
