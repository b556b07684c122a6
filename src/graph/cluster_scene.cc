#include "graph/internal/cluster_scene.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace bulkhead::graph {
namespace {

using model::Tri;

// One object of a kind; what the kind does not know is asked of the scene around it.
class ObjectScene : public Scene {
 public:
  using Fields = std::function<Fact(std::string_view)>;
  ObjectScene(const Scene& around, std::string_view kind, Fields fields) : around_(around), kind_(kind), fields_(std::move(fields)) {}
  Fact field(std::string_view object, std::string_view name) const override {
    return object == kind_ ? fields_(name) : around_.field(object, name);
  }
  Verdict can(const RightAsked& right) const override { return around_.can(right); }
  Verdict reaches(std::string_view to, int32_t port) const override { return around_.reaches(to, port); }
  Verdict admits(std::string_view field) const override { return around_.admits(field); }
  Verdict some(std::string_view kind, const Expression& where) const override { return around_.some(kind, where); }

 private:
  const Scene& around_;
  std::string_view kind_;
  Fields fields_;
};

struct Kind {
  std::string_view name, group, resource, title;
};
constexpr std::array<Kind, 12> kKinds = {
    {{"admission_policy", "admissionregistration.k8s.io", "validatingadmissionpolicies", "ValidatingAdmissionPolicy"},
     {"api_service", "apiregistration.k8s.io", "apiservices", "APIService"},
     {"crd", "apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition"},
     {"csi_driver", "storage.k8s.io", "csidrivers", "CSIDriver"},
     {"ingress", "networking.k8s.io", "ingresses", "Ingress"},
     {"network_policy", "networking.k8s.io", "networkpolicies", "NetworkPolicy"},
     {"node", "", "nodes", "Node"},
     {"persistent_volume", "", "persistentvolumes", "PersistentVolume"},
     {"service", "", "services", "Service"},
     {"service_account", "", "serviceaccounts", "ServiceAccount"},
     {"storage_class", "storage.k8s.io", "storageclasses", "StorageClass"},
     {"webhook", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"}}};

std::string place_of(const Kind& kind, const model::ObjectMeta& meta) {
  return std::string(kind.title) + " " + (meta.ns.empty() ? "" : meta.ns + "/") + meta.name;
}

Missing contents_unread(const std::string& place) { return {place, "fact.other", "contents of " + place + " not read"}; }

template <typename T>
Fact optional_fact(const std::optional<T>& value, const std::string& place, std::string_view what) {
  return value ? Fact::of(*value, place + ": " + std::string(what)) : Fact::unread(contents_unread(place), place);
}

std::vector<std::string> pairs(const model::Labels& labels) {
  std::vector<std::string> out;
  for (const auto& [key, value] : labels) out.emplace_back(key).append("=").append(value);
  return out;
}

// Does a policy speak of a field? Whether it also forbids it cannot be told from its words.
Fact speaks_of(const model::AdmissionPolicy& policy, const std::string& place, std::string_view word) {
  if (!policy.expressions) return Fact::unread(contents_unread(place), place);
  const bool speaks = std::ranges::any_of(*policy.expressions, [&](const std::string& e) { return e.find(word) != std::string::npos; });
  if (!speaks) return Fact::of(false, place + " says nothing of " + std::string(word));
  return Fact::unread(
      {place + " " + std::string(word), "fact.other", "whether " + place + ", which speaks of " + std::string(word) + ", forbids it"},
      place);
}

std::string group_of(const model::CustomResource& crd) {
  const size_t dot = crd.meta.name.find('.');
  return dot == std::string::npos ? std::string() : crd.meta.name.substr(dot + 1);
}

RightAsked right_on(const model::CustomResource& crd, std::vector<std::string> verbs) {
  RightAsked right;
  right.verbs = std::move(verbs);
  right.group = group_of(crd);
  right.resource = crd.meta.name.substr(0, crd.meta.name.find('.'));
  right.cluster = true;
  return right;
}

// Somebody may list this kind in the whole cluster, but not another kind of the same group.
Fact listed_alone(const ClusterView& view, const model::CustomResource& crd, const std::string& place) {
  std::vector<const model::CustomResource*> others;
  for (const model::CustomResource& other : view.b.cluster.custom_resources) {
    if (&other != &crd && group_of(other) == group_of(crd)) others.push_back(&other);
  }
  if (others.empty()) return Fact::of(false, place + " is the only kind of its group");
  bool unsure = false;
  for (const auto& [who, may] : view.outsiders.holders(right_on(crd, {"list", "watch"}))) {
    for (const model::CustomResource* other : others) {
      const Tri may_other = view.outsiders.may(who, right_on(*other, {"list", "watch"}));
      if (may == Tri::yes && may_other == Tri::no)
        return Fact::of(true, place + ": " + view.b.identities[who].id + " may list it, but not " + other->meta.name);
      unsure = unsure || may_other != Tri::yes;
    }
  }
  if (unsure) return Fact::unread({"rbac unread", "fact.rbac_unread", "RBAC not read whole"}, place);
  return Fact::of(false, place + ": nobody may list it without its siblings");
}

// A Role (not a ClusterRole) grants something on the kind.
Fact namespaced_role(const Builder& b, const model::CustomResource& crd, const std::string& place) {
  const std::string group = group_of(crd), plural = crd.meta.name.substr(0, crd.meta.name.find('.'));
  for (const model::RbacRole& role : b.cluster.roles) {
    for (const model::PolicyRule& rule : role.rules) {
      const auto holds = [](const std::vector<std::string>& list, const std::string& word) {
        return std::ranges::find(list, word) != list.end() || std::ranges::find(list, "*") != list.end();
      };
      if (holds(rule.api_groups, group) && holds(rule.resources, plural))
        return Fact::of(true, base::join({place + ": Role ", role.meta.ns, "/", role.meta.name, " grants ", plural}, ""));
    }
  }
  if (!b.was_read("rbac.authorization.k8s.io", "roles"))
    return Fact::unread({"rbac unread", "fact.rbac_unread", "RBAC not read whole"}, place);
  return Fact::of(false, place + ": no Role names it");
}

using Visit = std::function<bool(const std::string& place, const ObjectScene::Fields& fields)>;  // false: stop

// Calls `visit` for every object of the kind that was read.
void each_object(const ClusterView& view, const Kind& kind, const Visit& visit) {
  const model::Cluster& c = view.b.cluster;
  const auto walk = [&](const auto& list, const auto& fields) {
    for (const auto& one : list) {
      const std::string place = place_of(kind, one.meta);
      if (!visit(place, [&](std::string_view name) { return fields(one, place, name); })) return;
    }
  };
  const std::string_view k = kind.name;
  if (k == "storage_class") {
    walk(c.storage_classes, [](const model::StorageClass& one, const std::string& place, std::string_view) {
      return optional_fact(one.provisioner, place, "provisioner");
    });
  } else if (k == "csi_driver") {
    walk(c.csi_drivers, [](const model::CsiDriver& one, const std::string& place, std::string_view name) {
      return name == "name" ? Fact::of(one.meta.name, place) : optional_fact(one.token_requests, place, "spec.tokenRequests");
    });
  } else if (k == "admission_policy") {
    walk(c.admission_policies, [](const model::AdmissionPolicy& one, const std::string& place, std::string_view name) {
      return speaks_of(one, place, name == "git_repo" ? "gitRepo" : "externalIPs");
    });
  } else if (k == "api_service") {
    walk(c.api_services, [](const model::ApiService& one, const std::string& place, std::string_view) {
      if (one.meta.labels.contains("kube-aggregator.kubernetes.io/automanaged"))
        return Fact::of(false, place + ": answered by the API server itself");
      return one.service ? Fact::of(!one.service->empty(), place + ": spec.service " + *one.service)
                         : Fact::unread(contents_unread(place), place);
    });
  } else if (k == "crd") {
    walk(c.custom_resources, [&](const model::CustomResource& one, const std::string& place, std::string_view name) {
      if (name == "scope") return optional_fact(one.scope, place, "spec.scope");
      return name == "listed_alone" ? listed_alone(view, one, place) : namespaced_role(view.b, one, place);
    });
  } else if (k == "ingress") {
    walk(c.ingresses, [](const model::Ingress& one, const std::string& place, std::string_view name) {
      if (name == "exists") return Fact::of(true, place);
      std::vector<std::string> keys;
      for (const auto& [key, value] : one.meta.annotations) keys.push_back(key);
      return Fact::list(std::move(keys), place + ": annotations");
    });
  } else if (k == "network_policy") {
    walk(c.network_policies, [](const auto&, const std::string& place, std::string_view) { return Fact::of(true, place); });
  } else if (k == "persistent_volume") {
    walk(c.persistent_volumes, [](const model::PersistentVolume& one, const std::string& place, std::string_view) {
      return Fact::of(one.type, place + ": spec");
    });
  } else if (k == "service") {
    walk(c.services,
         [](const model::Service& one, const std::string& place, std::string_view) { return Fact::of(one.type, place + ": spec.type"); });
  } else if (k == "service_account") {
    walk(c.service_accounts, [](const model::ServiceAccount& one, const std::string& place, std::string_view) {
      return Fact::list(pairs(one.meta.annotations), place + ": annotations");
    });
  } else if (k == "webhook") {
    for (const model::WebhookConfiguration& one : c.webhook_configurations) {
      if (one.mutating) continue;
      const std::string place = place_of(kind, one.meta);
      const auto fields = [&](std::string_view) {
        if (!one.webhooks) return Fact::unread(contents_unread(place), place);
        std::vector<std::string> targets;
        for (const model::Webhook& webhook : *one.webhooks) targets.insert(targets.end(), webhook.targets.begin(), webhook.targets.end());
        return Fact::list(std::move(targets), place + ": rules");
      };
      if (!visit(place, fields)) return;
    }
  }
}

// Keeps the best of several verdicts: yes wins, of unknown ones the first.
struct Best {
  Verdict verdict;
  std::string place;
  bool take(Verdict&& one, const std::string& at) {
    if (one.value == Tri::no || verdict.value >= one.value) return true;
    verdict = std::move(one);
    place = at;
    return verdict.value != Tri::yes;
  }
};

Fact flag_fact(const ProgramFlags& program, std::string_view object, std::string_view name) {
  const Missing missing{"flags of " + std::string(object), "fact.other",
                        "the arguments of the " + base::replace_all(std::string(object), "_", " ") + " not seen"};
  const bool plugins = name.starts_with("admission_plugins"), gates = name == "feature_gates";
  const std::string flag = plugins               ? "enable-admission-plugins"
                           : gates               ? "feature-gates"
                           : name == "verbosity" ? "v"
                                                 : base::replace_all(std::string(name), "_", "-");
  const char* const fallback = name == "verbosity" ? "0" : name == "profiling" || name == "anonymous_auth" ? "true" : "";
  const auto values = [&](const std::map<std::string, std::string>& flags) {
    std::vector<std::string> out;
    const auto list = [&](const char* key) {
      if (const auto at = flags.find(key); at != flags.end()) {
        for (std::string_view one : base::split(at->second, ',')) out.emplace_back(base::trim(one));
      }
    };
    if (plugins) {
      list("enable-admission-plugins");
      list("admission-control");
      if (const auto off = flags.find("disable-admission-plugins"); off != flags.end()) {
        const auto names = base::split(off->second, ',');
        std::erase_if(out, [&](const std::string& one) { return std::ranges::find(names, std::string_view(one)) != names.end(); });
      }
    } else if (gates) {
      list("feature-gates");
    } else if (const auto at = flags.find(flag); at != flags.end()) {
      out.push_back(at->second);
    } else if (*fallback != '\0') {
      out.emplace_back(fallback);
    }
    return out;
  };
  const bool everywhere = name.ends_with("_everywhere");
  if (program.replicas.empty()) {
    if (program.declared_place.empty() || everywhere) return Fact::unread(missing, std::string(object) + " --" + flag);
    return Fact::declared(values(program.declared), missing, program.declared_place + " " + flag);
  }
  std::vector<std::string> all;
  for (size_t i = 0; i < program.replicas.size(); ++i) {
    std::vector<std::string> here = values(program.replicas[i].flags);
    if (everywhere && i > 0) {
      std::erase_if(all, [&](const std::string& one) { return std::ranges::find(here, one) == here.end(); });
    } else {
      all.insert(all.end(), here.begin(), here.end());
    }
  }
  return Fact::list(std::move(all), program.replicas.front().place + " --" + flag);
}

}  // namespace

Fact ClusterScene::field(std::string_view object, std::string_view name) const {
  if (const auto program = view_.programs.find(object); program != view_.programs.end()) return flag_fact(program->second, object, name);
  if (object == "kubelet") return kubelet(name);
  if (object == "component") return component(name);
  if (object == "node") return NodeScene(view_.b, node_).field(object, name);
  if (object == "server") return server_field(view_.b, name);
  if (object == "outside") {
    const std::string what = name == "router_advertisements"   ? "whether nodes accept router advertisements"
                             : name == "pull_secret_malformed" ? "whether a pull Secret is malformed"
                                                               : "who else is on the network of the nodes";
    return Fact::unread({what, "fact.other", what + " is not in the API"}, what);
  }
  return Fact::none(std::string(object) + "." + std::string(name));
}

Fact ClusterScene::component(std::string_view name) const {
  return component_ ? component_field(view_, *component_, name) : Fact::none("no component");
}

// configz says what runs; kubeadm's ConfigMap only what it gives to nodes.
Fact ClusterScene::kubelet(std::string_view name) const {
  const std::string shown = node_ && !node_->name.empty() ? node_->name : "some node";
  const Missing missing{"kubelet configuration@" + shown, "fact.other", "kubelet configuration of " + shown + " not read"};
  const bool gates = name == "feature_gates";
  if (node_ && node_->node && node_->node->kubelet) {
    const model::KubeletConfig& config = *node_->node->kubelet;
    const std::string place = "Node " + shown + ": kubelet configuration " + std::string(name);
    if (gates) return Fact::list(pairs(config.feature_gates), place);
    if (name == "read_only_port") return Fact::of(std::to_string(config.read_only_port.value_or(0)), place);
    if (name == "verbosity") return Fact::of(std::to_string(config.verbosity.value_or(0)), place);
    return Fact::of(config.healthz_bind_address.value_or("127.0.0.1"), place);
  }
  for (const model::ConfigMap& map : view_.b.cluster.config_maps) {
    const auto text = map.data.find("kubelet");
    if (map.meta.ns != "kube-system" || !map.meta.name.starts_with("kubelet-config") || text == map.data.end()) continue;
    const auto document = base::JsonDocument::parse(text->second);
    if (!document) continue;
    const std::string place = "ConfigMap kube-system/" + map.meta.name + ": " + std::string(name);
    const base::JsonView root = document->root();
    std::vector<std::string> values;
    if (gates) {
      root.get("featureGates").each([&](std::string_view gate, base::JsonView on) {
        values.push_back(std::string(gate) + "=" + on.dump());
      });
    } else if (const base::JsonView value = name == "verbosity"        ? root.path("logging", "verbosity")
                                            : name == "read_only_port" ? root.get("readOnlyPort")
                                                                       : root.get("healthzBindAddress")) {
      values.push_back(value.string() ? value.text() : value.dump());
    }
    return Fact::declared(std::move(values), missing, place);
  }
  return Fact::unread(missing, "kubelet of " + shown);
}

std::vector<std::pair<size_t, Verdict>> ClusterScene::pods(const Expression& where) const {
  std::vector<std::pair<size_t, Verdict>> out;
  const Builder& b = view_.b;
  const auto ask = [&](size_t index) {
    const ReplicaClass& c = b.classes[index];
    const model::Pod& pod = b.pod(c.pod);
    const WorkloadView w = view_of(b, c, c.pod);
    WorkloadScene scene(b, w);
    Verdict best;
    for (const model::Container& container : pod.spec.containers) {
      scene.container = &container;
      Verdict one = evaluate(where, scene);
      if (one.value > best.value) best = std::move(one);
      if (best.value == Tri::yes) break;
    }
    if (best.value != Tri::no) out.emplace_back(index, std::move(best));
  };
  if (!node_) {
    for (size_t i = 0; i < b.classes.size(); ++i) ask(i);
    return out;
  }
  for (size_t index : node_->classes) ask(index);
  // A pod that no node has yet may be put on this one.
  if (const auto none = b.node_index.find(""); none != b.node_index.end() && &b.nodes[none->second] != node_) {
    for (size_t index : b.nodes[none->second].classes) ask(index);
  }
  return out;
}

Verdict ClusterScene::some_pod(const Expression& where, bool) const {
  Best best;
  for (auto& [index, verdict] : pods(where)) {
    if (!best.take(std::move(verdict), "Pod of " + view_.b.templates[view_.b.classes[index].of].key)) break;
  }
  if (best.verdict.value == Tri::yes) {
    best.verdict.facts.insert(best.verdict.facts.begin(), best.place);
    return best.verdict;
  }
  if (best.verdict.value == Tri::no && !view_.b.was_read("", "pods"))
    return {Tri::unknown, {}, {{"pods unread", "fact.other", "pods not read"}}, {}};
  if (best.verdict.value == Tri::no)
    best.verdict.denied = "no pod" + (node_ ? " of node " + node_->name : std::string()) + " has it: " + describe(where);
  return best.verdict;
}

Verdict ClusterScene::some(std::string_view name, const Expression& where) const {
  if (name == "pod" || name == "container") return some_pod(where, name == "container");
  const auto kind = std::ranges::find(kKinds, name, &Kind::name);
  if (kind == kKinds.end()) return {};
  Best best;
  if (name == "node") {
    for (const NodeView& node : view_.b.nodes) {
      if (!node.node) continue;
      if (!best.take(evaluate(where, NodeScene(view_.b, &node)), "Node " + node.name)) break;
    }
  } else {
    each_object(view_, *kind, [&](const std::string& place, const ObjectScene::Fields& fields) {
      return best.take(evaluate(where, ObjectScene(*this, kind->name, fields)), place);
    });
  }
  if (best.verdict.value == Tri::yes) return best.verdict;
  const model::ReadState state = view_.b.cluster.list_state(kind->group, kind->resource);
  // A server that lacks a kind has no object of it; manifests that lack it say nothing.
  const bool whole = state == model::ReadState::read || (state == model::ReadState::absent && !view_.b.cluster.from_manifests);
  if (best.verdict.value == Tri::no && !whole) {
    const std::string what = std::string(kind->resource) + (kind->group.empty() ? "" : "." + std::string(kind->group));
    return {Tri::unknown, {}, {{what + " unread", "fact.other", what + " not read"}}, {}};
  }
  if (best.verdict.value == Tri::no) best.verdict.denied = "no " + std::string(kind->title) + " has it: " + describe(where);
  return best.verdict;
}

}  // namespace bulkhead::graph
