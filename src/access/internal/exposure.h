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
  model::Tri enforced;
};
struct ExposureResult {
  std::vector<Exposure> exposures;
  std::vector<Network::Backend> backends;
};
ExposureResult find_exposures(const ExposureInput& input);

// A cut by policies as what it is worth: where nothing enforces them it is none, where that is not known it is not known.
model::Tri enforced_verdict(const Allowed& allowed, int32_t port, std::string_view protocol, model::Tri enforced);

}  // namespace bulkhead::access::internal
