// What a container effectively is: its user, its capabilities, its seccomp profile, its mounts of the node.
//
// Sources: Kubernetes API reference (PodSpec, SecurityContext), "Seccomp and Kubernetes", capabilities(7), user_namespaces(7),
// data/escape. A process that is not root has no capability in its effective set, whatever was added: a set-uid program in
// the image may give them back unless allowPrivilegeEscalation is false.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Tri;

namespace {

std::string capability(std::string_view text) {
  std::string out;
  for (char c : text) out += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  return out.starts_with("CAP_") ? out.substr(4) : out;
}

const model::Volume* volume_of(const model::PodSpec& spec, std::string_view name) {
  for (const model::Volume& v : spec.volumes) {
    if (v.name == name) return &v;
  }
  return nullptr;
}

bool drops_all(const model::Container& c) {
  return std::ranges::any_of(c.drop_capabilities, [](const std::string& text) { return capability(text) == "ALL"; });
}

}  // namespace

std::vector<HostMount> host_mounts(const Builder& b, const WorkloadView& w) {
  std::vector<HostMount> out;
  for (const model::Container& c : w.spec->containers) {
    for (const model::VolumeMount& m : c.mounts) {
      const model::Volume* v = volume_of(*w.spec, m.volume);
      if (!v) continue;
      HostMount mount{.container = &c, .read_only = m.read_only};
      if (v->type == "hostPath") {
        mount.path = normal_path(v->host_path + "/" + m.sub_path);
        mount.place = "container " + c.name + ": volume " + v->name + " hostPath " + v->host_path + (m.read_only ? " (readOnly)" : "");
      } else if (v->type == "persistentVolumeClaim") {
        auto at = b.claim_volume.find(w.ns + "/" + v->claim);
        if (at != b.claim_volume.end()) {
          if (at->second->host_path.empty()) continue;
          mount.path = normal_path(at->second->host_path + "/" + m.sub_path);
          mount.read_only = mount.read_only || v->claim_read_only;
          mount.place = "container " + c.name + ": claim " + v->claim + " is PersistentVolume " + at->second->meta.name + " hostPath " +
                        at->second->host_path;
        } else if (!b.was_read("", "persistentvolumes")) {
          mount.unread = true;
          mount.place = "container " + c.name + ": claim " + v->claim + ", its volume not read";
        } else {
          continue;
        }
      } else {
        continue;
      }
      out.push_back(std::move(mount));
    }
    for (const std::string& device : c.device_paths) {
      (void)device;  // a block volume by claim: the volume's own disk, not the node's
    }
  }
  return out;
}

Tri runs_as_root(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing) {
  const auto uid = c.run_as_user ? c.run_as_user : w.spec->run_as_user;
  if (uid) return model::tri(*uid == 0);
  const auto non_root = c.run_as_non_root ? c.run_as_non_root : w.spec->run_as_non_root;
  if (non_root.value_or(false)) return Tri::no;  // the kubelet refuses to start it as root
  if (w.attacker_made) return Tri::yes;
  const ImageFacts* image = b.image(c);
  if (image && image->inventory && image->inventory->has_config) {
    auto [user, group] = base::split_once(image->inventory->config.user, ':');
    return model::tri(user.empty() || user == "root" || base::parse_u64(user) == 0U);
  }
  if (missing) *missing = {"image user of " + c.image, "fact.image_user", "user of image " + c.image + " not read"};
  return Tri::unknown;
}

Tri in_root_group(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing) {
  const model::PodSpec& spec = *w.spec;
  if (spec.fs_group == 0 || std::ranges::find(spec.supplemental_groups, 0) != spec.supplemental_groups.end()) return Tri::yes;
  const auto group = c.run_as_group ? c.run_as_group : spec.run_as_group;
  if (group) return model::tri(*group == 0);
  if (w.attacker_made) return Tri::yes;
  const ImageFacts* image = b.image(c);
  if (!c.run_as_user && !spec.run_as_user && image && image->inventory && image->inventory->has_config) {
    auto [user, named] = base::split_once(image->inventory->config.user, ':');
    if (named && !named->empty()) return model::tri(*named == "root" || base::parse_u64(*named) == 0U);
    if (user.empty() || user == "root" || base::parse_u64(user) == 0U) return Tri::yes;
  }
  if (missing)
    *missing = {"image group of " + c.image, "fact.image_group",
                "runAsGroup not set: group 0 unless the image " + c.image + " lists the user with another"};
  return Tri::unknown;
}

std::string effective_seccomp(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing) {
  if (c.privileged.value_or(false)) return "Unconfined";
  const auto& profile = c.seccomp ? c.seccomp : w.spec->seccomp;
  if (profile) return profile->type;
  if (w.node && w.node->node && w.node->node->kubelet && w.node->node->kubelet->seccomp_default) {
    return *w.node->node->kubelet->seccomp_default ? "RuntimeDefault" : "Unconfined";
  }
  if (w.node && w.node->os && w.node->os->seccomp_default == "on") return "RuntimeDefault";
  const std::string node = w.node && !w.node->name.empty() ? w.node->name : "any node";
  if (missing)
    *missing = {"seccompDefault@" + node, "fact.seccomp_default",
                "kubelet seccompDefault of " + node + " not read; without it a pod without a profile is Unconfined"};
  (void)b;
  return "";
}

std::vector<std::string> effective_capabilities(const Builder& b, const WorkloadView& w, const model::Container& c, bool& known,
                                                Missing& missing) {
  known = true;
  if (c.privileged.value_or(false)) return {"ALL"};
  std::set<std::string> held;
  if (!drops_all(c)) {
    const bool crio = w.node && w.node->runtime == "cri-o";
    auto defaults = b.knowledge.default_capabilities.find(crio ? "cri-o" : "containerd_and_docker");
    if (defaults != b.knowledge.default_capabilities.end()) held.insert(defaults->second.begin(), defaults->second.end());
    for (const std::string& text : c.drop_capabilities) held.erase(capability(text));
  }
  for (const std::string& text : c.add_capabilities) held.insert(capability(text));
  std::vector<std::string> out(held.begin(), held.end());
  if (out.empty()) return out;
  const Tri root = runs_as_root(b, w, c, &missing);
  if (root == Tri::yes) return out;
  if (root == Tri::no && c.allow_privilege_escalation == false) return {};
  known = false;
  if (root == Tri::no)
    missing = {"set-uid program@" + w.place, "fact.setuid", "not root, but a set-uid program of the image may give capabilities back"};
  return out;
}

std::string sandbox_of(const Builder& b, const WorkloadView& w, Missing* missing) {
  if (w.spec->runtime_class.empty()) return "none";
  for (const model::RuntimeClass& rc : b.cluster.runtime_classes) {
    if (rc.meta.name != w.spec->runtime_class) continue;
    const std::string handler = base::lower_ascii(rc.handler);
    if (handler.starts_with("runsc") || handler.find("gvisor") != std::string::npos) return "gvisor";
    if (handler.starts_with("kata") || handler.find("firecracker") != std::string::npos) return "vm";
    return "none";
  }
  if (!b.was_read("node.k8s.io", "runtimeclasses")) {
    if (missing) *missing = {"RuntimeClass " + w.spec->runtime_class, "fact.other", "RuntimeClass " + w.spec->runtime_class + " not read"};
    return "";
  }
  return "none";
}

Tri token_mounted(const Builder& b, const WorkloadView& w, std::string* place, Missing* missing) {
  const auto projected = [&] {
    for (const model::Volume& v : w.spec->volumes) {
      for (const model::ProjectedSource& source : v.sources) {
        // A token for another audience does not open the API server.
        if (source.kind == "serviceAccountToken" && source.audience.empty()) return &v;
      }
    }
    return static_cast<const model::Volume*>(nullptr);
  }();
  if (projected) {
    // Admission writes this volume for every automounted token; only where some container mounts it is it in reach.
    for (const model::Container& c : w.spec->containers) {
      for (const model::VolumeMount& m : c.mounts) {
        if (m.volume == projected->name) {
          if (place) *place = "container " + c.name + ": projected token at " + m.mount_path;
          return Tri::yes;
        }
      }
    }
  }
  if (w.spec->automount_token) {
    if (place) *place = "spec.automountServiceAccountToken";
    return model::tri(*w.spec->automount_token);
  }
  const model::ServiceAccount* account = b.service_account(w.ns, w.spec->service_account);
  if (account) {
    if (place) *place = "ServiceAccount " + w.ns + "/" + w.spec->service_account + ": automountServiceAccountToken";
    return model::tri(account->automount_token.value_or(true));
  }
  if (b.was_read("", "serviceaccounts")) {
    if (place) *place = "spec.automountServiceAccountToken not set";
    return Tri::yes;
  }
  if (missing)
    *missing = {"ServiceAccount " + w.ns + "/" + w.spec->service_account, "fact.other",
                "service accounts not read; the token is mounted by default"};
  return Tri::unknown;
}

}  // namespace bulkhead::graph
