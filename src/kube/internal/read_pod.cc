// Pods and pod templates. Source: Kubernetes API reference, core/v1 PodSpec, Container, Volume, SecurityContext.
#include <array>

#include "kube/internal/object_reader.h"

namespace bulkhead::kube {
namespace {

using model::Container;
using model::Volume;

std::optional<model::SeccompProfile> read_seccomp(const Fields& context) {
  const Fields profile = context.object("seccompProfile");
  return profile ? std::optional(model::SeccompProfile{profile.text("type"), profile.text("localhostProfile")}) : std::nullopt;
}

std::optional<model::AppArmorProfile> read_app_armor(const Fields& context) {
  const Fields profile = context.object("appArmorProfile");
  return profile ? std::optional(model::AppArmorProfile{profile.text("type"), profile.text("localhostProfile")}) : std::nullopt;
}

std::optional<model::SeLinuxOptions> read_se_linux(const Fields& context) {
  const Fields o = context.object("seLinuxOptions");
  return o ? std::optional(model::SeLinuxOptions{o.text("user"), o.text("role"), o.text("type"), o.text("level")}) : std::nullopt;
}

std::vector<model::KeyReference>& references(Container& container, bool secret) {
  return secret ? container.secret_refs : container.config_refs;
}

void read_environment(const Fields& from, Container& to) {
  for (const Fields& variable : from.list("env")) {
    const Fields source = variable.object("valueFrom");
    for (const bool secret : {true, false}) {
      if (const Fields ref = source.object(secret ? "secretKeyRef" : "configMapKeyRef")) {
        references(to, secret).push_back({ref.text("name"), ref.text("key"), ref.flag("optional", false)});
      }
    }
  }
  for (const Fields& source : from.list("envFrom")) {
    for (const bool secret : {true, false}) {
      if (const Fields ref = source.object(secret ? "secretRef" : "configMapRef")) {
        references(to, secret).push_back({ref.text("name"), {}, ref.flag("optional", false)});
      }
    }
  }
}

void read_probe_hosts(const Fields& from, Container& to) {
  const auto take = [&](const Fields& handler) {
    for (const char* const way : {"httpGet", "tcpSocket"}) {
      if (std::string host = handler.object(way).text("host"); !host.empty()) {
        to.probe_hosts.push_back(std::move(host));
      }
    }
  };
  for (const char* const probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    take(from.object(probe));
  }
  for (const char* const hook : {"postStart", "preStop"}) {
    take(from.object("lifecycle").object(hook));
  }
}

Container read_container(const Fields& from, Container::Kind kind) {
  Container to;
  to.kind = kind;
  to.name = from.text("name");
  to.image = from.text("image");
  to.command = from.texts("command");
  to.args = from.texts("args");
  to.working_dir = from.text("workingDir");
  for (const Fields& port : from.list("ports")) {
    model::ContainerPort& out = to.ports.emplace_back();
    out = {port.text("name"), port.port("containerPort"), port.port("hostPort"), port.text("protocol")};
    if (out.protocol.empty()) {
      out.protocol = "TCP";
    }
  }
  for (const Fields& mount : from.list("volumeMounts")) {
    to.mounts.push_back({mount.text("name"), mount.text("mountPath"), mount.text("subPath"), mount.text("subPathExpr"),
                         mount.text("mountPropagation"), mount.flag("readOnly", false)});
  }
  for (const Fields& device : from.list("volumeDevices")) {
    to.device_paths.push_back(device.text("devicePath"));
  }
  read_environment(from, to);
  read_probe_hosts(from, to);
  const Fields context = from.object("securityContext");
  to.privileged = context.flag("privileged");
  to.allow_privilege_escalation = context.flag("allowPrivilegeEscalation");
  to.run_as_non_root = context.flag("runAsNonRoot");
  to.read_only_root = context.flag("readOnlyRootFilesystem");
  to.run_as_user = context.number("runAsUser");
  to.run_as_group = context.number("runAsGroup");
  to.add_capabilities = context.object("capabilities").texts("add");
  to.drop_capabilities = context.object("capabilities").texts("drop");
  to.seccomp = read_seccomp(context);
  to.app_armor = read_app_armor(context);
  to.se_linux = read_se_linux(context);
  to.windows_host_process = context.object("windowsOptions").flag("hostProcess");
  to.proc_mount = context.text("procMount");
  to.tty = from.flag("tty", false);
  to.stdin_open = from.flag("stdin", false);
  const Fields limits = from.object("resources").object("limits");
  limits.view().each(
      [&](std::string_view name, base::JsonView amount) { to.limits.emplace(name, amount.string() ? amount.text() : amount.dump()); });
  return to;
}

void read_projected(const Fields& projected, Volume& to) {
  for (const Fields& source : projected.list("sources")) {
    for (const char* const kind : {"secret", "configMap", "serviceAccountToken", "downwardAPI", "clusterTrustBundle", "podCertificate"}) {
      const Fields one = source.object(kind);
      if (one) {
        to.sources.push_back({kind, one.text("name"), one.text("audience"), one.flag("optional", false)});
      }
    }
  }
}

Volume read_volume(const Fields& from) {
  Volume to;
  to.name = from.text("name");
  // A volume is its name and one member more, which names its type.
  from.view().each([&](std::string_view key, base::JsonView value) {
    if (key != "name" && value.kind() == base::JsonKind::object && to.type.empty()) {
      to.type = key;
    }
  });
  if (to.type.empty()) {
    to.type = "emptyDir";  // the API's default
  } else if (to.type == "hostPath") {
    to.host_path = from.object("hostPath").text("path");
    to.host_path_type = from.object("hostPath").text("type");
  } else if (to.type == "secret") {
    to.secret = from.object("secret").text("secretName");
    to.optional = from.object("secret").flag("optional", false);
  } else if (to.type == "configMap") {
    to.config_map = from.object("configMap").text("name");
    to.optional = from.object("configMap").flag("optional", false);
  } else if (to.type == "persistentVolumeClaim") {
    to.claim = from.object("persistentVolumeClaim").text("claimName");
    to.claim_read_only = from.object("persistentVolumeClaim").flag("readOnly", false);
  } else if (to.type == "projected") {
    read_projected(from.object("projected"), to);
  } else if (to.type == "csi") {
    const Fields csi = from.object("csi");
    to.csi_driver = csi.text("driver");
    to.driver_secret = csi.object("nodePublishSecretRef").text("name");
  } else {
    // Types whose driver is given a Secret of the pod's namespace.
    for (const char* const type : {"azureFile", "cephfs", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"}) {
      if (to.type == type) {
        to.driver_secret =
            to.type == "azureFile" ? from.object(type).text("secretName") : from.object(type).object("secretRef").text("name");
      }
    }
  }
  return to;
}

void read_statuses(const Fields& status, std::vector<Container>& containers) {
  static constexpr std::array<std::pair<const char*, Container::Kind>, 3> kLists{
      {{"initContainerStatuses", Container::Kind::init},
       {"containerStatuses", Container::Kind::regular},
       {"ephemeralContainerStatuses", Container::Kind::ephemeral}}};
  for (const auto& [list, kind] : kLists) {
    for (const Fields& one : status.list(list)) {
      const std::string name = one.text("name");
      for (Container& container : containers) {
        if (container.kind == kind && container.name == name) {
          container.image_id = one.text("imageID");
        }
      }
    }
  }
}

void read_pod_security(const Fields& context, model::PodSpec& to) {
  to.run_as_non_root = context.flag("runAsNonRoot");
  to.run_as_user = context.number("runAsUser");
  to.run_as_group = context.number("runAsGroup");
  to.fs_group = context.number("fsGroup");
  for (const base::JsonView& group : context.view().get("supplementalGroups").items()) {
    if (const auto number = group.integer()) {
      to.supplemental_groups.push_back(*number);
    } else {
      context.fault("supplementalGroups", "a list of whole numbers");
    }
  }
  to.seccomp = read_seccomp(context);
  to.app_armor = read_app_armor(context);
  to.se_linux = read_se_linux(context);
  to.windows_host_process = context.object("windowsOptions").flag("hostProcess");
  for (const Fields& one : context.list("sysctls")) {
    to.sysctls.emplace_back(one.text("name"), one.text("value"));
  }
}

}  // namespace

model::PodSpec read_pod_spec(const Fields& from) {
  model::PodSpec to;
  to.service_account = from.text("serviceAccountName");
  if (to.service_account.empty()) {
    to.service_account = from.text("serviceAccount");  // the deprecated name of the same field
  }
  if (to.service_account.empty()) {
    to.service_account = "default";
  }
  to.automount_token = from.flag("automountServiceAccountToken");
  to.host_network = from.flag("hostNetwork", false);
  to.host_pid = from.flag("hostPID", false);
  to.host_ipc = from.flag("hostIPC", false);
  to.host_users = from.flag("hostUsers");
  to.share_process_namespace = from.flag("shareProcessNamespace");
  to.runtime_class = from.text("runtimeClassName");
  to.node_name = from.text("nodeName");
  to.os = from.object("os").text("name");
  to.node_selector = from.labels("nodeSelector");
  for (const Fields& one : from.list("tolerations")) {
    to.tolerations.push_back({one.text("key"), one.text("operator"), one.text("value"), one.text("effect")});
  }
  for (const Fields& one : from.list("initContainers")) {
    to.containers.push_back(read_container(one, Container::Kind::init));
  }
  for (const Fields& one : from.list("containers")) {
    to.containers.push_back(read_container(one, Container::Kind::regular));
  }
  for (const Fields& one : from.list("ephemeralContainers")) {
    to.containers.push_back(read_container(one, Container::Kind::ephemeral));
  }
  if (to.host_network) {
    // The server fills in hostPort for host-network pods: each declared port is one of the node.
    for (Container& container : to.containers) {
      for (model::ContainerPort& port : container.ports) {
        port.host_port = port.host_port == 0 ? port.port : port.host_port;
      }
    }
  }
  for (const Fields& one : from.list("volumes")) {
    to.volumes.push_back(read_volume(one));
  }
  for (const Fields& one : from.list("imagePullSecrets")) {
    to.image_pull_secrets.push_back(one.text("name"));
  }
  read_pod_security(from.object("securityContext"), to);
  return to;
}

model::Pod read_pod(const Fields& object) {
  model::Pod pod;
  pod.meta = read_meta(object);
  pod.spec = read_pod_spec(object.object("spec"));
  const Fields status = object.object("status");
  pod.phase = status.text("phase");
  pod.host_ip = status.text("hostIP");
  for (const Fields& one : status.list("podIPs")) {
    pod.pod_ips.push_back(one.text("ip"));
  }
  if (std::string ip = status.text("podIP"); pod.pod_ips.empty() && !ip.empty()) {
    pod.pod_ips.push_back(std::move(ip));
  }
  read_statuses(status, pod.spec.containers);
  return pod;
}

model::Workload read_workload(const Fields& object, std::string kind) {
  model::Workload workload;
  workload.kind = std::move(kind);
  workload.meta = read_meta(object);
  Fields spec = object.object("spec");
  if (workload.kind == "CronJob") {
    spec = spec.object("jobTemplate").object("spec");
  }
  if (workload.kind != "DaemonSet" && workload.kind != "Job" && workload.kind != "CronJob") {
    workload.replicas = spec.number("replicas").value_or(1);
  }
  const Fields template_fields = spec.object("template");
  workload.template_labels = template_fields.object("metadata").labels("labels");
  workload.template_annotations = template_fields.object("metadata").labels("annotations");
  if (workload.kind == "ReplicationController") {  // a plain map; defaults to the template's labels
    workload.selector.match_labels = spec.has("selector") ? spec.labels("selector") : workload.template_labels;
  } else {
    workload.selector = read_selector(spec.object("selector"));
  }
  workload.spec = read_pod_spec(template_fields.object("spec"));
  return workload;
}

}  // namespace bulkhead::kube
