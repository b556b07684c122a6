// Ways in through a controller: which Services an Ingress, an OpenShift Route or a route of the Gateway API forwards to.
//
// Source: Gateway API reference: a route hangs on the listeners of its parents that admit its namespace and kind
// (allowedRoutes); a backend in another namespace needs a ReferenceGrant there. OpenShift: Route.spec.port names a target port
// of the Service; without it every port is served.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "access/internal/known_software.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access::internal {

struct Forwarding {
  std::string object;  // "HTTPRoute shop/web"
  std::string via;     // the same, with what it hangs on
  std::string protocol = "TCP";
  struct Backend {
    std::string ns, service;
    std::function<bool(const model::ServicePort&)> takes;
  };
  std::vector<Backend> backends;
  const IngressControllerRow* row = nullptr;  // what serves it; nullptr: not known
  std::vector<size_t> controllers;            // pods that are known to serve this one; empty: the row's
  model::Tri attached = model::Tri::yes;      // unknown: whether it is served at all
  std::string attached_note;
};

// Routes that are surely not served are left out.
void find_route_forwardings(const model::Cluster& cluster, const std::function<const IngressControllerRow*(const std::string&)>& row_of,
                            const std::function<void(const Forwarding&)>& give);

}  // namespace bulkhead::access::internal
