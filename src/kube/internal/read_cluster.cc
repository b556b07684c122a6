// Metadata, nodes, service accounts, rights, volumes. Source: Kubernetes API reference, meta/v1, core/v1,
// rbac.authorization.k8s.io/v1; kubelet.config.k8s.io/v1beta1 KubeletConfiguration for what configz gives.
#include <algorithm>

#include "base/text.h"
#include "kube/internal/object_reader.h"

namespace bulkhead::kube {

model::ObjectMeta read_meta(const Fields& object) {
  const Fields meta = object.object("metadata");
  model::ObjectMeta to;
  to.ns = meta.text("namespace");
  to.name = meta.text("name");
  to.uid = meta.text("uid");
  to.labels = meta.labels("labels");
  to.annotations = meta.labels("annotations");
  const std::vector<Fields> owners = meta.list("ownerReferences");
  if (!owners.empty()) {
    const auto controller = std::find_if(owners.begin(), owners.end(), [](const Fields& owner) { return owner.flag("controller", false); });
    const Fields& owner = controller == owners.end() ? owners.front() : *controller;
    to.owner_kind = owner.text("kind");
    to.owner_name = owner.text("name");
    to.owner_uid = owner.text("uid");
  }
  return to;
}

model::LabelSelector read_selector(const Fields& selector) {
  model::LabelSelector to;
  to.match_labels = selector.labels("matchLabels");
  for (const Fields& one : selector.list("matchExpressions")) {
    to.match_expressions.push_back({one.text("key"), one.text("operator"), one.texts("values")});
  }
  return to;
}

model::Node read_node(const Fields& object) {
  model::Node to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  const Fields status = object.object("status");
  const Fields info = status.object("nodeInfo");
  to.kernel_version = info.text("kernelVersion");
  to.os_image = info.text("osImage");
  to.container_runtime_version = info.text("containerRuntimeVersion");
  to.kubelet_version = info.text("kubeletVersion");
  to.kube_proxy_version = info.text("kubeProxyVersion");
  to.operating_system = info.text("operatingSystem");
  to.architecture = info.text("architecture");
  to.provider_id = spec.text("providerID");
  for (const Fields& one : spec.list("taints")) {
    to.taints.push_back({one.text("key"), one.text("value"), one.text("effect")});
  }
  to.pod_cidrs = spec.texts("podCIDRs");
  if (std::string range = spec.text("podCIDR"); to.pod_cidrs.empty() && !range.empty()) {
    to.pod_cidrs.push_back(std::move(range));
  }
  to.unschedulable = spec.flag("unschedulable", false);
  for (const Fields& one : status.list("addresses")) {
    const std::string type = one.text("type");
    if (type == "InternalIP") {
      to.internal_ips.push_back(one.text("address"));
    } else if (type == "ExternalIP") {
      to.external_ips.push_back(one.text("address"));
    }
  }
  for (const Fields& one : status.list("conditions")) {
    if (one.text("type") == "Ready") {
      to.ready = one.text("status") == "True";
    }
  }
  return to;
}

model::KubeletConfig read_kubelet_config(const Fields& config) {
  model::KubeletConfig to;
  to.seccomp_default = config.flag("seccompDefault");
  to.anonymous_auth = config.object("authentication").object("anonymous").flag("enabled");
  to.protect_kernel_defaults = config.flag("protectKernelDefaults");
  to.read_only_port = config.number("readOnlyPort");
  to.verbosity = config.object("logging").number("verbosity");
  if (config.has("healthzBindAddress")) {
    to.healthz_bind_address = config.text("healthzBindAddress");
  }
  config.object("featureGates").view().each([&](std::string_view name, base::JsonView value) {
    if (const auto on = value.boolean()) {
      to.feature_gates[std::string(name)] = *on ? "true" : "false";
    }
  });
  if (config.object("authorization").has("mode")) {
    to.authorization_mode = config.object("authorization").text("mode");
  }
  if (config.has("staticPodPath")) {
    to.static_pod_path = config.text("staticPodPath");
  }
  return to;
}

model::ServiceAccount read_service_account(const Fields& object) {
  model::ServiceAccount to;
  to.meta = read_meta(object);
  to.automount_token = object.flag("automountServiceAccountToken");
  for (const Fields& one : object.list("secrets")) {
    to.secrets.push_back(one.text("name"));
  }
  for (const Fields& one : object.list("imagePullSecrets")) {
    to.image_pull_secrets.push_back(one.text("name"));
  }
  return to;
}

model::RbacRole read_role(const Fields& object) {
  model::RbacRole to;
  to.meta = read_meta(object);
  for (const Fields& rule : object.list("rules")) {
    to.rules.push_back({rule.texts("verbs"), rule.texts("apiGroups"), rule.texts("resources"), rule.texts("resourceNames"),
                        rule.texts("nonResourceURLs")});
  }
  if (const Fields aggregation = object.object("aggregationRule")) {
    to.aggregated = true;
    for (const Fields& selector : aggregation.list("clusterRoleSelectors")) {
      to.aggregation.push_back(read_selector(selector));
    }
  }
  return to;
}

model::RoleBinding read_role_binding(const Fields& object) {
  model::RoleBinding to;
  to.meta = read_meta(object);
  const Fields role = object.object("roleRef");
  to.role_kind = role.text("kind");
  to.role_name = role.text("name");
  for (const Fields& subject : object.list("subjects")) {
    to.subjects.push_back({subject.text("kind"), subject.text("namespace"), subject.text("name")});
  }
  return to;
}

model::PersistentVolume read_persistent_volume(const Fields& object) {
  static constexpr const char* kSources[] = {"hostPath",
                                             "local",
                                             "csi",
                                             "nfs",
                                             "iscsi",
                                             "fc",
                                             "rbd",
                                             "cephfs",
                                             "glusterfs",
                                             "azureDisk",
                                             "azureFile",
                                             "awsElasticBlockStore",
                                             "gcePersistentDisk",
                                             "cinder",
                                             "vsphereVolume",
                                             "flexVolume",
                                             "flocker",
                                             "photonPersistentDisk",
                                             "portworxVolume",
                                             "quobyte",
                                             "scaleIO",
                                             "storageos"};
  model::PersistentVolume to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  for (const char* const source : kSources) {
    if (const Fields one = spec.object(source)) {
      to.type = source;
      to.host_path = to.type == "hostPath" || to.type == "local" ? one.text("path") : std::string();
    }
  }
  to.claim_ns = spec.object("claimRef").text("namespace");
  to.claim_name = spec.object("claimRef").text("name");
  to.storage_class = spec.text("storageClassName");
  to.access_modes = spec.texts("accessModes");
  return to;
}

model::PersistentVolumeClaim read_persistent_volume_claim(const Fields& object) {
  model::PersistentVolumeClaim to;
  to.meta = read_meta(object);
  const Fields spec = object.object("spec");
  to.volume = spec.text("volumeName");
  to.storage_class = spec.text("storageClassName");
  to.access_modes = spec.texts("accessModes");
  return to;
}

}  // namespace bulkhead::kube
