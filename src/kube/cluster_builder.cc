#include "kube/cluster_builder.h"

#include <algorithm>

#include "base/text.h"
#include "kube/internal/object_reader.h"

namespace bulkhead::kube {
namespace {

using base::JsonKind;
using base::JsonView;

// Problems named one by one per resource; further ones are only counted.
constexpr uint64_t kNamedFaults = 10;

template <typename List>
void sort_by_name(List& list) {
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return std::tie(a.meta.ns, a.meta.name) < std::tie(b.meta.ns, b.meta.name); });
}

std::string place(const model::ObjectMeta& meta) { return meta.ns.empty() ? meta.name : meta.ns + "/" + meta.name; }

// Names of Secrets and who refers to them; keyed by (namespace, name).
class SecretCollector {
 public:
  void refer(const std::string& ns, const std::string& name, const std::string& by) {
    if (name.empty()) {
      return;
    }
    std::vector<std::string>& referrers = all_[{ns, name}].referred_by;
    if (referrers.empty() || referrers.back() != by) {
      referrers.push_back(by);
    }
  }

  void refer_spec(const std::string& ns, const model::PodSpec& spec, const std::string& by) {
    for (const std::string& name : spec.image_pull_secrets) {
      refer(ns, name, by);
    }
    for (const model::Volume& volume : spec.volumes) {
      refer(ns, volume.secret, by);
      refer(ns, volume.driver_secret, by);
      for (const model::ProjectedSource& source : volume.sources) {
        if (source.kind == "secret") {
          refer(ns, source.name, by);
        }
      }
    }
    for (const model::Container& container : spec.containers) {
      for (const model::KeyReference& reference : container.secret_refs) {
        refer(ns, reference.name, by);
      }
    }
  }

  void listed(const model::SecretName& secret) { all_[{secret.ns, secret.name}].type = secret.type; }

  std::vector<model::SecretName> take() {
    std::vector<model::SecretName> out;
    for (auto& [key, secret] : all_) {
      secret.ns = key.first;
      secret.name = key.second;
      std::sort(secret.referred_by.begin(), secret.referred_by.end());
      secret.referred_by.erase(std::unique(secret.referred_by.begin(), secret.referred_by.end()), secret.referred_by.end());
      out.push_back(std::move(secret));
    }
    return out;
  }

 private:
  std::map<std::pair<std::string, std::string>, model::SecretName> all_;
};

}  // namespace

void ClusterBuilder::problem(std::string line) { cluster_.problems.push_back(std::move(line)); }

void ClusterBuilder::fault(const Resource& resource, std::string_view where, std::string_view why) {
  if (++tallies_[&resource].faults <= kNamedFaults) {
    problem(resource_name(resource) + ": " + std::string(why) + ": " + std::string(where));
  }
}

uint64_t ClusterBuilder::count(const Resource& resource) const {
  const auto found = tallies_.find(&resource);
  return found == tallies_.end() ? 0 : found->second.taken;
}

uint64_t ClusterBuilder::faults(const Resource& resource) const {
  const auto found = tallies_.find(&resource);
  return found == tallies_.end() ? 0 : found->second.faults;
}

void ClusterBuilder::add(const Resource& resource, JsonView object, std::string_view where) {
  const JsonView meta = object.get("metadata");
  const std::string_view name = meta.get("name").string().value_or("");
  const std::string_view ns = meta.get("namespace").string().value_or("");
  if (object.kind() != JsonKind::object || name.empty()) {
    fault(resource, where, "an object without a name");
    return;
  }
  if (resource.namespaced != !ns.empty()) {
    fault(resource, where, resource.namespaced ? "an object without a namespace" : "a cluster-scoped object with a namespace");
    return;
  }
  Tally& tally = tallies_[&resource];
  if (!tally.names.insert(std::string(ns) + "/" + std::string(name)).second) {
    fault(resource, where, "a second object of the same name");
    return;
  }
  std::string wrong;
  const Fields fields(object, &wrong);
  // What take() appends is dropped again when a field of it was misread.
  if (take(resource, fields) && wrong.empty()) {
    ++tally.taken;
    return;
  }
  fault(resource, where, wrong.empty() ? "not understood" : std::string_view(wrong));
}

bool ClusterBuilder::take(const Resource& resource, const Fields& fields) {
  const std::string_view kind = resource.kind;
  const std::string_view group = resource.group;
  // Appends, unless reading met a fault.
  const auto put = [&](auto& list, auto value) {
    if (!fields.faulty()) {
      list.push_back(std::move(value));
    }
    return true;
  };
  if (!has_contents(resource.depth)) {
    model::ObjectMeta meta = read_meta(fields);
    if (kind == "Secret") {
      // A token Secret says in its metadata whose token it holds; other types do not show there.
      const bool token = meta.annotations.contains("kubernetes.io/service-account.name");
      const std::string type = fields.text("type");  // manifests say it; metadata lists do not
      listed_secrets_.push_back({meta.ns, meta.name, token && type.empty() ? "kubernetes.io/service-account-token" : type, {}});
    }
    if (kind == "CustomResourceDefinition") {
      return put(cluster_.custom_resources, read_custom_resource(fields));
    }
    if (kind == "ConfigMap" && fields.has("data")) {
      return put(cluster_.config_maps, read_config_map(fields));
    }
    return true;
  }
  if (group == "networking.k8s.io") {
    return kind == "NetworkPolicy"  ? put(cluster_.network_policies, read_network_policy(fields))
           : kind == "IngressClass" ? put(cluster_.ingress_classes, read_ingress_class(fields))
                                    : put(cluster_.ingresses, read_ingress(fields));
  }
  if (group == "rbac.authorization.k8s.io") {
    return kind == "Role"          ? put(cluster_.roles, read_role(fields))
           : kind == "ClusterRole" ? put(cluster_.cluster_roles, read_role(fields))
           : kind == "RoleBinding" ? put(cluster_.role_bindings, read_role_binding(fields))
                                   : put(cluster_.cluster_role_bindings, read_role_binding(fields));
  }
  if (resource.depth == ReadDepth::if_there) {
    return take_add_on(resource, fields);
  }
  if (group == "storage.k8s.io") {
    return kind == "StorageClass" ? put(cluster_.storage_classes, read_storage_class(fields)) : put(cluster_.csi_drivers, read_csi_driver(fields));
  }
  if (group == "admissionregistration.k8s.io") {
    return kind == "ValidatingAdmissionPolicy"
               ? put(cluster_.admission_policies, read_admission_policy(fields))
               : put(cluster_.webhook_configurations, read_webhook_configuration(fields, kind == "MutatingWebhookConfiguration"));
  }
  if (group == "apiregistration.k8s.io") {
    return put(cluster_.api_services, read_api_service(fields));
  }
  if (group == "apps" || group == "batch" || kind == "ReplicationController") {
    return put(cluster_.workloads, read_workload(fields, std::string(kind)));
  }
  if (kind == "Pod") {
    return put(cluster_.pods, read_pod(fields));
  }
  if (kind == "Namespace") {
    model::Namespace one{read_meta(fields)};
    one.meta.labels.insert_or_assign("kubernetes.io/metadata.name", one.meta.name);  // the server sets it, and no one can change it
    return put(cluster_.namespaces, std::move(one));
  }
  if (kind == "Node") {
    return put(cluster_.nodes, read_node(fields));
  }
  if (kind == "ServiceAccount") {
    return put(cluster_.service_accounts, read_service_account(fields));
  }
  if (kind == "Service") {
    return put(cluster_.services, read_service(fields));
  }
  if (kind == "EndpointSlice") {
    return put(cluster_.endpoint_slices, read_endpoint_slice(fields));
  }
  if (kind == "RuntimeClass") {
    return put(cluster_.runtime_classes, model::RuntimeClass{read_meta(fields), fields.text("handler")});
  }
  if (kind == "PersistentVolume") {
    return put(cluster_.persistent_volumes, read_persistent_volume(fields));
  }
  return kind == "PersistentVolumeClaim" && put(cluster_.persistent_volume_claims, read_persistent_volume_claim(fields));
}

bool ClusterBuilder::take_add_on(const Resource& resource, const Fields& fields) {
  const std::string_view kind = resource.kind;
  const std::string_view group = resource.group;
  const auto put = [&](auto& list, auto value) {
    if (!fields.faulty()) {
      list.push_back(std::move(value));
    }
    return true;
  };
  if (group == "policy.networking.k8s.io") {
    return put(cluster_.tier_policies, read_admin_policy(fields, kind));
  }
  if (group == "cilium.io") {
    std::vector<model::TierPolicy> policies = read_cilium_policies(fields, kind == "CiliumClusterwideNetworkPolicy");
    for (model::TierPolicy& policy : policies) {
      put(cluster_.tier_policies, std::move(policy));
    }
    return true;
  }
  if (group == "gateway.networking.k8s.io") {
    return kind == "GatewayClass"     ? put(cluster_.gateway_classes, read_gateway_class(fields))
           : kind == "Gateway"        ? put(cluster_.gateways, read_gateway(fields))
           : kind == "ReferenceGrant" ? put(cluster_.reference_grants, read_reference_grant(fields))
                                      : put(cluster_.gateway_routes, read_gateway_route(fields, std::string(kind)));
  }
  if (group == "route.openshift.io") {
    return put(cluster_.openshift_routes, read_openshift_route(fields));
  }
  return kind == "Tier" ? put(cluster_.policy_tiers, read_calico_tier(fields))
         : kind == "NetworkSet" || kind == "GlobalNetworkSet"
             ? put(cluster_.address_groups, read_calico_set(fields))
             : put(cluster_.tier_policies, read_calico_policy(fields, kind == "GlobalNetworkPolicy"));
}

void ClusterBuilder::add_kubelet_config(std::string_view node, JsonView config, std::string_view where) {
  std::string wrong;
  const Fields fields(config.get("kubeletconfig"), &wrong);
  if (!fields) {
    problem("kubelet configuration of node " + std::string(node) + " not understood: " + std::string(where));
    return;
  }
  model::KubeletConfig read = read_kubelet_config(fields);
  if (!wrong.empty()) {
    problem("kubelet configuration of node " + std::string(node) + ": " + wrong + ": " + std::string(where));
    return;
  }
  kubelets_.insert_or_assign(std::string(node), std::move(read));
}

void ClusterBuilder::collect_secrets() {
  SecretCollector collector;
  for (const model::Pod& pod : cluster_.pods) {
    collector.refer_spec(pod.meta.ns, pod.spec, "Pod " + place(pod.meta));
  }
  for (const model::Workload& workload : cluster_.workloads) {
    collector.refer_spec(workload.meta.ns, workload.spec, workload.kind + " " + place(workload.meta));
  }
  for (const model::ServiceAccount& account : cluster_.service_accounts) {
    for (const auto* const list : {&account.secrets, &account.image_pull_secrets}) {
      for (const std::string& name : *list) {
        collector.refer(account.meta.ns, name, "ServiceAccount " + place(account.meta));
      }
    }
  }
  for (const model::Ingress& ingress : cluster_.ingresses) {
    for (const std::string& name : ingress.tls_secrets) {
      collector.refer(ingress.meta.ns, name, "Ingress " + place(ingress.meta));
    }
  }
  for (const model::SecretName& secret : listed_secrets_) {
    collector.listed(secret);
  }
  cluster_.secrets = collector.take();
}

void ClusterBuilder::finish_add_ons() {
  // Calico's API server shows what the storage group holds too: the same policy once. Stored names carry their tier.
  const auto same = [](const auto& a, const auto& b) { return a == b; };
  std::vector<model::TierPolicy>& policies = cluster_.tier_policies;
  std::sort(policies.begin(), policies.end(), [](const model::TierPolicy& a, const model::TierPolicy& b) {
    return std::tie(a.dialect, a.kind, a.ns, a.name) < std::tie(b.dialect, b.kind, b.ns, b.name);
  });
  policies.erase(std::unique(policies.begin(), policies.end(), same), policies.end());
  const auto by_name = [](auto& list) {
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  };
  by_name(cluster_.policy_tiers);
  std::vector<model::PolicyTier>& tiers = cluster_.policy_tiers;
  tiers.erase(std::unique(tiers.begin(), tiers.end(), same), tiers.end());
  std::vector<model::AddressGroup>& groups = cluster_.address_groups;
  std::sort(groups.begin(), groups.end(),
            [](const model::AddressGroup& a, const model::AddressGroup& b) { return std::tie(a.ns, a.name) < std::tie(b.ns, b.name); });
  groups.erase(std::unique(groups.begin(), groups.end(), same), groups.end());
  sort_by_name(cluster_.gateway_classes);
  sort_by_name(cluster_.gateways);
  std::sort(cluster_.gateway_routes.begin(), cluster_.gateway_routes.end(), [](const model::GatewayRoute& a, const model::GatewayRoute& b) {
    return std::tie(a.meta.ns, a.kind, a.meta.name) < std::tie(b.meta.ns, b.kind, b.meta.name);
  });
  sort_by_name(cluster_.reference_grants);
  sort_by_name(cluster_.openshift_routes);
  uint64_t unclear = 0;
  for (const model::TierPolicy& policy : policies) {
    for (const std::string& what : policy.not_understood) {
      if (++unclear <= kNamedFaults) {
        problem(policy.kind + " " + (policy.ns.empty() ? "" : policy.ns + "/") + policy.name +
                ": not understood, so taken as unknown: " + what);
      }
    }
  }
  if (unclear > kNamedFaults) {
    problem(std::to_string(unclear - kNamedFaults) + " further parts of network policies of add-ons are not understood");
  }
}

// The controller manager fills an aggregated role with the rules of those it selects; in plain manifests nobody has yet.
void ClusterBuilder::fill_aggregated() {
  for (model::RbacRole& role : cluster_.cluster_roles) {
    if (!role.aggregated || !role.rules.empty()) {
      continue;
    }
    for (const model::RbacRole& other : cluster_.cluster_roles) {
      if (&other != &role && std::any_of(role.aggregation.begin(), role.aggregation.end(),
                                         [&](const model::LabelSelector& s) { return s.matches(other.meta.labels); })) {
        role.rules.insert(role.rules.end(), other.rules.begin(), other.rules.end());
      }
    }
  }
}

model::Cluster ClusterBuilder::finish() {
  for (const auto& [resource, tally] : tallies_) {
    if (tally.faults > kNamedFaults) {
      problem(resource_name(*resource) + ": " + std::to_string(tally.faults - kNamedFaults) + " further objects could not be read");
    }
  }
  finish_add_ons();
  for (model::Node& node : cluster_.nodes) {
    if (const auto found = kubelets_.find(node.meta.name); found != kubelets_.end()) {
      node.kubelet = found->second;
    }
  }
  model::Cluster& c = cluster_;
  sort_by_name(c.namespaces);
  sort_by_name(c.nodes);
  sort_by_name(c.pods);
  std::sort(c.workloads.begin(), c.workloads.end(), [](const model::Workload& a, const model::Workload& b) {
    return std::tie(a.meta.ns, a.kind, a.meta.name) < std::tie(b.meta.ns, b.kind, b.meta.name);
  });
  sort_by_name(c.service_accounts);
  sort_by_name(c.roles);
  sort_by_name(c.cluster_roles);
  sort_by_name(c.role_bindings);
  sort_by_name(c.cluster_role_bindings);
  sort_by_name(c.services);
  sort_by_name(c.endpoint_slices);
  sort_by_name(c.ingresses);
  sort_by_name(c.ingress_classes);
  sort_by_name(c.network_policies);
  sort_by_name(c.runtime_classes);
  sort_by_name(c.persistent_volumes);
  sort_by_name(c.persistent_volume_claims);
  sort_by_name(c.storage_classes);
  sort_by_name(c.csi_drivers);
  std::stable_sort(c.webhook_configurations.begin(), c.webhook_configurations.end(), [](const auto& a, const auto& b) {
    return std::tie(a.mutating, a.meta.name) < std::tie(b.mutating, b.meta.name);
  });
  sort_by_name(c.admission_policies);
  sort_by_name(c.custom_resources);
  sort_by_name(c.api_services);
  sort_by_name(c.config_maps);
  fill_aggregated();
  collect_secrets();
  std::sort(c.problems.begin(), c.problems.end());
  return std::move(cluster_);
}

}  // namespace bulkhead::kube
