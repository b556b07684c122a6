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
model::PersistentVolume read_persistent_volume(const Fields& object);
model::PersistentVolumeClaim read_persistent_volume_claim(const Fields& object);

}  // namespace bulkhead::kube
