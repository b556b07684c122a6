// Gateway API and OpenShift Route. Sources: gateway.networking.k8s.io API reference (v1, v1beta1, v1alpha2); OpenShift API
// reference route.openshift.io/v1.
#include "kube/internal/object_reader.h"

namespace bulkhead::kube {
namespace {

constexpr const char* kGatewayGroup = "gateway.networking.k8s.io";

std::string text_or(const Fields& from, const char* key, const char* fallback) {
  return from.has(key) ? from.text(key) : std::string(fallback);  // an empty group is the core group
}

model::GatewayRoute::Reference reference(const Fields& from, const char* group, const char* kind) {
  return {text_or(from, "group", group), text_or(from, "kind", kind),
          from.text("namespace"),        from.text("name"),
          from.text("sectionName"),      from.port("port")};
}

}  // namespace

model::GatewayClass read_gateway_class(const Fields& object) { return {read_meta(object), object.object("spec").text("controllerName")}; }

model::Gateway read_gateway(const Fields& object) {
  model::Gateway to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.class_name = spec.text("gatewayClassName");
  for (const Fields& from : spec.list("listeners")) {
    model::Gateway::Listener& out = to.listeners.emplace_back();
    out.name = from.text("name");
    out.protocol = from.text("protocol");
    out.port = from.port("port");
    const Fields allowed = from.object("allowedRoutes");
    const Fields namespaces = allowed.object("namespaces");
    if (namespaces.has("from")) out.from = namespaces.text("from");
    out.namespaces = read_selector(namespaces.object("selector"));
    for (const Fields& kind : allowed.list("kinds")) out.kinds.push_back(kind.text("kind"));
  }
  for (const Fields& address : object.object("status").list("addresses")) to.addresses.push_back(address.text("value"));
  return to;
}

model::GatewayRoute read_gateway_route(const Fields& object, std::string kind) {
  model::GatewayRoute to;
  to.kind = std::move(kind);
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  for (const Fields& parent : spec.list("parentRefs")) to.parents.push_back(reference(parent, kGatewayGroup, "Gateway"));
  for (const Fields& rule : spec.list("rules")) {
    for (const Fields& backend : rule.list("backendRefs")) to.backends.push_back(reference(backend, "", "Service"));
    for (const Fields& filter : rule.list("filters")) {
      if (const Fields mirror = filter.object("requestMirror"))
        to.backends.push_back(reference(mirror.object("backendRef"), "", "Service"));
    }
  }
  return to;
}

model::ReferenceGrant read_reference_grant(const Fields& object) {
  model::ReferenceGrant to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  for (const Fields& from : spec.list("from")) to.from.push_back(reference(from, "", ""));
  for (const Fields& target : spec.list("to")) to.to.push_back(reference(target, "", ""));
  return to;
}

model::OpenShiftRoute read_openshift_route(const Fields& object) {
  model::OpenShiftRoute to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.host = spec.text("host");
  const auto add = [&](const Fields& backend) {
    const std::string kind = backend.text("kind");
    if (const std::string name = backend.text("name"); !name.empty() && (kind.empty() || kind == "Service")) to.services.push_back(name);
  };
  if (const Fields target = spec.object("to")) add(target);
  for (const Fields& alternate : spec.list("alternateBackends")) add(alternate);
  to.port = spec.object("port").int_or_name("targetPort");
  return to;
}

}  // namespace bulkhead::kube
