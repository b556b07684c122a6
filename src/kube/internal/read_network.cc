// Services, EndpointSlices, Ingresses, NetworkPolicies. Source: Kubernetes API reference, core/v1, discovery.k8s.io/v1,
// networking.k8s.io/v1.
#include <algorithm>

#include "kube/internal/object_reader.h"

namespace bulkhead::kube {
namespace {

std::string protocol_of(const Fields& port) {
  std::string protocol = port.text("protocol");
  return protocol.empty() ? "TCP" : protocol;
}

model::IngressBackend read_backend(const Fields& backend) {
  const Fields service = backend.object("service");
  model::IngressBackend out;
  out.service = service.text("name");
  const Fields port = service.object("port");
  out.port.name = port.text("name");
  if (port.has("number")) {
    out.port.number = port.port("number");
  }
  return out;
}

std::vector<model::NetworkPolicyRule> read_rules(const Fields& spec, const char* list, const char* peers) {
  std::vector<model::NetworkPolicyRule> out;
  for (const Fields& rule : spec.list(list)) {
    model::NetworkPolicyRule& to = out.emplace_back();
    for (const Fields& peer : rule.list(peers)) {
      model::NetworkPolicyPeer& one = to.peers.emplace_back();
      if (peer.has("podSelector")) {
        one.pod_selector = read_selector(peer.object("podSelector"));
      }
      if (peer.has("namespaceSelector")) {
        one.namespace_selector = read_selector(peer.object("namespaceSelector"));
      }
      if (const Fields block = peer.object("ipBlock")) {
        one.ip_block = model::IpBlock{block.text("cidr"), block.texts("except")};
      }
    }
    for (const Fields& port : rule.list("ports")) {
      model::NetworkPolicyPort& one = to.ports.emplace_back();
      one.protocol = protocol_of(port);
      one.port = port.int_or_name("port");
      if (port.has("endPort")) {
        one.end_port = port.port("endPort");
      }
    }
  }
  return out;
}

}  // namespace

model::Service read_service(const Fields& object) {
  model::Service to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.type = spec.text("type");
  if (to.type.empty()) {
    to.type = "ClusterIP";
  }
  to.selector = spec.labels("selector");
  to.has_selector = !to.selector.empty();
  for (const Fields& port : spec.list("ports")) {
    model::ServicePort& out = to.ports.emplace_back();
    out.name = port.text("name");
    out.protocol = protocol_of(port);
    out.port = port.port("port");
    out.target = port.int_or_name("targetPort");
    // The API's default, and what it makes of an explicit 0: the target is the port itself.
    if (out.target.name.empty() && out.target.number.value_or(0) == 0 && to.type != "ExternalName") {
      out.target.number = out.port;
    }
    out.node_port = port.port("nodePort");
  }
  to.cluster_ips = spec.texts("clusterIPs");
  if (std::string ip = spec.text("clusterIP"); to.cluster_ips.empty() && !ip.empty()) {
    to.cluster_ips.push_back(std::move(ip));
  }
  to.external_ips = spec.texts("externalIPs");
  to.load_balancer_source_ranges = spec.texts("loadBalancerSourceRanges");
  for (const Fields& one : object.object("status").object("loadBalancer").list("ingress")) {
    std::string address = one.text("ip");
    to.load_balancer_ingress.push_back(address.empty() ? one.text("hostname") : std::move(address));
  }
  to.external_name = spec.text("externalName");
  to.publish_not_ready = spec.flag("publishNotReadyAddresses", false);
  const bool answers = to.type != "ExternalName";
  const bool outside = to.type == "NodePort" || to.type == "LoadBalancer" || !to.external_ips.empty();
  to.internal_traffic_policy = spec.text("internalTrafficPolicy");
  if (to.internal_traffic_policy.empty() && answers) {
    to.internal_traffic_policy = "Cluster";
  }
  to.external_traffic_policy = spec.text("externalTrafficPolicy");
  if (to.external_traffic_policy.empty() && answers && outside) {
    to.external_traffic_policy = "Cluster";
  }
  return to;
}

model::EndpointSlice read_endpoint_slice(const Fields& object) {
  model::EndpointSlice to;
  to.meta = read_meta(object);
  to.address_type = object.text("addressType");
  for (const Fields& one : object.list("endpoints")) {
    model::EndpointSlice::Endpoint& out = to.endpoints.emplace_back();
    out.addresses = one.texts("addresses");
    const Fields target = one.object("targetRef");
    out.target_kind = target.text("kind");
    out.target_ns = target.text("namespace");
    out.target_name = target.text("name");
    out.node = one.text("nodeName");
    out.ready = one.object("conditions").flag("ready", true);  // unknown counts as ready, by the API's words
  }
  for (const Fields& port : object.list("ports")) {
    model::ServicePort& out = to.ports.emplace_back();
    out.name = port.text("name");
    out.protocol = protocol_of(port);
    out.port = port.port("port");
    out.target.number = out.port;
  }
  return to;
}

model::Ingress read_ingress(const Fields& object) {
  model::Ingress to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.class_name = spec.text("ingressClassName");
  if (to.class_name.empty()) {  // the older way to say the same
    if (const auto found = to.meta.annotations.find("kubernetes.io/ingress.class"); found != to.meta.annotations.end()) {
      to.class_name = found->second;
    }
  }
  if (const Fields backend = spec.object("defaultBackend")) {
    to.default_backend = read_backend(backend);
  }
  for (const Fields& rule : spec.list("rules")) {
    for (const Fields& path : rule.object("http").list("paths")) {
      to.rules.push_back({rule.text("host"), path.text("path"), path.text("pathType"), read_backend(path.object("backend"))});
    }
  }
  for (const Fields& tls : spec.list("tls")) {
    to.tls = true;
    if (std::string name = tls.text("secretName"); !name.empty()) {
      to.tls_secrets.push_back(std::move(name));
    }
  }
  return to;
}

model::IngressClass read_ingress_class(const Fields& object) {
  model::IngressClass to;
  to.meta = read_meta(object);
  to.controller = object.object("spec").text("controller");
  const auto found = to.meta.annotations.find("ingressclass.kubernetes.io/is-default-class");
  to.is_default = found != to.meta.annotations.end() && found->second == "true";
  return to;
}

model::NetworkPolicy read_network_policy(const Fields& object) {
  model::NetworkPolicy to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.pod_selector = read_selector(spec.object("podSelector"));
  to.ingress = read_rules(spec, "ingress", "from");
  to.egress = read_rules(spec, "egress", "to");
  const std::vector<std::string> types = spec.texts("policyTypes");
  const auto lists = [&](std::string_view type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  // The API's default: Ingress always, Egress when there is an egress rule.
  to.ingress_isolated = types.empty() || lists("Ingress");
  to.egress_isolated = types.empty() ? !to.egress.empty() : lists("Egress");
  return to;
}

}  // namespace bulkhead::kube
