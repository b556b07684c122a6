// Actions on a workload's own manifest: each is tried by asking every row again about the changed pod, so that what it cuts is
// what the rows say, not what we think they say.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Action;
using model::ActionKind;
using model::PodSpec;
using model::StepState;

namespace {

struct Change {
  std::string id, title;
  ActionKind kind = ActionKind::pod_hardening;
  std::string effort = "effort.low";
  std::string may_break;
  PodSpec spec;           // after the change
  std::string pod_patch;  // YAML lines of the pod spec, indented by 0
};

std::string indent(std::string_view text, size_t blanks) {
  std::string out;
  for (std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) out += std::string(blanks, ' ') + std::string(line) + "\n";
  }
  return out;
}

// A strategic-merge patch for the owning workload; empty where the object cannot be patched (a bare pod).
std::string workload_patch(const Template& t, const std::string& pod_patch) {
  if (t.kind == "CronJob") return "spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n" + indent(pod_patch, 10);
  static constexpr std::string_view kTemplated[] = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController"};
  if (std::ranges::find(kTemplated, t.kind) == std::end(kTemplated)) return {};
  return "spec:\n  template:\n    spec:\n" + indent(pod_patch, 6);
}

const char* list_of(const model::Container& c) { return c.kind == model::Container::Kind::init ? "initContainers" : "containers"; }

// The containers of a patch: `lines(c)` gives the container's own lines, empty to leave it out.
template <typename Lines>
std::string container_patch(const PodSpec& spec, Lines lines) {
  std::string out;
  for (const char* list : {"initContainers", "containers"}) {
    std::string part;
    for (const model::Container& c : spec.containers) {
      if (c.kind == model::Container::Kind::ephemeral || std::string_view(list_of(c)) != list) continue;
      const std::string own = lines(c);
      if (!own.empty()) part += "- name: " + yaml_quote(c.name) + "\n" + indent(own, 2);
    }
    if (!part.empty()) out += std::string(list) + ":\n" + part;
  }
  return out;
}

void without_volume(PodSpec& spec, const std::string& name) {
  std::erase_if(spec.volumes, [&](const model::Volume& v) { return v.name == name; });
  for (model::Container& c : spec.containers) std::erase_if(c.mounts, [&](const model::VolumeMount& m) { return m.volume == name; });
}

std::string volume_patch(const PodSpec& spec, const std::string& name) {
  return container_patch(spec,
                         [&](const model::Container& c) {
                           std::string mounts;
                           for (const model::VolumeMount& m : c.mounts) {
                             if (m.volume == name) mounts += "- mountPath: " + yaml_quote(m.mount_path) + "\n  $patch: delete\n";
                           }
                           return mounts.empty() ? mounts : "volumeMounts:\n" + mounts;
                         }) +
         "volumes:\n- name: " + yaml_quote(name) + "\n  $patch: delete\n";
}

std::vector<Change> changes_of(const Builder& b, const WorkloadView& w) {
  std::vector<Change> out;
  const PodSpec& spec = *w.spec;
  const auto add = [&](std::string id, std::string title, std::string breaks, PodSpec changed, std::string patch) {
    out.push_back({.id = std::move(id),
                   .title = std::move(title),
                   .may_break = std::move(breaks),
                   .spec = std::move(changed),
                   .pod_patch = std::move(patch)});
  };
  if (std::ranges::any_of(spec.containers, [](const model::Container& c) { return c.privileged.value_or(false); })) {
    PodSpec changed = spec;
    for (model::Container& c : changed.containers) {
      if (c.privileged) c.privileged = false;
    }
    add("privileged", "no privileged container", "what needs devices or host settings", std::move(changed),
        container_patch(spec, [](const model::Container& c) {
          return std::string(c.privileged.value_or(false) ? "securityContext:\n  privileged: false\n" : "");
        }));
  }
  if (spec.host_pid) {
    PodSpec changed = spec;
    changed.host_pid = false;
    add("host-pid", "no hostPID", "what watches the node's processes", std::move(changed), "hostPID: false\n");
  }
  if (spec.host_network) {
    PodSpec changed = spec;
    changed.host_network = false;
    add("host-network", "no hostNetwork", "what must use the node's address or ports", std::move(changed), "hostNetwork: false\n");
  }
  for (const model::Volume& v : spec.volumes) {
    if (v.type != "hostPath") continue;
    PodSpec changed = spec;
    without_volume(changed, v.name);
    add("host-path:" + v.name, "no hostPath " + v.host_path, "what reads or writes " + v.host_path + " of the node", std::move(changed),
        volume_patch(spec, v.name));
  }
  if (std::ranges::any_of(spec.containers, [](const model::Container& c) { return !c.add_capabilities.empty(); })) {
    PodSpec changed = spec;
    for (model::Container& c : changed.containers) c.add_capabilities.clear();
    add("capabilities", "no added capability", "what needs the capability", std::move(changed),
        container_patch(spec, [](const model::Container& c) {
          return std::string(c.add_capabilities.empty() ? "" : "securityContext:\n  capabilities:\n    add: null\n");
        }));
  }
  if (std::ranges::any_of(spec.containers, [](const model::Container& c) { return c.drop_capabilities.empty(); })) {
    PodSpec changed = spec;
    for (model::Container& c : changed.containers) c.drop_capabilities = {"ALL"};
    add("drop-all", "drop all capabilities", "what binds low ports, changes owners or switches user at start", std::move(changed),
        container_patch(spec,
                        [](const model::Container&) { return std::string("securityContext:\n  capabilities:\n    drop: [\"ALL\"]\n"); }));
  }
  WorkloadView view = w;
  const bool unconfined = std::ranges::any_of(spec.containers, [&](const model::Container& c) {
    return !c.privileged.value_or(false) && effective_seccomp(b, view, c, nullptr) != "RuntimeDefault";
  });
  if (unconfined) {
    PodSpec changed = spec;
    changed.seccomp = model::SeccompProfile{"RuntimeDefault", ""};
    for (model::Container& c : changed.containers) c.seccomp.reset();
    add("seccomp", "seccomp RuntimeDefault", "rare system calls", std::move(changed),
        "securityContext:\n  seccompProfile:\n    type: RuntimeDefault\n    localhostProfile: null\n" +
            container_patch(spec, [](const model::Container& c) {
              return std::string(c.seccomp ? "securityContext:\n  seccompProfile: null\n" : "");
            }));
  }
  if (std::ranges::any_of(spec.containers,
                          [&](const model::Container& c) { return runs_as_root(b, view, c, nullptr) != model::Tri::no; })) {
    PodSpec changed = spec;
    changed.run_as_non_root = true;
    changed.run_as_user = 10001;
    for (model::Container& c : changed.containers) {
      c.run_as_user.reset();
      c.run_as_non_root.reset();
      c.allow_privilege_escalation = false;
    }
    add("non-root", "run as a user that is not root", "what writes to files of root or binds ports below 1024", std::move(changed),
        "securityContext:\n  runAsNonRoot: true\n  runAsUser: 10001\n" + container_patch(spec, [](const model::Container&) {
          return std::string("securityContext:\n  runAsUser: null\n  runAsNonRoot: null\n  allowPrivilegeEscalation: false\n");
        }));
  }
  if (token_mounted(b, w, nullptr, nullptr) != model::Tri::no) {
    PodSpec changed = spec;
    changed.automount_token = false;
    for (const model::Volume& v : spec.volumes) {
      if (v.name.starts_with("kube-api-access-")) without_volume(changed, v.name);  // written by admission, gone with the next pod
    }
    Change change{.id = "token",
                  .title = "no service account token",
                  .may_break = "what speaks to the API server",
                  .spec = std::move(changed),
                  .pod_patch = "automountServiceAccountToken: false\n"};
    change.kind = ActionKind::token;
    out.push_back(std::move(change));
  }
  return out;
}

// Everything at once: what parallel ways to the node need together.
Change all_of(const std::vector<Change>& changes, const PodSpec& spec) {
  Change out{.id = "harden", .title = "harden the pod whole (no host access, no added rights, RuntimeDefault, not root)", .spec = spec};
  out.effort = "effort.medium";
  std::vector<std::string> breaks;
  for (const Change& change : changes) {
    if (change.kind == ActionKind::token) continue;
    if (!change.may_break.empty()) breaks.push_back(change.may_break);
  }
  out.may_break = base::join(breaks, "; ");
  PodSpec& s = out.spec;
  s.host_pid = s.host_network = s.host_ipc = false;
  s.seccomp = model::SeccompProfile{"RuntimeDefault", ""};
  s.run_as_non_root = true;
  s.run_as_user = 10001;
  std::string volumes;
  for (const model::Volume& v : spec.volumes) {
    if (v.type != "hostPath") continue;
    without_volume(s, v.name);
    volumes += "- name: " + yaml_quote(v.name) + "\n  $patch: delete\n";
  }
  for (model::Container& c : s.containers) {
    c.privileged = false;
    c.add_capabilities.clear();
    c.drop_capabilities = {"ALL"};
    c.seccomp.reset();
    c.run_as_user.reset();
    c.run_as_non_root.reset();
    c.allow_privilege_escalation = false;
  }
  out.pod_patch =
      "hostPID: false\nhostNetwork: false\nhostIPC: false\nsecurityContext:\n  seccompProfile:\n    type: RuntimeDefault\n    "
      "localhostProfile: null\n  runAsNonRoot: true\n  runAsUser: 10001\n";
  out.pod_patch += container_patch(spec, [&](const model::Container& c) {
    std::string own =
        "securityContext:\n  privileged: false\n  allowPrivilegeEscalation: false\n  runAsUser: null\n  runAsNonRoot: null\n  "
        "seccompProfile: null\n  capabilities:\n    add: null\n    drop: [\"ALL\"]\n";
    std::string mounts;
    for (const model::VolumeMount& m : c.mounts) {
      const bool host =
          std::ranges::any_of(spec.volumes, [&](const model::Volume& v) { return v.name == m.volume && v.type == "hostPath"; });
      if (host) mounts += "- mountPath: " + yaml_quote(m.mount_path) + "\n  $patch: delete\n";
    }
    return mounts.empty() ? own : own + "volumeMounts:\n" + mounts;
  });
  if (!volumes.empty()) out.pod_patch += "volumes:\n" + volumes;
  return out;
}

// Ids of the steps of a view in the order in which the rows give them, and of those that are not cut.
struct Given {
  std::vector<std::string> order;
  std::set<std::string> held;
};

Given steps_of(Builder& b, const WorkloadView& w) {
  Given out;
  workload_steps(b, w, [&](StepDraft&& draft) {
    const bool leads = draft.to != kNone && draft.to != draft.from;
    out.order.push_back(leads ? b.step_id(draft) : std::string());
    if (leads && draft.state != StepState::cut) out.held.insert(out.order.back());
  });
  return out;
}

// The class as it would be with another spec.
WorkloadView view_with(const Builder& b, const ReplicaClass& c, const PodSpec& spec) {
  WorkloadView w = view_of(b, c, b.templates[c.of].pod);
  w.spec = &spec;
  w.pod = c.pod;
  return w;
}

// Every change that is worth trying on the template, the whole hardening last.
std::vector<Change> changes_of(const Builder& b, const Template& t) {
  const model::Pod& pod = b.pod(t.pod);
  if (is_static(pod)) return {};  // a static pod: part of the control plane
  std::vector<Change> changes = changes_of(b, view_with(b, b.classes[t.classes.front()], pod.spec));
  if (changes.size() > 1) changes.push_back(all_of(changes, pod.spec));
  return changes;
}

}  // namespace

std::string node_profile(const NodeView& node) {
  std::string out =
      node.node ? node.node->os_image + "\n" + node.node->kernel_version + "\n" + node.node->operating_system : "not read " + node.name;
  out += "\n" + node.runtime + " " + node.runtime_version + "\n" + (node.facts ? std::to_string(node.facts->findings.size()) : "-");
  if (node.node) {
    const auto& kubelet = node.node->kubelet;
    out += kubelet && kubelet->seccomp_default ? (*kubelet->seccomp_default ? "on" : "off") : "unknown";
    const Fact open = kubelet_open(&node);
    out += "\n" + (open.values.empty() ? std::string("unknown") : open.values.front());
    out += kubelet && kubelet->static_pod_path ? "\n" + *kubelet->static_pod_path : "";
    out += node.node->meta.labels.contains("node-role.kubernetes.io/control-plane") ? "\ncontrol-plane" : "";
    out += "\n" + node.node->provider_id.substr(0, node.node->provider_id.find(':'));
  }
  return out;
}

std::vector<PodSpec> hardened_specs(const Builder& b, size_t tmpl) {
  std::vector<PodSpec> out;
  if (!b.input.options.actions) return out;
  for (Change& change : changes_of(b, b.templates[tmpl])) out.push_back(std::move(change.spec));
  return out;
}

void pod_actions(Builder& b) {
  for (size_t index = 0; index < b.templates.size(); ++index) {
    const Template& t = b.templates[index];
    const model::Pod& pod = b.pod(t.pod);
    const std::vector<Change> changes = changes_of(b, t);
    if (changes.empty()) continue;
    std::vector<Action> actions;
    for (const Change& change : changes) {
      actions.push_back({.id = (change.kind == ActionKind::token ? "token:" : "pod-hardening:" + change.id + ":") + t.key,
                         .kind = change.kind,
                         .title = t.ns + "/" + t.name + ": " + change.title,
                         .lead = "lead.manifest",
                         .effort = change.effort,
                         .objects = {t.kind + " " + t.ns + "/" + t.name}});
      actions.back().patch = workload_patch(t, change.pod_patch);
      actions.back().patch_kind = actions.back().patch.empty() ? "text" : "strategic-merge";
      if (actions.back().patch.empty()) actions.back().patch = "Make the pod anew with:\n" + indent(change.pod_patch, 2);
      if (!change.may_break.empty()) actions.back().may_break = {change.may_break};
    }
    std::map<std::string, std::vector<std::vector<bool>>> known;  // profile → per change, by the order of the steps
    for (size_t c : t.classes) {
      const ReplicaClass& one = b.classes[c];
      const std::vector<uint32_t>& steps = b.class_steps[c];
      auto [at, fresh] = known.try_emplace(b.compact ? node_profile(b.node_of(one)) : b.place(one));
      if (fresh || at->second.front().size() != steps.size()) {
        const Given before = steps_of(b, view_with(b, one, pod.spec));
        at->second.assign(changes.size(), std::vector<bool>(before.order.size()));
        for (size_t i = 0; i < changes.size(); ++i) {
          const Given after = steps_of(b, view_with(b, one, changes[i].spec));
          for (size_t s = 0; s < before.order.size(); ++s)
            at->second[i][s] = before.held.contains(before.order[s]) && !after.held.contains(before.order[s]);
        }
      }
      for (size_t i = 0; i < changes.size(); ++i) {
        for (size_t s = 0; s < steps.size() && s < at->second[i].size(); ++s) {
          if (at->second[i][s] && steps[s] != kNone) actions[i].cuts.push_back(steps[s]);
        }
      }
    }
    for (Action& action : actions) {  // surfaces of one group share their step
      std::ranges::sort(action.cuts);
      action.cuts.erase(std::unique(action.cuts.begin(), action.cuts.end()), action.cuts.end());
    }
    for (size_t i = 0; i < actions.size(); ++i) {
      if (actions[i].cuts.empty()) continue;
      // The whole hardening is worth a line only where it does more than its best part.
      if (changes[i].id == "harden" && std::ranges::any_of(actions, [&](const Action& other) {
            return &other != &actions[i] && other.cuts.size() >= actions[i].cuts.size();
          }))
        continue;
      b.graph.actions.push_back(std::move(actions[i]));
    }
  }
}

}  // namespace bulkhead::graph
