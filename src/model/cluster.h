// The facts of a cluster that access, graph and policy read, as plain values.
//
// Everything here is what the API server said after its own defaulting (plain manifests are defaulted by kube first).
// A fact that could not be read is not in the lists; `reads` says so, and `Cluster::list_state` is what a pass must ask
// before it concludes anything from absence. Field names follow the Kubernetes API.
// Over 500 lines on purpose: these are the plain shapes of one value, Cluster, which are read side by side; no code stands here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/tier_policy.h"

namespace bulkhead::model {

using Labels = std::map<std::string, std::string>;

struct ObjectMeta {
  std::string ns;  // namespace; empty for cluster-scoped objects
  std::string name;
  std::string uid;
  Labels labels;
  Labels annotations;
  // The controlling owner, or else the first one.
  std::string owner_kind, owner_name, owner_uid;
  bool operator==(const ObjectMeta&) const = default;
};

struct LabelSelectorRequirement {
  std::string key;
  std::string op;  // In | NotIn | Exists | DoesNotExist
  std::vector<std::string> values;
  bool operator==(const LabelSelectorRequirement&) const = default;
};
struct LabelSelector {
  Labels match_labels;
  std::vector<LabelSelectorRequirement> match_expressions;
  bool empty() const { return match_labels.empty() && match_expressions.empty(); }
  // An unknown operator never matches here; `valid` is false then.
  bool matches(const Labels& labels) const;
  bool valid() const;
  bool operator==(const LabelSelector&) const = default;
};

// ---------------------------------------------------------------- reading
enum class ReadState : uint8_t { read, forbidden, absent, error };
const char* read_state_name(ReadState state);

struct ResourceRead {
  std::string group;     // "" for core
  std::string version;   // "v1"
  std::string resource;  // "pods"
  ReadState state = ReadState::read;
  uint64_t count = 0;
  std::string resource_version;
  std::string message;  // why not
  bool operator==(const ResourceRead&) const = default;
};

// ---------------------------------------------------------------- pods
struct SeccompProfile {
  std::string type;       // RuntimeDefault | Unconfined | Localhost
  std::string localhost;  // localhostProfile
  bool operator==(const SeccompProfile&) const = default;
};
struct AppArmorProfile {
  std::string type;  // RuntimeDefault | Unconfined | Localhost
  std::string localhost;
  bool operator==(const AppArmorProfile&) const = default;
};
struct SeLinuxOptions {
  std::string user, role, type, level;
  bool operator==(const SeLinuxOptions&) const = default;
};
struct ContainerPort {
  std::string name;
  int32_t port = 0;
  int32_t host_port = 0;
  std::string protocol = "TCP";
  bool operator==(const ContainerPort&) const = default;
};
struct VolumeMount {
  std::string volume;
  std::string mount_path;
  std::string sub_path;
  std::string sub_path_expr;
  std::string propagation;
  bool read_only = false;
  bool operator==(const VolumeMount&) const = default;
};
struct KeyReference {  // env valueFrom or envFrom
  std::string name;
  std::string key;  // empty: all keys
  bool optional = false;
  bool operator==(const KeyReference&) const = default;
};
struct Container {
  enum class Kind : uint8_t { regular, init, ephemeral } kind = Kind::regular;
  std::string name;
  std::string image;
  std::string image_id;  // from the status: digest reference; empty until it runs
  std::vector<std::string> command, args;
  std::string working_dir;
  std::vector<ContainerPort> ports;
  std::vector<VolumeMount> mounts;
  std::vector<std::string> device_paths;  // volumeDevices
  std::vector<KeyReference> secret_refs;  // env and envFrom
  std::vector<KeyReference> config_refs;
  std::vector<std::string> probe_hosts;  // host fields of probes and lifecycle hooks that are set
  // securityContext; nullopt where the object does not say
  std::optional<bool> privileged, allow_privilege_escalation, run_as_non_root, read_only_root;
  std::optional<int64_t> run_as_user, run_as_group;
  std::vector<std::string> add_capabilities, drop_capabilities;  // as written
  std::optional<SeccompProfile> seccomp;
  std::optional<AppArmorProfile> app_armor;
  std::optional<SeLinuxOptions> se_linux;
  std::optional<bool> windows_host_process;
  std::string proc_mount;  // "" or Default | Unmasked
  bool tty = false, stdin_open = false;
  std::map<std::string, std::string> limits;  // resource name → quantity, e.g. nvidia.com/gpu
  bool operator==(const Container&) const = default;
};
struct ProjectedSource {
  std::string kind;  // secret | configMap | serviceAccountToken | downwardAPI | clusterTrustBundle
  std::string name;
  std::string audience;  // of a token; empty = the API server's
  bool optional = false;
  bool operator==(const ProjectedSource&) const = default;
};
struct Volume {
  std::string name;
  std::string type;       // the API's field name: hostPath, secret, configMap, emptyDir, persistentVolumeClaim, projected, csi, nfs, …
  std::string host_path;  // hostPath.path
  std::string host_path_type;
  std::string secret;  // secret.secretName
  bool optional = false;
  std::string config_map;
  std::string claim;  // persistentVolumeClaim.claimName
  bool claim_read_only = false;
  std::string csi_driver;
  std::string driver_secret;  // Secret that the volume's driver is given (csi nodePublishSecretRef …); the pod does not see it
  std::vector<ProjectedSource> sources;
  bool operator==(const Volume&) const = default;
};
struct Toleration {
  std::string key, op, value, effect;
  bool operator==(const Toleration&) const = default;
};
struct PodSpec {
  std::string service_account = "default";
  std::optional<bool> automount_token;
  bool host_network = false, host_pid = false, host_ipc = false;
  std::optional<bool> host_users;  // false: the pod has a user namespace of its own
  std::optional<bool> share_process_namespace;
  std::string runtime_class;
  std::string node_name;
  std::string os;  // spec.os.name
  Labels node_selector;
  std::vector<Toleration> tolerations;
  std::vector<Container> containers;  // all kinds, in the API's order: init, regular, ephemeral
  std::vector<Volume> volumes;
  std::vector<std::string> image_pull_secrets;
  // pod-level securityContext
  std::optional<bool> run_as_non_root;
  std::optional<int64_t> run_as_user, run_as_group, fs_group;
  std::vector<int64_t> supplemental_groups;
  std::optional<SeccompProfile> seccomp;
  std::optional<AppArmorProfile> app_armor;
  std::optional<SeLinuxOptions> se_linux;
  std::optional<bool> windows_host_process;
  std::vector<std::pair<std::string, std::string>> sysctls;
  bool operator==(const PodSpec&) const = default;
};
struct Pod {
  ObjectMeta meta;
  PodSpec spec;
  std::string phase;  // Pending | Running | Succeeded | Failed | Unknown
  std::vector<std::string> pod_ips;
  std::string host_ip;
  bool operator==(const Pod&) const = default;
};

// A controller and its template: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, ReplicationController.
struct Workload {
  std::string kind;
  ObjectMeta meta;
  int64_t replicas = -1;  // -1: not that kind of controller
  LabelSelector selector;
  Labels template_labels;
  Labels template_annotations;
  PodSpec spec;
  bool operator==(const Workload&) const = default;
};

// ---------------------------------------------------------------- nodes and namespaces
struct Taint {
  std::string key, value, effect;
  bool operator==(const Taint&) const = default;
};
struct KubeletConfig {  // configz where it was allowed; nullopt: not said
  std::optional<bool> seccomp_default, anonymous_auth, protect_kernel_defaults;
  std::optional<int64_t> read_only_port, verbosity;
  std::optional<std::string> authorization_mode, static_pod_path, healthz_bind_address;
  Labels feature_gates;  // name → "true" | "false", as far as set
  bool operator==(const KubeletConfig&) const = default;
};
struct Node {
  ObjectMeta meta;
  std::string kernel_version, os_image, container_runtime_version, kubelet_version, kube_proxy_version;
  std::string operating_system, architecture;
  std::string provider_id;
  std::vector<Taint> taints;
  std::vector<std::string> internal_ips, external_ips, pod_cidrs;
  bool unschedulable = false;
  bool ready = false;
  std::optional<KubeletConfig> kubelet;
  bool operator==(const Node&) const = default;
};
struct Namespace {
  ObjectMeta meta;  // pod-security.kubernetes.io/* are labels
  bool operator==(const Namespace&) const = default;
};
struct ServiceAccount {
  ObjectMeta meta;
  std::optional<bool> automount_token;
  std::vector<std::string> secrets;
  std::vector<std::string> image_pull_secrets;
  bool operator==(const ServiceAccount&) const = default;
};

// ---------------------------------------------------------------- rights
struct PolicyRule {
  std::vector<std::string> verbs, api_groups, resources, resource_names, non_resource_urls;
  bool operator==(const PolicyRule&) const = default;
};
struct RbacRole {  // Role (ns set) or ClusterRole
  ObjectMeta meta;
  std::vector<PolicyRule> rules;
  std::vector<LabelSelector> aggregation;  // clusterRoleSelectors; empty: not aggregated
  bool aggregated = false;
  bool operator==(const RbacRole&) const = default;
};
struct Subject {
  std::string kind;  // User | Group | ServiceAccount
  std::string ns, name;
  bool operator==(const Subject&) const = default;
};
struct RoleBinding {  // RoleBinding (ns set) or ClusterRoleBinding
  ObjectMeta meta;
  std::string role_kind, role_name;
  std::vector<Subject> subjects;
  bool operator==(const RoleBinding&) const = default;
};

// ---------------------------------------------------------------- network
struct IntOrName {  // a port by number or by name; neither: all
  std::optional<int32_t> number;
  std::string name;
  bool operator==(const IntOrName&) const = default;
};
struct ServicePort {
  std::string name;
  std::string protocol = "TCP";
  int32_t port = 0;
  IntOrName target;
  int32_t node_port = 0;
  bool operator==(const ServicePort&) const = default;
};
struct Service {
  ObjectMeta meta;
  std::string type;  // ClusterIP | NodePort | LoadBalancer | ExternalName
  Labels selector;
  bool has_selector = false;
  std::vector<ServicePort> ports;
  std::vector<std::string> cluster_ips, external_ips, load_balancer_source_ranges, load_balancer_ingress;
  std::string external_name;
  bool publish_not_ready = false;
  std::string internal_traffic_policy, external_traffic_policy;
  bool operator==(const Service&) const = default;
};
struct EndpointSlice {
  ObjectMeta meta;  // label kubernetes.io/service-name
  std::string address_type;
  struct Endpoint {
    std::vector<std::string> addresses;
    std::string target_kind, target_ns, target_name;
    std::string node;
    bool ready = true;
    bool operator==(const Endpoint&) const = default;
  };
  std::vector<Endpoint> endpoints;
  std::vector<ServicePort> ports;
  bool operator==(const EndpointSlice&) const = default;
};
struct IngressBackend {
  std::string service;
  IntOrName port;
  bool operator==(const IngressBackend&) const = default;
};
struct Ingress {
  ObjectMeta meta;
  std::string class_name;
  std::optional<IngressBackend> default_backend;
  struct Rule {
    std::string host, path, path_type;
    IngressBackend backend;
    bool operator==(const Rule&) const = default;
  };
  std::vector<Rule> rules;
  bool tls = false;
  std::vector<std::string> tls_secrets;
  bool operator==(const Ingress&) const = default;
};
struct IngressClass {
  ObjectMeta meta;
  std::string controller;
  bool is_default = false;
  bool operator==(const IngressClass&) const = default;
};
struct IpBlock {
  std::string cidr;
  std::vector<std::string> except;
  bool operator==(const IpBlock&) const = default;
};
struct NetworkPolicyPeer {
  std::optional<LabelSelector> pod_selector, namespace_selector;
  std::optional<IpBlock> ip_block;
  bool operator==(const NetworkPolicyPeer&) const = default;
};
struct NetworkPolicyPort {
  std::string protocol = "TCP";
  IntOrName port;
  std::optional<int32_t> end_port;
  bool operator==(const NetworkPolicyPort&) const = default;
};
struct NetworkPolicyRule {
  std::vector<NetworkPolicyPeer> peers;  // empty: everybody
  std::vector<NetworkPolicyPort> ports;  // empty: every port
  bool operator==(const NetworkPolicyRule&) const = default;
};
struct NetworkPolicy {
  ObjectMeta meta;
  LabelSelector pod_selector;
  bool ingress_isolated = false, egress_isolated = false;  // policyTypes after defaulting
  std::vector<NetworkPolicyRule> ingress, egress;
  bool operator==(const NetworkPolicy&) const = default;
};

// Gateway API (gateway.networking.k8s.io) and OpenShift's Route (route.openshift.io/v1): ways in beside Ingress.
struct GatewayClass {
  ObjectMeta meta;
  std::string controller;
  bool operator==(const GatewayClass&) const = default;
};
struct Gateway {
  ObjectMeta meta;
  std::string class_name;
  struct Listener {
    std::string name, protocol;
    int32_t port = 0;
    std::string from = "Same";       // allowedRoutes.namespaces.from: Same | All | Selector | None
    LabelSelector namespaces;        // with Selector
    std::vector<std::string> kinds;  // "HTTPRoute", …; empty: what the protocol takes
    bool operator==(const Listener&) const = default;
  };
  std::vector<Listener> listeners;
  std::vector<std::string> addresses;  // from the status
  bool operator==(const Gateway&) const = default;
};
struct GatewayRoute {
  std::string kind;  // HTTPRoute | GRPCRoute | TLSRoute | TCPRoute | UDPRoute
  ObjectMeta meta;
  struct Reference {  // a parent or a backend
    std::string group, kind, ns, name, section;
    int32_t port = 0;
    bool operator==(const Reference&) const = default;
  };
  std::vector<Reference> parents, backends;
  bool operator==(const GatewayRoute&) const = default;
};
struct ReferenceGrant {
  ObjectMeta meta;
  std::vector<GatewayRoute::Reference> from, to;  // from: group, kind, ns; to: group, kind, name (empty: all)
  bool operator==(const ReferenceGrant&) const = default;
};
struct OpenShiftRoute {
  ObjectMeta meta;
  std::string host;
  std::vector<std::string> services;  // to and alternateBackends
  IntOrName port;                     // neither: every port of the Service
  bool operator==(const OpenShiftRoute&) const = default;
};

// ---------------------------------------------------------------- the rest
struct RuntimeClass {
  ObjectMeta meta;
  std::string handler;
  bool operator==(const RuntimeClass&) const = default;
};
struct PersistentVolume {
  ObjectMeta meta;
  std::string type;  // hostPath, csi, local, nfs, …
  std::string host_path;
  std::string claim_ns, claim_name;
  std::string storage_class;
  std::vector<std::string> access_modes;
  bool operator==(const PersistentVolume&) const = default;
};
struct PersistentVolumeClaim {
  ObjectMeta meta;
  std::string volume;
  std::string storage_class;
  std::vector<std::string> access_modes;
  bool operator==(const PersistentVolumeClaim&) const = default;
};
// ---------------------------------------------------------------- what extends the API server and the nodes
// Their contents are nullopt where only the name is known (a snapshot of metadata only).
struct StorageClass {
  ObjectMeta meta;
  std::optional<std::string> provisioner;
  bool operator==(const StorageClass&) const = default;
};
struct CsiDriver {
  ObjectMeta meta;
  std::optional<bool> token_requests;  // spec.tokenRequests names any
  bool operator==(const CsiDriver&) const = default;
};
struct Webhook {
  std::string name;
  std::string service_ns, service_name;  // empty: called by URL
  std::vector<std::string> targets;      // "UPDATE nodes", one per operation and resource of its rules; may hold "*"
  bool operator==(const Webhook&) const = default;
};
struct WebhookConfiguration {
  ObjectMeta meta;
  bool mutating = false;
  std::optional<std::vector<Webhook>> webhooks;
  bool operator==(const WebhookConfiguration&) const = default;
};
struct AdmissionPolicy {  // ValidatingAdmissionPolicy
  ObjectMeta meta;
  std::optional<std::vector<std::string>> expressions;  // CEL, of validations and variables
  bool operator==(const AdmissionPolicy&) const = default;
};
struct CustomResource {  // CustomResourceDefinition; its name is "<plural>.<group>"
  ObjectMeta meta;
  std::optional<std::string> scope;  // Namespaced | Cluster
  bool operator==(const CustomResource&) const = default;
};
struct ApiService {
  ObjectMeta meta;
  std::optional<std::string> service;  // "ns/name" that answers for the group; empty: the API server itself
  bool operator==(const ApiService&) const = default;
};
// Only the keys that data/kubernetes/kept_config.yaml names are ever read; the rest of a ConfigMap is not.
struct ConfigMap {
  ObjectMeta meta;
  Labels data;  // key → its kept part, as JSON or plain text
  bool operator==(const ConfigMap&) const = default;
};

// A Secret is never read. Its name comes from what refers to it, its type from metadata where a partial list allowed it.
struct SecretName {
  std::string ns, name;
  std::string type;                      // "" unknown
  std::vector<std::string> referred_by;  // "Pod shop/api-…", "ServiceAccount ci/runner"
  bool operator==(const SecretName&) const = default;
};

struct Cluster {
  std::string name;            // context or file
  std::string server_version;  // gitVersion, "v1.33.13"; empty unknown
  std::string platform;
  std::string collected_at;     // RFC 3339
  bool torn = false;            // lists of one resource came from more than one moment
  bool from_manifests = false;  // then `absent` means that there was no manifest, not that the server has no such kind
  std::vector<ResourceRead> reads;

  std::vector<Namespace> namespaces;
  std::vector<Node> nodes;
  std::vector<Pod> pods;
  std::vector<Workload> workloads;
  std::vector<ServiceAccount> service_accounts;
  std::vector<RbacRole> roles, cluster_roles;
  std::vector<RoleBinding> role_bindings, cluster_role_bindings;
  std::vector<Service> services;
  std::vector<EndpointSlice> endpoint_slices;
  std::vector<Ingress> ingresses;
  std::vector<IngressClass> ingress_classes;
  std::vector<NetworkPolicy> network_policies;
  std::vector<TierPolicy> tier_policies;  // of add-ons, in one form (model/tier_policy.h)
  std::vector<PolicyTier> policy_tiers;
  std::vector<AddressGroup> address_groups;
  std::vector<GatewayClass> gateway_classes;
  std::vector<Gateway> gateways;
  std::vector<GatewayRoute> gateway_routes;
  std::vector<ReferenceGrant> reference_grants;
  std::vector<OpenShiftRoute> openshift_routes;
  std::vector<RuntimeClass> runtime_classes;
  std::vector<PersistentVolume> persistent_volumes;
  std::vector<PersistentVolumeClaim> persistent_volume_claims;
  std::vector<SecretName> secrets;
  std::vector<StorageClass> storage_classes;
  std::vector<CsiDriver> csi_drivers;
  std::vector<WebhookConfiguration> webhook_configurations;
  std::vector<AdmissionPolicy> admission_policies;
  std::vector<CustomResource> custom_resources;
  std::vector<ApiService> api_services;
  std::vector<ConfigMap> config_maps;  // those of which a key was kept
  std::vector<std::string> problems;   // objects that contradict or could not be understood, one line each

  // State of a list: `read` only where it was listed whole. Unknown resources are `absent` only when `reads` says so, else `error`.
  ReadState list_state(std::string_view group, std::string_view resource) const;
  bool was_read(std::string_view group, std::string_view resource) const { return list_state(group, resource) == ReadState::read; }
};

}  // namespace bulkhead::model
