#include "kube/resource.h"

namespace bulkhead::kube {
namespace {

using enum ReadDepth;

constexpr Resource kResources[] = {
    {"", "v1", "namespaces", "Namespace", false, whole},
    {"", "v1", "nodes", "Node", false, whole},
    // Rights and policies before pods: what a pod may do should not be newer than the pod.
    {"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, whole},
    {"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false, whole},
    {"rbac.authorization.k8s.io", "v1", "roles", "Role", true, whole},
    {"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, whole},
    {"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, whole},
    {"networking.k8s.io", "v1", "ingressclasses", "IngressClass", false, whole},
    {"networking.k8s.io", "v1", "ingresses", "Ingress", true, whole},
    {"node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", false, whole},
    {"", "v1", "serviceaccounts", "ServiceAccount", true, whole},
    {"", "v1", "secrets", "Secret", true, on_flag},
    {"", "v1", "configmaps", "ConfigMap", true, names},
    {"", "v1", "persistentvolumes", "PersistentVolume", false, whole},
    {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, whole},
    {"apps", "v1", "deployments", "Deployment", true, whole},
    {"apps", "v1", "statefulsets", "StatefulSet", true, whole},
    {"apps", "v1", "daemonsets", "DaemonSet", true, whole},
    {"apps", "v1", "replicasets", "ReplicaSet", true, whole},
    {"", "v1", "replicationcontrollers", "ReplicationController", true, whole},
    {"batch", "v1", "cronjobs", "CronJob", true, whole},
    {"batch", "v1", "jobs", "Job", true, whole},
    {"", "v1", "pods", "Pod", true, whole},
    {"", "v1", "services", "Service", true, whole},
    {"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, whole},
    {"storage.k8s.io", "v1", "storageclasses", "StorageClass", false, whole},
    {"storage.k8s.io", "v1", "csidrivers", "CSIDriver", false, whole},
    {"admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false, whole},
    {"admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false, whole},
    {"admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", false, whole},
    {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false, names},
    {"apiregistration.k8s.io", "v1", "apiservices", "APIService", false, whole},
    {"cilium.io", "v2", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy", false, if_there},
    {"cilium.io", "v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true, if_there},
    // Calico's objects as its API server shows them, and as its operator-less installations store them.
    {"crd.projectcalico.org", "v1", "globalnetworkpolicies", "GlobalNetworkPolicy", false, if_there},
    {"crd.projectcalico.org", "v1", "globalnetworksets", "GlobalNetworkSet", false, if_there},
    {"crd.projectcalico.org", "v1", "networkpolicies", "NetworkPolicy", true, if_there},
    {"crd.projectcalico.org", "v1", "networksets", "NetworkSet", true, if_there},
    {"crd.projectcalico.org", "v1", "tiers", "Tier", false, if_there},
    {"projectcalico.org", "v3", "globalnetworkpolicies", "GlobalNetworkPolicy", false, if_there},
    {"projectcalico.org", "v3", "globalnetworksets", "GlobalNetworkSet", false, if_there},
    {"projectcalico.org", "v3", "networkpolicies", "NetworkPolicy", true, if_there},
    {"projectcalico.org", "v3", "networksets", "NetworkSet", true, if_there},
    {"projectcalico.org", "v3", "tiers", "Tier", false, if_there},
    {"policy.networking.k8s.io", "v1alpha1", "adminnetworkpolicies", "AdminNetworkPolicy", false, if_there},
    {"policy.networking.k8s.io", "v1alpha1", "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy", false, if_there},
    {"policy.networking.k8s.io", "v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy", false, if_there},
    {"gateway.networking.k8s.io", "v1", "gatewayclasses", "GatewayClass", false, if_there},
    {"gateway.networking.k8s.io", "v1", "gateways", "Gateway", true, if_there},
    {"gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute", true, if_there},
    {"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true, if_there},
    {"gateway.networking.k8s.io", "v1beta1", "referencegrants", "ReferenceGrant", true, if_there},
    {"gateway.networking.k8s.io", "v1alpha2", "tcproutes", "TCPRoute", true, if_there},
    {"gateway.networking.k8s.io", "v1alpha2", "tlsroutes", "TLSRoute", true, if_there},
    {"gateway.networking.k8s.io", "v1alpha2", "udproutes", "UDPRoute", true, if_there},
    {"route.openshift.io", "v1", "routes", "Route", true, if_there},
};

}  // namespace

std::span<const Resource> resources() { return kResources; }

const Resource* find_resource(std::string_view group, std::string_view resource) {
  for (const Resource& row : kResources) {
    if (group == row.group && resource == row.resource) {
      return &row;
    }
  }
  return nullptr;
}

const Resource* find_kind(std::string_view group, std::string_view kind) {
  for (const Resource& row : kResources) {
    if (group == row.group && kind == row.kind) {
      return &row;
    }
  }
  return nullptr;
}

std::string resource_name(const Resource& resource) {
  return *resource.group == '\0' ? resource.resource : std::string(resource.resource) + "." + resource.group;
}

std::string resource_file(const Resource& resource) {
  return std::string("objects/") + (*resource.group == '\0' ? "core" : resource.group) + "_" + resource.version + "_" + resource.resource +
         ".jsonl";
}

}  // namespace bulkhead::kube
