// What stands behind access::Network: the policies compiled, the Services, who enforces what, and the ways in.
#pragma once

#include <array>
#include <string>

#include "access/internal/exposure.h"
#include "access/internal/policy_index.h"
#include "access/internal/services.h"
#include "access/network.h"

namespace bulkhead::access {
namespace internal {

struct Enforcement {
  model::Tri verdict = model::Tri::unknown;
  std::string by;
};
using Enforcements = std::array<Enforcement, kDialects>;

}  // namespace internal

struct Network::Impl {
  Impl(const model::Cluster& c, NetworkOptions options);

  Reach reach(const internal::Peer& from, const internal::Peer& to, int32_t port, std::string_view protocol) const;
  std::string names(size_t pod, bool ingress) const;
  std::string kinds(model::Tri verdict) const;
  Allowed word(const internal::Peer& from, const internal::Peer& to) const { return policies.allowed(from, to, in_force); }

  const model::Cluster& cluster;
  internal::PolicyIndex policies;
  internal::ServiceIndex services;
  internal::Enforcements enforcement;
  internal::DialectMask in_force = 0;  // all but those that are known not to be enforced
  internal::ExposureResult exposed;
};

}  // namespace bulkhead::access
