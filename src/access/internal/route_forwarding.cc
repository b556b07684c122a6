#include "access/internal/route_forwarding.h"

#include <algorithm>

#include "access/internal/policy_index.h"

namespace bulkhead::access::internal {
namespace {

using model::Gateway;
using model::GatewayRoute;
using model::Tri;

constexpr std::string_view kGatewayGroup = "gateway.networking.k8s.io";
constexpr const char* kOpenShiftController = "openshift.io/ingress-to-route";

std::string full_name(const model::ObjectMeta& meta) { return meta.ns + "/" + meta.name; }

bool listener_takes(const Gateway::Listener& listener, const std::string& kind) {
  if (!listener.kinds.empty()) return std::ranges::find(listener.kinds, kind) != listener.kinds.end();
  if (listener.protocol == "HTTP" || listener.protocol == "HTTPS") return kind == "HTTPRoute" || kind == "GRPCRoute";
  if (listener.protocol == "TLS") return kind == "TLSRoute" || kind == "TCPRoute";
  if (listener.protocol == "TCP") return kind == "TCPRoute";
  if (listener.protocol == "UDP") return kind == "UDPRoute";
  return true;  // a protocol of an implementation's own
}

class Routes {
 public:
  explicit Routes(const model::Cluster& cluster) : cluster_(cluster) {}

  // Does the route hang on this Gateway?
  Tri attached(const GatewayRoute& route, const GatewayRoute::Reference& parent, const Gateway& gateway) const {
    Tri any = Tri::no;
    for (const Gateway::Listener& listener : gateway.listeners) {
      if (!parent.section.empty() && parent.section != listener.name) continue;
      if (parent.port != 0 && parent.port != listener.port) continue;
      if (listener_takes(listener, route.kind)) any = any || admits(listener, gateway.meta.ns, route.meta.ns);
    }
    return any;
  }

  // May the route name a Service of that namespace?
  Tri granted(const GatewayRoute& route, const GatewayRoute::Reference& backend) const {
    if (backend.ns.empty() || backend.ns == route.meta.ns) return Tri::yes;
    for (const model::ReferenceGrant& grant : cluster_.reference_grants) {
      if (grant.meta.ns != backend.ns) continue;
      const bool from = std::ranges::any_of(
          grant.from, [&](const auto& f) { return f.group == kGatewayGroup && f.kind == route.kind && f.ns == route.meta.ns; });
      const bool to = std::ranges::any_of(
          grant.to, [&](const auto& t) { return t.group.empty() && t.kind == "Service" && (t.name.empty() || t.name == backend.name); });
      if (from && to) return Tri::yes;
    }
    return unread("referencegrants") ? Tri::unknown : Tri::no;
  }

  // A list of add-ons that is named among the reads, but was not read.
  bool unread(std::string_view resource) const {
    return std::ranges::any_of(cluster_.reads, [&](const model::ResourceRead& read) {
      return read.group == kGatewayGroup && read.resource == resource && read.state != model::ReadState::read &&
             read.state != model::ReadState::absent;
    });
  }

 private:
  Tri admits(const Gateway::Listener& listener, const std::string& own, const std::string& ns) const {
    if (listener.from == "Same") return model::tri(own == ns);
    if (listener.from == "All") return Tri::yes;
    if (listener.from == "None") return Tri::no;
    if (listener.from != "Selector" || !listener.namespaces.valid()) return Tri::unknown;
    const auto found =
        std::ranges::find(cluster_.namespaces, ns, [](const model::Namespace& n) -> const std::string& { return n.meta.name; });
    if (found != cluster_.namespaces.end()) return model::tri(listener.namespaces.matches(found->meta.labels));
    return cluster_.was_read("", "namespaces") ? Tri::no : Tri::unknown;
  }

  const model::Cluster& cluster_;
};

// Implementations mark the pods that they make for one Gateway (Gateway API, GEP-1762).
std::vector<size_t> pods_of(const model::Cluster& cluster, const Gateway& gateway) {
  std::vector<size_t> found;
  for (size_t i = 0; i < cluster.pods.size(); ++i) {
    const model::Pod& pod = cluster.pods[i];
    if (!PolicyIndex::active(pod)) continue;
    const auto has = [&](const char* label, const std::string& value) {
      const auto at = pod.meta.labels.find(label);
      return at != pod.meta.labels.end() && at->second == value;
    };
    const bool standard = pod.meta.ns == gateway.meta.ns && has("gateway.networking.k8s.io/gateway-name", gateway.meta.name);
    const bool envoy = has("gateway.envoyproxy.io/owning-gateway-name", gateway.meta.name) &&
                       has("gateway.envoyproxy.io/owning-gateway-namespace", gateway.meta.ns);
    if (standard || envoy) found.push_back(i);
  }
  return found;
}

}  // namespace

void find_route_forwardings(const model::Cluster& cluster, const std::function<const IngressControllerRow*(const std::string&)>& row_of,
                            const std::function<void(const Forwarding&)>& give) {
  for (const model::OpenShiftRoute& route : cluster.openshift_routes) {
    Forwarding forwarding;
    forwarding.object = forwarding.via = "Route " + full_name(route.meta);
    forwarding.row = row_of(kOpenShiftController);
    const model::IntOrName& wanted = route.port;
    for (const std::string& service : route.services) {
      forwarding.backends.push_back({route.meta.ns, service, [&wanted](const model::ServicePort& port) {
                                       if (wanted.number) return port.target.number == *wanted.number || port.port == *wanted.number;
                                       return wanted.name.empty() || port.name == wanted.name || port.target.name == wanted.name;
                                     }});
    }
    give(forwarding);
  }

  const Routes routes(cluster);
  for (const GatewayRoute& route : cluster.gateway_routes) {
    for (const GatewayRoute::Reference& parent : route.parents) {
      if (parent.group != kGatewayGroup || parent.kind != "Gateway") continue;
      const std::string& parent_ns = parent.ns.empty() ? route.meta.ns : parent.ns;
      Forwarding forwarding;
      forwarding.object = route.kind + " " + full_name(route.meta);
      forwarding.via = forwarding.object + " (Gateway " + parent_ns + "/" + parent.name + ")";
      forwarding.protocol = route.kind == "UDPRoute" ? "UDP" : "TCP";
      const auto gateway =
          std::ranges::find_if(cluster.gateways, [&](const Gateway& g) { return g.meta.ns == parent_ns && g.meta.name == parent.name; });
      if (gateway == cluster.gateways.end()) {
        // A live cluster that was read whole has no such Gateway; manifests may leave it to somebody else.
        if (!cluster.server_version.empty() && !routes.unread("gateways")) continue;
        forwarding.attached = Tri::unknown;
        forwarding.attached_note = "Gateway " + parent_ns + "/" + parent.name + " was not read";
      } else {
        forwarding.attached = routes.attached(route, parent, *gateway);
        forwarding.attached_note = "whether Gateway " + full_name(gateway->meta) + " admits the route is not known";
        const auto gateway_class = std::ranges::find(cluster.gateway_classes, gateway->class_name,
                                                     [](const model::GatewayClass& c) -> const std::string& { return c.meta.name; });
        if (gateway_class != cluster.gateway_classes.end()) forwarding.row = row_of(gateway_class->controller);
        forwarding.controllers = pods_of(cluster, *gateway);
      }
      if (forwarding.attached == Tri::no) continue;
      // A grant that is not known counts as given, and makes the way unknown.
      for (const GatewayRoute::Reference& backend : route.backends) {
        if (!backend.group.empty() || backend.kind != "Service") continue;
        const Tri granted = routes.granted(route, backend);
        if (granted == Tri::no) continue;
        Forwarding one = forwarding;
        if (granted == Tri::unknown && one.attached == Tri::yes) {
          one.attached = Tri::unknown;
          one.attached_note = "ReferenceGrants were not read";
        }
        one.backends.push_back({backend.ns.empty() ? route.meta.ns : backend.ns, backend.name,
                                [port = backend.port](const model::ServicePort& p) { return port == 0 || p.port == port; }});
        give(one);
      }
    }
  }
}

}  // namespace bulkhead::access::internal
