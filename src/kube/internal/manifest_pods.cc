#include "kube/internal/manifest_pods.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::kube {
namespace {

using base::JsonKind;
using base::JsonView;
using base::JsonWriter;

constexpr std::string_view kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr std::string_view kTokenVolume = "kube-api-access";

bool mounts_token_already(JsonView container) {
  const std::vector<JsonView> mounts = container.get("volumeMounts").items();
  return std::any_of(mounts.begin(), mounts.end(), [](const JsonView& mount) { return mount.get("mountPath").string() == kTokenPath; });
}

// A pod that was read from a server has been through admission already.
bool some_container_lacks_token(JsonView spec) {
  for (const char* const list : {"initContainers", "containers"}) {
    const std::vector<JsonView> containers = spec.get(list).items();
    if (!std::all_of(containers.begin(), containers.end(), mounts_token_already)) {
      return true;
    }
  }
  return false;
}

// A container with the token's mount behind its own.
void write_container(JsonWriter& w, JsonView container) {
  if (container.kind() != JsonKind::object || mounts_token_already(container)) {
    w.raw(container.dump());
    return;
  }
  w.begin_object();
  container.each([&](std::string_view key, JsonView value) {
    if (key != "volumeMounts") {
      w.key(key).raw(value.dump());
    }
  });
  w.key("volumeMounts").begin_array();
  for (const JsonView& mount : container.get("volumeMounts").items()) {
    w.raw(mount.dump());
  }
  w.begin_object().member("name", kTokenVolume).member("mountPath", kTokenPath).member("readOnly", true).end_object();
  w.end_array().end_object();
}

// What the API server's plug-in makes (plugin/pkg/admission/serviceaccount), with a fixed volume name instead of a random one.
void write_token_volume(JsonWriter& w) {
  w.begin_object().member("name", kTokenVolume).key("projected").begin_object().member("defaultMode", 420).key("sources").begin_array();
  w.begin_object()
      .key("serviceAccountToken")
      .begin_object()
      .member("expirationSeconds", 3607)
      .member("path", "token")
      .end_object()
      .end_object();
  w.begin_object().key("configMap").begin_object().member("name", "kube-root-ca.crt").end_object().end_object();
  w.begin_object().key("downwardAPI").begin_object().end_object().end_object();
  w.end_array().end_object().end_object();
}

// `claims`: volumes of a StatefulSet's claim templates, name and claim; one of the pod's own of that name is replaced.
using Claims = std::vector<std::pair<std::string, std::string>>;

void write_volumes(JsonWriter& w, JsonView own, const Claims& claims, bool token) {
  w.begin_array();
  for (const JsonView& volume : own.items()) {
    const std::string name = volume.get("name").text();
    if (std::none_of(claims.begin(), claims.end(), [&](const auto& claim) { return claim.first == name; })) {
      w.raw(volume.dump());
    }
  }
  for (const auto& [name, claim] : claims) {
    w.begin_object().member("name", name).key("persistentVolumeClaim").begin_object().member("claimName", claim).end_object().end_object();
  }
  if (token) {
    write_token_volume(w);
  }
  w.end_array();
}

void write_admitted_spec(JsonWriter& w, JsonView spec, const std::string& ns, const std::string& node, const Accounts& accounts,
                         const Claims& claims = {}) {
  std::string account = spec.get("serviceAccountName").text();
  if (account.empty()) {
    account = spec.get("serviceAccount").text("default");
  }
  const auto found = accounts.find({ns, account.empty() ? "default" : account});
  const AccountFacts facts = found == accounts.end() ? AccountFacts{} : found->second;
  const bool token =
      spec.get("automountServiceAccountToken").boolean().value_or(facts.automount.value_or(true)) && some_container_lacks_token(spec);
  w.begin_object();
  bool volumes = false;
  const bool own_pull_secrets = spec.get("imagePullSecrets").size() > 0;
  spec.each([&](std::string_view key, JsonView value) {
    if ((key == "nodeName" && !node.empty()) || (key == "imagePullSecrets" && !own_pull_secrets)) {
      return;
    }
    w.key(key);
    if (token && (key == "containers" || key == "initContainers") && value.kind() == JsonKind::array) {
      w.begin_array();
      for (const JsonView& container : value.items()) {
        write_container(w, container);
      }
      w.end_array();
    } else if (key == "volumes" && (value.kind() == JsonKind::array || value.kind() == JsonKind::null)) {
      volumes = true;
      write_volumes(w, value, claims, token);
    } else {
      w.raw(value.dump());
    }
  });
  if (!volumes && (token || !claims.empty())) {
    w.key("volumes");
    write_volumes(w, {}, claims, token);
  }
  if (!own_pull_secrets && !facts.pull_secrets.empty()) {
    w.key("imagePullSecrets").begin_array();
    for (const std::string& name : facts.pull_secrets) {
      w.begin_object().member("name", name).end_object();
    }
    w.end_array();
  }
  if (!node.empty()) {
    w.member("nodeName", node);
  }
  w.end_object();
}

}  // namespace

std::string admit_pod(JsonView pod, const Accounts& accounts) {
  JsonWriter w;
  w.begin_object();
  pod.each([&](std::string_view key, JsonView value) {
    w.key(key);
    if (key == "spec" && value.kind() == JsonKind::object) {
      write_admitted_spec(w, value, pod.path("metadata", "namespace").text(), {}, accounts);
    } else {
      w.raw(value.dump());
    }
  });
  w.end_object();
  return w.take();
}

int64_t expand_controller(JsonView controller, const std::vector<std::string>& nodes, const Accounts& accounts,
                          const std::function<void(const std::string&, std::string)>& fn) {
  const std::string kind = controller.get("kind").text();
  const std::string name = controller.path("metadata", "name").text();
  const std::string ns = controller.path("metadata", "namespace").text();
  JsonView spec = controller.get("spec");
  if (kind == "CronJob") {
    spec = spec.path("jobTemplate", "spec");
  }
  const JsonView pod = spec.get("template");
  std::vector<std::pair<std::string, std::string>> pods;  // name, node
  int64_t left_out = 0;
  if (kind == "DaemonSet" && !nodes.empty()) {
    for (const std::string& node : nodes) {
      pods.emplace_back(name + "-daemonset-" + node, node);
    }
  } else {
    int64_t count = 1;
    if (kind == "Job") {
      count = spec.get("parallelism").integer().value_or(1);
    } else if (kind != "CronJob" && kind != "DaemonSet") {
      count = spec.get("replicas").integer().value_or(1);
    }
    left_out = std::max<int64_t>(count - kMaxPodsOfController, 0);
    const std::string stem = name + "-" + (kind == "StatefulSet" ? "" : base::lower_ascii(kind) + "-");
    for (int64_t i = 0; i < std::min(count, kMaxPodsOfController); ++i) {
      pods.emplace_back(stem + std::to_string(i), "");
    }
  }
  for (const auto& [pod_name, node] : pods) {
    JsonWriter w;
    w.begin_object().member("apiVersion", "v1").member("kind", "Pod").key("metadata").begin_object();
    w.member("name", pod_name).member("namespace", ns);
    for (const char* const part : {"labels", "annotations"}) {
      if (const JsonView value = pod.path("metadata", part); value.kind() == JsonKind::object) {
        w.key(part).raw(value.dump());
      }
    }
    w.key("ownerReferences").begin_array().begin_object().member("apiVersion", controller.get("apiVersion").text());
    w.member("kind", kind).member("name", name).member("controller", true).end_object().end_array().end_object();
    w.key("spec");
    Claims claims;
    for (const JsonView& claim : spec.get("volumeClaimTemplates").items()) {
      const std::string claim_name = claim.path("metadata", "name").text();
      claims.emplace_back(claim_name, claim_name + "-" + pod_name);
    }
    write_admitted_spec(w, pod.get("spec"), ns, node, accounts, claims);
    w.end_object();
    fn(pod_name, w.take());
  }
  return left_out;
}

}  // namespace bulkhead::kube
