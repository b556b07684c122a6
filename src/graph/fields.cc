// The fields that preconditions may name, and where each comes from.
#include <algorithm>
#include <array>

#include "access/pod_security.h"
#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Tri;

namespace {

constexpr auto kFields = std::to_array<FieldName>({
    {"pod", "exists", "always true"},
    {"pod", "host_network", "spec.hostNetwork"},
    {"pod", "host_pid", "spec.hostPID"},
    {"pod", "host_ipc", "spec.hostIPC"},
    {"pod", "host_users", "spec.hostUsers; true when not set"},
    {"pod", "share_process_namespace", "spec.shareProcessNamespace"},
    {"pod", "sandbox", "none, gvisor or vm, by the RuntimeClass's handler"},
    {"pod", "siblings", "it has more than one container"},
    {"pod", "token_mounted", "the API token of the service account is in the pod"},
    {"pod", "account_has_rights", "its service account may do more than every authenticated subject"},
    {"pod", "cloud_role", "cloud role named by an annotation of the service account"},
    {"pod", "annotations", "keys of metadata.annotations"},
    {"pod", "sysctls", "spec.securityContext.sysctls names any"},
    {"pod", "sysctl_smuggles", "a sysctl value holds + or ="},
    {"pod", "volume_types", "types of spec.volumes: gitRepo, secret, hostPath, …"},
    {"pod", "os", "operating system of its node, or spec.os"},
    {"pod", "attacker_made", "the attacker writes the pod's manifest"},
    {"pod", "image_crafted", "the attacker made the image; unknown for a pod of the cluster"},
    {"pod", "entered_by_exec", "somebody runs commands in it by exec; unknown for a pod of the cluster"},
    {"container", "privileged", "securityContext.privileged"},
    {"container", "root", "runs as user 0: runAsUser, else runAsNonRoot, else the image's USER"},
    {"container", "root_group", "group 0 is among its groups: runAsGroup, fsGroup, supplementalGroups, else the image's, which is 0 by default"},
    {"container", "software", "the row of data/no_login.yaml that names its image"},
    {"container", "no_login", "what listens in it asks nobody for a login (data/no_login.yaml); unknown where a setting was not read"},
    {"container", "capabilities", "held by a process in it, after add and drop over the runtime's defaults; ALL for privileged"},
    {"container", "seccomp", "Unconfined, RuntimeDefault or Localhost, after pod, container and kubelet defaults"},
    {"container", "app_armor", "AppArmor profile; not set means the runtime's default where the node has AppArmor"},
    {"container", "proc_mount", "securityContext.procMount"},
    {"container", "allow_privilege_escalation", "securityContext.allowPrivilegeEscalation; true when not set"},
    {"container", "user_namespaces", "may create a user namespace: seccomp and the node's sysctls"},
    {"container", "allows_io_uring", "its seccomp profile lets io_uring through"},
    {"container", "allows_af_alg", "its seccomp profile lets AF_ALG sockets through"},
    {"container", "allows_af_vsock", "its seccomp profile lets AF_VSOCK sockets through"},
    {"container", "allows_keyctl", "its seccomp profile lets keyctl through"},
    {"container", "allows_pidfd_getfd", "its seccomp profile lets pidfd_getfd through"},
    {"container", "host_paths", "paths of the node that it mounts, subPath included"},
    {"container", "writable_host_paths", "those of them that are not mounted readOnly"},
    {"container", "run_as_user", "runAsUser of the container or the pod"},
    {"container", "localhost_profile", "file of a Localhost seccomp profile; not set where it is empty"},
    {"container", "seccomp_type", "seccompProfile.type of the container or the pod, as written"},
    {"container", "sub_paths", "subPath and subPathExpr of its mounts"},
    {"container", "tty", "tty"},
    {"container", "working_dir", "workingDir"},
    {"container", "gpu", "asks for a GPU"},
    {"container", "windows_host_process", "windowsOptions.hostProcess"},
    {"mount", "path", "path on the node, subPath included; /var/run is /run"},
    {"mount", "read_only", "the mount is readOnly"},
    {"node", "exists", "always true"},
    {"node", "external_address", "status.addresses of type ExternalIP"},
    {"node", "control_plane", "carries the control-plane label"},
    {"node", "cloud", "provider named by spec.providerID"},
    {"node", "operating_system", "linux or windows"},
    {"node", "kubelet_version", "status.nodeInfo.kubeletVersion"},
    {"node", "provider", "scheme of spec.providerID"},
    {"node", "cgroup", "v1 or v2, by the node OS's default"},
    {"node", "static_pods", "the kubelet reads static pods from a folder"},
    {"node", "unprivileged_bpf", "kernel.unprivileged_bpf_disabled is 0, by the node OS's default"},
    {"node", "module_tls", "built_in, module or absent"},
    {"node", "module_rxrpc", "built_in, module or absent"},
    {"node", "module_rds", "built_in, module or absent"},
    {"node", "module_tipc", "built_in, module or absent"},
    {"node", "module_dccp", "built_in, module or absent"},
    {"node", "module_af_alg", "built_in, module or absent"},
    {"node", "module_vsock", "built_in, module or absent"},
    {"node", "module_loaded_tls", "loaded now; needs the agent"},
    {"server", "minor", "minor version of the API server"},
    {"server", "pod_link", "shared or routed: what joins the pods of a node, by the network plug-in (data/pod_link.yaml)"},
    {"server", "cloud", "provider that any node's spec.providerID names: aws, gce, azure, …"},
    // Asked of the whole cluster (cluster_scene.cc): data/kubernetes/checks.yaml.
    {"apiserver", "verbosity", "--v of any replica"},
    {"apiserver", "admission_plugins", "admission plugins that any replica enables"},
    {"apiserver", "admission_plugins_everywhere", "admission plugins that every replica enables"},
    {"apiserver", "feature_gates", "--feature-gates of any replica: Name=true"},
    {"apiserver", "profiling", "--profiling of any replica; true when not set"},
    {"controller_manager", "verbosity", "--v of any replica"},
    {"controller_manager", "cloud_provider", "--cloud-provider"},
    {"scheduler", "verbosity", "--v of any replica"},
    {"kubelet", "open", "whom the kubelet of the pod's node, or of the node, lets in: nobody, authenticated, anonymous"},
    {"kubelet", "read_only_port", "readOnlyPort of the node's kubelet"},
    {"kubelet", "healthz_bind_address", "healthzBindAddress of the node's kubelet"},
    {"kubelet", "verbosity", "logging.verbosity of the node's kubelet"},
    {"kubelet", "feature_gates", "featureGates of the node's kubelet: Name=true"},
    {"component", "annotation_validation", "ingress-nginx validates annotations, on every replica"},
    {"component", "snippets", "ingress-nginx allows snippet annotations"},
    {"component", "strict_paths", "ingress-nginx validates path types strictly, on every replica"},
    {"component", "webhook_reachable", "a pod can connect to its admission webhook"},
    {"admission_policy", "git_repo", "the policy forbids gitRepo volumes; unknown where it speaks of them"},
    {"admission_policy", "external_ips", "the policy forbids externalIPs; unknown where it speaks of them"},
    {"api_service", "aggregated", "another server answers for the group"},
    {"crd", "scope", "Namespaced or Cluster"},
    {"crd", "listed_alone", "somebody may list it in the whole cluster, but not another kind of its group"},
    {"crd", "namespaced_role", "a Role grants something on it"},
    {"csi_driver", "name", "name of the driver"},
    {"csi_driver", "token_requests", "the driver is given tokens of pods"},
    {"ingress", "exists", "always true"},
    {"ingress", "annotations", "keys of metadata.annotations"},
    {"network_policy", "exists", "always true"},
    {"outside", "router_advertisements", "nodes accept router advertisements; never in the API"},
    {"outside", "pull_secret_malformed", "a pull Secret is malformed; contents of Secrets are never read"},
    {"outside", "neighbours", "hosts on the network of the nodes; never in the API"},
    {"persistent_volume", "type", "type of its source: local, hostPath, csi, …"},
    {"service", "type", "ClusterIP, NodePort, LoadBalancer or ExternalName"},
    {"service_account", "annotations", "metadata.annotations as key=value"},
    {"storage_class", "provisioner", "provisioner"},
    {"webhook", "targets", "what a validating webhook is asked about: UPDATE nodes"},
});

Fact boolean(std::string place, std::optional<bool> value, bool fallback) { return Fact::of(value.value_or(fallback), std::move(place)); }

Fact text_or_none(std::string place, const std::string& text) {
  return text.empty() ? Fact::none(std::move(place)) : Fact::of(text, std::move(place));
}

Fact of_tri(std::string place, Tri value, const Missing& missing) {
  return value == Tri::unknown ? Fact::unread(missing, std::move(place)) : Fact::of(value == Tri::yes, std::move(place));
}

// Does the container's profile let `feature` through?
Fact profile_allows(const Builder& b, const WorkloadView& w, const model::Container& c, const std::string& feature,
                    const std::string& place) {
  Missing missing;
  const std::string profile = effective_seccomp(b, w, c, &missing);
  const NodeView* node = w.node;
  Tri by_default = Tri::unknown;
  if (node && !node->runtime.empty()) by_default = b.knowledge.default_profile_allows(node->runtime, node->runtime_version, feature);
  if (profile == "Unconfined") return Fact::of(true, place + " (seccomp Unconfined)");
  if (profile == "Localhost") {
    return Fact::unread(
        {"Localhost profile@" + w.place, "fact.localhost_profile", "the Localhost seccomp profile lies on the node and was not read"},
        place);
  }
  if (profile.empty()) {
    // Unconfined or the default: known only where the default lets it through as well.
    return by_default == Tri::yes ? Fact::of(true, place) : Fact::unread(missing, place);
  }
  const std::string runtime = node ? node->runtime + " " + node->runtime_version : "the runtime";
  return of_tri(place + " (RuntimeDefault of " + runtime + ")", by_default,
                {"default profile of " + runtime, "fact.other", "default seccomp profile of " + runtime + " not known"});
}

Fact user_namespaces(const Builder& b, const WorkloadView& w, const model::Container& c, const std::string& place) {
  Fact fact = profile_allows(b, w, c, "user_namespaces", place);
  const bool off = w.node && w.node->os && w.node->os->user_namespaces == "off";
  if (off) return Fact::of(false, place + " (" + w.node->os->name + " sets user.max_user_namespaces to 0)");
  return fact;
}

Fact rights_of_account(const Builder& b, const WorkloadView& w) {
  auto at = b.identity_index.find("sa:" + w.ns + "/" + w.spec->service_account);
  const std::string place = "ServiceAccount " + w.ns + "/" + w.spec->service_account + " has rights";
  const Tri has = at == b.identity_index.end() ? b.rbac.has_any_right(access::service_account(w.ns, w.spec->service_account))
                                               : b.identities[at->second].has_rights;
  return of_tri(place, has, {"rbac unread", "fact.rbac_unread", "RBAC not read whole"});
}

constexpr std::array<std::string_view, 3> kCloudAnnotations = {"eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account",
                                                               "azure.workload.identity/client-id"};

Fact cloud_role(const Builder& b, const WorkloadView& w) {
  const std::string place = "ServiceAccount " + w.ns + "/" + w.spec->service_account + " annotations";
  const model::ServiceAccount* account = b.service_account(w.ns, w.spec->service_account);
  if (!account) {
    if (b.was_read("", "serviceaccounts")) return Fact::none(place);
    return Fact::unread({"ServiceAccount " + w.ns + "/" + w.spec->service_account, "fact.other", "service accounts not read"}, place);
  }
  for (std::string_view key : kCloudAnnotations) {
    if (auto at = account->meta.annotations.find(std::string(key)); at != account->meta.annotations.end())
      return Fact::of(at->second, place + " " + std::string(key));
  }
  return Fact::none(place);
}

}  // namespace

std::span<const FieldName> known_fields() { return kFields; }

Fact WorkloadScene::pod_field(std::string_view name) const {
  const model::PodSpec& spec = *w_.spec;
  if (name == "exists") return Fact::of(true, "pod " + w_.place);
  if (name == "host_network") return Fact::of(spec.host_network, "spec.hostNetwork");
  if (name == "host_pid") return Fact::of(spec.host_pid, "spec.hostPID");
  if (name == "host_ipc") return Fact::of(spec.host_ipc, "spec.hostIPC");
  if (name == "host_users") return boolean("spec.hostUsers", spec.host_users, true);
  if (name == "share_process_namespace") return boolean("spec.shareProcessNamespace", spec.share_process_namespace, false);
  if (name == "siblings") {
    const auto running = std::ranges::count_if(spec.containers, [](const model::Container& c) { return c.kind != model::Container::Kind::init; });
    return Fact::of(running > 1, "more than one container");
  }
  if (name == "attacker_made") return Fact::of(w_.attacker_made, "the attacker writes the manifest");
  if (name == "sysctls") return Fact::of(!spec.sysctls.empty(), "spec.securityContext.sysctls");
  if (name == "sysctl_smuggles") {
    const bool smuggles =
        std::ranges::any_of(spec.sysctls, [](const auto& one) { return one.second.find_first_of("+=") != std::string::npos; });
    return Fact::of(smuggles, "spec.securityContext.sysctls value with + or =");
  }
  if (name == "annotations") {
    std::vector<std::string> keys;
    for (const auto& [key, value] : *w_.annotations) keys.push_back(key);
    return Fact::list(std::move(keys), "metadata.annotations");
  }
  if (name == "volume_types") {
    std::vector<std::string> types;
    for (const model::Volume& volume : spec.volumes) types.push_back(volume.type);
    return Fact::list(std::move(types), "volume types");
  }
  if (name == "os")
    return w_.node && w_.node->node ? Fact::of(w_.node->node->operating_system, "node " + w_.node->name) : text_or_none("spec.os", spec.os);
  if (name == "image_crafted" || name == "entered_by_exec") {
    if (w_.attacker_made) return Fact::of(true, "the attacker chooses the image");
    if (name == "image_crafted")
      return Fact::unread({"image content@" + w_.place, "fact.image_crafted", "whether the attacker made the image of " + w_.place},
                          "image");
    return Fact::unread({"exec into " + w_.place, "fact.entered_by_exec", "whether somebody enters " + w_.place + " by exec"}, "exec");
  }
  if (name == "sandbox") {
    Missing missing;
    const std::string sandbox = sandbox_of(b_, w_, &missing);
    const std::string place = spec.runtime_class.empty() ? "no RuntimeClass: sandbox" : "RuntimeClass " + spec.runtime_class + ": sandbox";
    return sandbox.empty() ? Fact::unread(missing, place) : Fact::of(sandbox, place);
  }
  if (name == "token_mounted") {
    std::string place = "service account token";
    Missing missing;
    const Tri mounted = token_mounted(b_, w_, &place, &missing);
    return of_tri(place + " (token mounted)", mounted, missing);
  }
  if (name == "account_has_rights") return rights_of_account(b_, w_);
  if (name == "cloud_role") return cloud_role(b_, w_);
  return Fact::none("pod." + std::string(name));
}

Fact WorkloadScene::container_field(std::string_view name) const {
  if (!container) return Fact::none("no container");
  const model::Container& c = *container;
  const std::string at = "container " + c.name + ": ";
  Missing missing;
  if (name == "privileged") return boolean(at + "securityContext.privileged", c.privileged, false);
  if (name == "root") return of_tri(at + "runs as root", runs_as_root(b_, w_, c, &missing), missing);
  if (name == "root_group") return of_tri(at + "in group 0", in_root_group(b_, w_, c, &missing), missing);
  if (name == "software") return text_or_none(at + "software", software_of(b_, c));
  if (name == "no_login") return no_login(b_, w_, c, at);
  if (name == "capabilities") {
    bool known = true;
    std::vector<std::string> held = effective_capabilities(b_, w_, c, known, missing);
    return known ? Fact::list(std::move(held), at + "capabilities") : Fact::at_most(std::move(held), missing, at + "capabilities");
  }
  if (name == "seccomp") {
    std::string profile = effective_seccomp(b_, w_, c, &missing);
    return profile.empty() ? Fact::unread(missing, at + "seccomp profile") : Fact::of(std::move(profile), at + "seccomp profile");
  }
  if (name == "app_armor") {
    const auto& profile = c.app_armor ? c.app_armor : w_.spec->app_armor;
    return text_or_none(at + "AppArmor profile", profile ? profile->type : "");
  }
  if (name == "proc_mount") return text_or_none(at + "securityContext.procMount", c.proc_mount);
  if (name == "allow_privilege_escalation")
    return boolean(at + "securityContext.allowPrivilegeEscalation", c.allow_privilege_escalation, true);
  if (name == "user_namespaces") return user_namespaces(b_, w_, c, at + "may create user namespaces");
  if (name.starts_with("allows_"))
    return profile_allows(b_, w_, c, std::string(name.substr(7)), at + "profile allows " + std::string(name.substr(7)));
  if (name == "host_paths" || name == "writable_host_paths") {
    std::vector<std::string> paths;
    bool unread = false;
    for (const HostMount& m : host_mounts(b_, w_)) {
      if (m.container != container) continue;
      unread = unread || m.unread;
      if (!m.unread && !(m.read_only && name == "writable_host_paths")) paths.push_back(m.path);
    }
    if (paths.empty() && unread)
      return Fact::unread({"volumes of " + w_.place, "fact.other", "persistent volumes not read"}, at + "host paths");
    return Fact::list(std::move(paths), at + (name == "host_paths" ? "host paths" : "writable host paths"));
  }
  if (name == "run_as_user") {
    const auto& user = c.run_as_user ? c.run_as_user : w_.spec->run_as_user;
    return user ? Fact::of(std::to_string(*user), at + "runAsUser") : Fact::none(at + "runAsUser");
  }
  if (name == "seccomp_type" || name == "localhost_profile") {
    const auto& profile = c.seccomp ? c.seccomp : w_.spec->seccomp;
    if (name == "seccomp_type") return text_or_none(at + "seccompProfile.type", profile ? profile->type : "");
    return text_or_none(at + "seccompProfile.localhostProfile", profile ? profile->localhost : "");
  }
  if (name == "sub_paths") {
    std::vector<std::string> paths;
    for (const model::VolumeMount& m : c.mounts) {
      for (const std::string* path : {&m.sub_path, &m.sub_path_expr}) {
        if (!path->empty()) paths.push_back(*path);
      }
    }
    return Fact::list(std::move(paths), at + "subPath");
  }
  if (name == "tty") return Fact::of(c.tty, at + "tty");
  if (name == "working_dir") return text_or_none(at + "workingDir", c.working_dir);
  if (name == "gpu") {
    const bool gpu = std::ranges::any_of(c.limits, [](const auto& limit) { return limit.first.starts_with("nvidia.com/"); });
    return Fact::of(gpu, at + "resources.limits nvidia.com/gpu");
  }
  if (name == "windows_host_process")
    return boolean(at + "windowsOptions.hostProcess", c.windows_host_process ? c.windows_host_process : w_.spec->windows_host_process,
                   false);
  return Fact::none("container." + std::string(name));
}

Fact WorkloadScene::field(std::string_view object, std::string_view name) const {
  if (object == "pod") return pod_field(name);
  if (object == "container") return container_field(name);
  if (object == "node") return NodeScene(b_, w_.node).field(object, name);
  if (object == "server") return server_field(b_, name);
  if (object == "kubelet") return kubelet_open(w_.node);
  if (object == "mount" && mount) {
    if (mount->unread && name == "path")
      return Fact::unread({"volumes of " + w_.place, "fact.other", "persistent volumes not read"}, mount->place);
    if (name == "path") return Fact::of(mount->path, mount->place);
    if (name == "read_only") return Fact::of(mount->read_only, mount->place + ": readOnly");
  }
  return Fact::none(std::string(object) + "." + std::string(name));
}

Verdict WorkloadScene::can(const RightAsked& right) const {
  return IdentityScene(b_, b_.rbac, access::service_account(w_.ns, w_.spec->service_account), w_.ns).can(right);
}

Verdict WorkloadScene::reaches(std::string_view address, int32_t port) const {
  if (w_.pod == SIZE_MAX) return {Tri::yes, {"a pod of the attacker's making"}, {}, {}};
  const access::Reach reach = b_.network.pod_to_ip(w_.pod, address, port);
  if (reach.verdict == Tri::no) return {Tri::no, {}, {}, reach.because};
  if (reach.verdict == Tri::yes) return {Tri::yes, {"egress to " + std::string(address) + " is open"}, {}, {}};
  return {Tri::unknown, {}, {{"network of " + w_.place, "fact.network_policies_unread", reach.because}}, {}};
}

Verdict WorkloadScene::admits(std::string_view field) const { return namespace_admits(b_, w_.ns, field); }

Fact NodeScene::field(std::string_view object, std::string_view name) const {
  if (object == "server") return server_field(b_, name);
  if (object == "kubelet") return kubelet_open(node_);
  const std::string shown = node_ && !node_->name.empty() ? node_->name : "some node";
  const std::string at = "node " + shown + ": ";
  const Missing unread{"node " + shown, "fact.kernel_version", "facts of " + shown + " not read"};
  const model::Node* node = node_ ? node_->node : nullptr;
  if (name == "exists") return Fact::of(true, "node " + shown);
  if (name == "external_address") {
    if (!node) return Fact::unread({"addresses of " + shown, "fact.exposure", "addresses of " + shown + " not read"}, at + "status.addresses");
    return Fact::list(node->external_ips, at + "ExternalIP");
  }
  if (name == "control_plane") {
    if (!node) return Fact::unread(unread, at + "control-plane label");
    for (const char* label : {"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"}) {
      if (node->meta.labels.contains(label)) return Fact::of(true, at + label);
    }
    return Fact::of(false, at + "node-role.kubernetes.io/control-plane");
  }
  if (name == "cloud") {
    if (!node) return Fact::unread(unread, at + "spec.providerID");
    auto [provider, rest] = base::split_once(node->provider_id, ':');
    static constexpr std::array<std::string_view, 8> kClouds = {"aws",       "gce", "azure",    "digitalocean",
                                                                "openstack", "oci", "alicloud", "ibm"};
    return std::ranges::find(kClouds, provider) == kClouds.end() ? Fact::none(at + "spec.providerID")
                                                                 : Fact::of(std::string(provider), at + "spec.providerID");
  }
  if (name == "operating_system" || name == "kubelet_version") {
    const std::string* value = !node ? nullptr : name == "operating_system" ? &node->operating_system : &node->kubelet_version;
    if (name == "operating_system" && value && value->empty()) {  // a manifest says it by the label that the kubelet sets
      if (const auto label = node->meta.labels.find("kubernetes.io/os"); label != node->meta.labels.end()) value = &label->second;
    }
    if (!value || value->empty()) return Fact::unread({std::string(name) + "@" + shown, "fact.other", "facts of " + shown + " not read"}, at);
    return Fact::of(*value, at + "status.nodeInfo." + std::string(name == "operating_system" ? "operatingSystem" : "kubeletVersion"));
  }
  if (name == "provider") {
    if (!node) return Fact::unread(unread, at + "spec.providerID");
    return text_or_none(at + "spec.providerID", std::string(base::split_once(node->provider_id, ':').first));
  }
  if (name == "static_pods") {
    if (node && node->kubelet && node->kubelet->static_pod_path)
      return Fact::of(!node->kubelet->static_pod_path->empty(), at + "kubelet staticPodPath");
    return Fact::unread({"staticPodPath@" + shown, "fact.other", "kubelet configuration of " + shown + " not read"},
                        at + "kubelet staticPodPath");
  }
  const NodeOs* os = node_ ? node_->os : nullptr;
  const std::string os_place = "node OS " + (os ? os->name : "not known") + ": " + std::string(name);
  const auto by_os = [&](const std::string& value, std::string_view coefficient) {
    if (!os || value.empty() || value == "unknown") {
      return Fact::unread({std::string(name) + "@" + shown, std::string(coefficient), std::string(name) + " of " + shown + " not known"},
                          os_place);
    }
    return Fact::of(value, os_place);
  };
  if (name == "module_loaded_tls") {
    return Fact::unread(
        {"tls module@" + shown, "fact.module_loaded", "whether the tls module is loaded on " + shown + " (needs the agent)"}, os_place);
  }
  if (name.starts_with("module_")) {
    auto value = os ? os->modules.find(std::string(name.substr(7))) : decltype(os->modules.begin()){};
    return by_os(os && value != os->modules.end() ? value->second : "", "fact.kernel_config");
  }
  if (name == "cgroup") return by_os(os ? os->cgroup : "", "fact.cgroup_v1");
  if (name == "unprivileged_bpf") {
    Fact fact = by_os(os ? os->unprivileged_bpf : "", "fact.unprivileged_bpf");
    if (fact.state == Fact::State::known) fact.values = {fact.values.front() == "on" ? "true" : "false"};
    return fact;
  }
  return Fact::none(at + std::string(name));
}

Fact server_field(const Builder& b, std::string_view name) {
  if (name == "pod_link") return pod_link(b);
  if (name == "cloud") {
    std::vector<std::string> clouds;
    for (const NodeView& node : b.nodes) {
      if (!node.node) continue;
      const std::string provider(base::split_once(node.node->provider_id, ':').first);
      if (!provider.empty() && std::ranges::find(clouds, provider) == clouds.end()) clouds.push_back(provider);
    }
    if (!b.was_read("", "nodes")) return Fact::unread({"nodes", "fact.other", "nodes not read"}, "spec.providerID of the nodes");
    return Fact::list(std::move(clouds), "spec.providerID of the nodes");
  }
  if (b.server_minor() < 0) return Fact::unread({"server version", "fact.other", "version of the API server not read"}, "server version");
  return Fact::of(std::to_string(b.server_minor()), "server version 1." + std::to_string(b.server_minor()) + ": minor");
}

Fact IdentityScene::field(std::string_view object, std::string_view name) const {
  return object == "server" ? server_field(b_, name) : NodeScene(b_, nullptr).field(object, name);
}

Verdict IdentityScene::can(const RightAsked& right) const {
  Verdict out;
  for (const std::string& verb : right.verbs) {
    access::AccessRequest request{.verb = verb,
                                  .api_group = right.group,
                                  .resource = right.resource,
                                  .subresource = right.subresource,
                                  .name = right.name.empty() && (verb != "create" || !right.subresource.empty()) ? name_ : right.name,
                                  .ns = right.cluster ? "" : right.ns.empty() ? ns_ : right.ns,
                                  .path = {}};
    const Tri allowed = rbac_.allowed(who_, request);
    if (allowed == Tri::no) continue;
    const access::AccessAnswer answer = rbac_.can(who_, request);
    if (allowed == Tri::yes) {
      return {Tri::yes,
              {"may " + verb + " " + right.resource + (right.subresource.empty() ? "" : "/" + right.subresource) + ": " + answer.because},
              {},
              {}};
    }
    out.value = Tri::unknown;
    out.missing = {{"rbac unread", "fact.rbac_unread", "RBAC not read whole"}};
  }
  if (out.value == Tri::no) out.denied = "RBAC grants no " + base::join(right.verbs, ", ") + " on " + right.resource;
  return out;
}

Verdict IdentityScene::admits(std::string_view field) const { return namespace_admits(b_, ns_, field); }

Verdict namespace_admits(const Builder& b, std::string_view ns, std::string_view field) {
  model::PodSpec spec;
  model::Container c;
  c.name = "x";
  c.image = "x";
  if (field == "privileged") c.privileged = true;
  if (field == "host_path") {
    model::Volume v;
    v.name = "root";
    v.type = "hostPath";
    v.host_path = "/";
    spec.volumes.push_back(v);
  }
  if (field == "host_pid") spec.host_pid = true;
  if (field == "host_network") spec.host_network = true;
  spec.containers.push_back(c);
  const access::NamespaceAdmission admission = access::namespace_admission(b.cluster, ns);
  const std::string level = "namespace " + std::string(ns) + " enforces Pod Security " +
                            (admission.labelled ? access::level_name(admission.level) : "nothing (privileged by default)");
  const Tri verdict = access::admits(b.cluster, ns, spec);
  if (verdict == Tri::yes) return {Tri::yes, {level}, {}, {}};
  if (verdict == Tri::no) return {Tri::no, {}, {}, level};
  return {
      Tri::unknown,
      {},
      {{"pod security of " + std::string(ns), "fact.pod_security", "Pod Security labels of namespace " + std::string(ns) + " not read"}},
      {}};
}

}  // namespace bulkhead::graph
