// What the preconditions ask of one component: today all questions are about ingress-nginx. Its defaults by version:
// allow-snippet-annotations is false from 1.9.0 on; enable-annotation-validation and strict-validate-path-type are on from
// 1.12.0 on (kubernetes/ingress-nginx, release notes and pull request 11819).
#include <algorithm>

#include "base/text.h"
#include "graph/internal/cluster_scene.h"

namespace bulkhead::graph {
namespace {

using model::Tri;

// The containers of the component, with the pod of each.
struct Instance {
  size_t pod;
  const model::Container* container;
  std::string place;
};
std::vector<Instance> instances(const Builder& b, const model::ClusterComponent& component) {
  std::vector<Instance> out;
  for (size_t pod : component.pods) {
    if (pod >= b.cluster.pods.size()) continue;
    const model::Pod& p = b.cluster.pods[pod];
    for (const model::Container& c : p.spec.containers) {
      if (c.image == component.image && c.kind == model::Container::Kind::regular)
        out.push_back({pod, &c, "Pod " + p.meta.ns + "/" + p.meta.name});
    }
  }
  return out;
}

Missing unread(const model::ClusterComponent& component, std::string_view what) {
  return {std::string(what) + "@" + component.name, "fact.other", std::string(what) + " of " + component.name + " not known"};
}

// A default that changed with a version; unknown where the version is.
std::optional<bool> since(const model::ClusterComponent& component, std::string_view version, bool before, bool after) {
  const auto order = compare_dotted(component.version, version);
  return order ? std::optional(*order < 0 ? before : after) : std::nullopt;
}

Fact by_config_map(const Builder& b, const model::ClusterComponent& component, const Instance& one, std::string_view key,
                   std::optional<bool> fallback) {
  const auto flags = flags_of(*one.container);
  const auto named = flags.find("configmap");
  const std::string ns = b.cluster.pods[one.pod].meta.ns;
  if (named == flags.end()) {
    return fallback ? Fact::of(*fallback, one.place + ": no --configmap, default of " + std::string(key))
                    : Fact::unread(unread(component, key), one.place);
  }
  auto [map_ns, map_name] = base::split_once(named->second, '/');
  const std::string wanted_ns = map_ns == "$(POD_NAMESPACE)" ? ns : std::string(map_ns);
  for (const model::ConfigMap& map : b.cluster.config_maps) {
    if (!map_name || map.meta.ns != wanted_ns || map.meta.name != *map_name) continue;
    const std::string place = "ConfigMap " + map.meta.ns + "/" + map.meta.name + ": " + std::string(key);
    if (const auto value = map.data.find(std::string(key)); value != map.data.end()) return Fact::of(value->second, place);
    return fallback ? Fact::of(*fallback, place + " (default of " + component.version + ")") : Fact::unread(unread(component, key), place);
  }
  return Fact::unread({"ConfigMap " + named->second, "fact.other", "ConfigMap " + named->second + " not read"}, one.place);
}

// Can some pod connect to the port of the admission webhook?
Fact webhook_reachable(const ClusterView& view, const std::vector<Instance>& all) {
  const Builder& b = view.b;
  Fact out = Fact::of(false, "admission webhook of no pod is reached by another");
  for (const Instance& one : all) {
    const int32_t port = webhook_port(*one.container);
    if (port == 0) continue;
    const std::string place = one.place + ": --validating-webhook on port " + std::to_string(port);
    for (const Template& t : b.templates) {
      if (t.pod == one.pod) continue;
      const access::Reach reach = b.network.pod_to_pod(t.pod, one.pod, port);
      if (reach.verdict == Tri::yes) return Fact::of(true, place + ", reached from " + t.key);
      if (reach.verdict == Tri::unknown && out.state == Fact::State::known)
        out = Fact::unread({"network of " + one.place, "fact.network_policies_unread", reach.because}, place);
      if (reach.verdict == Tri::no && out.state == Fact::State::known) out.place = place + " (" + reach.because + ")";
    }
  }
  if (out.state == Fact::State::known && !b.was_read("", "pods"))
    return Fact::unread({"pods unread", "fact.other", "pods not read: who reaches the webhook is not known"}, out.place);
  return out;
}

}  // namespace

int32_t webhook_port(const model::Container& container) {
  const auto flags = flags_of(container);
  const auto at = flags.find("validating-webhook");
  if (at == flags.end()) return 0;
  const size_t colon = at->second.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : base::parse_u64(std::string_view(at->second).substr(colon + 1));
  return port && *port > 0 && *port < 65536 ? static_cast<int32_t>(*port) : 8443;
}

Fact component_field(const ClusterView& view, const model::ClusterComponent& component, std::string_view name) {
  const std::vector<Instance> all = instances(view.b, component);
  if (all.empty()) return Fact::unread(unread(component, "pod"), component.name);
  if (name == "webhook_reachable") return webhook_reachable(view, all);
  // Several replicas: one that is weaker decides.
  std::optional<Fact> strict;
  for (const Instance& one : all) {
    Fact fact = Fact::none(one.place);
    const char* weak = "false";
    if (name == "annotation_validation") {
      const auto flags = flags_of(*one.container);
      const auto at = flags.find("enable-annotation-validation");
      const auto fallback = since(component, "1.12.0", false, true);
      fact = at != flags.end() ? Fact::of(at->second, one.place + ": --enable-annotation-validation")
             : fallback        ? Fact::of(*fallback, one.place + ": no --enable-annotation-validation, default of " + component.version)
                               : Fact::unread(unread(component, "--enable-annotation-validation"), one.place);
    } else if (name == "snippets") {
      fact = by_config_map(view.b, component, one, "allow-snippet-annotations", since(component, "1.9.0", true, false));
      weak = "true";
    } else if (name == "strict_paths") {
      fact = by_config_map(view.b, component, one, "strict-validate-path-type", since(component, "1.12.0", false, true));
    }
    const bool weaker = fact.state == Fact::State::known && fact.values.front() == weak;
    if (weaker) return fact;
    if (!strict || fact.state == Fact::State::unknown) strict = std::move(fact);
  }
  return *strict;
}

}  // namespace bulkhead::graph
