// One API object as JSON becomes one typed fact. The API server's own defaults are filled in where a field is missing, so
// that an object from a plain manifest reads as the server would have stored it (docs/reading-a-cluster.md lists them).
#pragma once

#include "kube/internal/fields.h"
#include "model/cluster.h"

namespace bulkhead::kube {

model::ObjectMeta read_meta(const Fields& object);
model::LabelSelector read_selector(const Fields& selector);
model::PodSpec read_pod_spec(const Fields& spec);

model::Pod read_pod(const Fields& object);
// Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, ReplicationController.
model::Workload read_workload(const Fields& object, std::string kind);
model::Node read_node(const Fields& object);
model::KubeletConfig read_kubelet_config(const Fields& config);
model::ServiceAccount read_service_account(const Fields& object);
model::RbacRole read_role(const Fields& object);
model::RoleBinding read_role_binding(const Fields& object);
model::Service read_service(const Fields& object);
model::EndpointSlice read_endpoint_slice(const Fields& object);
model::Ingress read_ingress(const Fields& object);
model::IngressClass read_ingress_class(const Fields& object);
model::NetworkPolicy read_network_policy(const Fields& object);
model::GatewayClass read_gateway_class(const Fields& object);
model::Gateway read_gateway(const Fields& object);
model::GatewayRoute read_gateway_route(const Fields& object, std::string kind);
model::ReferenceGrant read_reference_grant(const Fields& object);
model::OpenShiftRoute read_openshift_route(const Fields& object);
// Policies of add-ons in the one form of model/tier_policy.h. What is not understood is named in the policy, never guessed.
model::TierPolicy read_admin_policy(const Fields& object, std::string_view kind);
model::TierPolicy read_calico_policy(const Fields& object, bool global);
std::vector<model::TierPolicy> read_cilium_policies(const Fields& object, bool cluster_wide);  // one for each of its specs
model::PolicyTier read_calico_tier(const Fields& object);
model::AddressGroup read_calico_set(const Fields& object);
model::PersistentVolume read_persistent_volume(const Fields& object);
model::PersistentVolumeClaim read_persistent_volume_claim(const Fields& object);
model::StorageClass read_storage_class(const Fields& object);
model::CsiDriver read_csi_driver(const Fields& object);
model::WebhookConfiguration read_webhook_configuration(const Fields& object, bool mutating);
model::AdmissionPolicy read_admission_policy(const Fields& object);
model::CustomResource read_custom_resource(const Fields& object);
model::ApiService read_api_service(const Fields& object);
model::ConfigMap read_config_map(const Fields& object);

}  // namespace bulkhead::kube
