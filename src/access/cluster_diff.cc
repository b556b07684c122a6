#include "access/cluster_diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "access/connection_diff.h"
#include "access/network.h"
#include "access/rights.h"
#include "base/text.h"

namespace bulkhead::access {
namespace {

using Area = ClusterChange::Area;
using Direction = ClusterChange::Direction;

// A setting of a pod: its name, and what it is; `danger` puts values in order: more of it opens.
struct Setting {
  std::string value;
  int danger = 0;
};
using Settings = std::map<std::string, Setting>;

Setting flag(bool on) { return {on ? "yes" : "no", on ? 1 : 0}; }
std::string said(const std::optional<bool>& value) { return value ? (*value ? "yes" : "no") : "not said"; }

Settings settings_of(const model::PodSpec& spec) {
  Settings out;
  out["host network"] = flag(spec.host_network);
  out["host PID namespace"] = flag(spec.host_pid);
  out["host IPC namespace"] = flag(spec.host_ipc);
  out["service account"] = {spec.service_account, 0};
  out["token is mounted"] = {said(spec.automount_token), spec.automount_token.value_or(true) ? 1 : 0};
  out["user namespace of its own"] = {said(spec.host_users ? std::optional(!*spec.host_users) : std::nullopt),
                                      spec.host_users.value_or(true) ? 1 : 0};
  if (!spec.runtime_class.empty()) out["runtime class"] = {spec.runtime_class, 0};
  std::string paths;
  int count = 0;
  std::set<std::string> sorted;
  for (const model::Volume& volume : spec.volumes) {
    if (volume.type == "hostPath") sorted.insert(volume.host_path);
  }
  for (const std::string& path : sorted) {
    paths += (paths.empty() ? "" : ", ") + path;
    ++count;
  }
  out["paths of the node"] = {paths.empty() ? "none" : paths, count};
  for (const model::Container& c : spec.containers) {
    const std::string of = " of container " + c.name;
    out["image" + of] = {c.image, 0};
    out["privileged" + of] = flag(c.privileged.value_or(false));
    out["privilege escalation" + of] = {said(c.allow_privilege_escalation), c.allow_privilege_escalation.value_or(true) ? 1 : 0};
    const std::optional<bool> non_root = c.run_as_non_root ? c.run_as_non_root : spec.run_as_non_root;
    out["must not run as root" + of] = {said(non_root), non_root.value_or(false) ? 0 : 1};
    out["read-only root file system" + of] = {said(c.read_only_root), c.read_only_root.value_or(false) ? 0 : 1};
    std::vector<std::string> add = c.add_capabilities, drop = c.drop_capabilities;
    std::ranges::sort(add);
    std::ranges::sort(drop);
    out["added capabilities" + of] = {add.empty() ? "none" : base::join(add, ", "), static_cast<int>(add.size())};
    out["dropped capabilities" + of] = {drop.empty() ? "none" : base::join(drop, ", "), -static_cast<int>(drop.size())};
    const model::SeccompProfile* seccomp = c.seccomp ? &*c.seccomp : spec.seccomp ? &*spec.seccomp : nullptr;
    out["seccomp profile" + of] = {seccomp == nullptr ? "not said" : seccomp->type,
                                   seccomp == nullptr || seccomp->type == "Unconfined" ? 1 : 0};
  }
  return out;
}

std::string full_name(const model::ObjectMeta& meta) { return meta.ns.empty() ? meta.name : meta.ns + "/" + meta.name; }

class Differ {
 public:
  Differ(const model::Cluster& before, const model::Cluster& after) : a_(before), b_(after) {}

  ClusterDiff run() {
    for (const auto& [group, resource] :
         std::initializer_list<std::pair<const char*, const char*>>{{"", "nodes"},
                                                                    {"", "namespaces"},
                                                                    {"", "pods"},
                                                                    {"", "services"},
                                                                    {"rbac.authorization.k8s.io", "clusterroles"},
                                                                    {"rbac.authorization.k8s.io", "clusterrolebindings"},
                                                                    {"rbac.authorization.k8s.io", "roles"},
                                                                    {"rbac.authorization.k8s.io", "rolebindings"},
                                                                    {"networking.k8s.io", "networkpolicies"}}) {
      comparable(group, resource);
    }
    versions();
    namespaces();
    workloads();
    rights();
    network();
    std::ranges::sort(out_.changes, {}, [](const ClusterChange& c) { return std::tie(c.area, c.object, c.text); });
    return std::move(out_);
  }

 private:
  static bool known(model::ReadState state, const model::Cluster& cluster) {
    return state == model::ReadState::read || (state == model::ReadState::absent && cluster.server_version.empty());
  }
  bool comparable(const char* group, const char* resource) {
    const bool a = known(a_.list_state(group, resource), a_), b = known(b_.list_state(group, resource), b_);
    if (!a || !b) {
      const std::string line = std::string(resource) + ": not read in " + (!a && !b ? "A and B" : !a ? "A" : "B");
      if (std::ranges::find(out_.not_compared, line) == out_.not_compared.end()) out_.not_compared.push_back(line);
      unread_.insert(resource);
    }
    return a && b;
  }
  bool can_compare(const char* resource) const { return !unread_.contains(resource); }
  void add(Area area, Direction direction, std::string object, std::string text) {
    out_.changes.push_back({area, direction, std::move(object), std::move(text)});
  }
  static Direction by_danger(int before, int after) {
    return after > before ? Direction::opens : after < before ? Direction::closes : Direction::changes;
  }

  void versions() {
    if (a_.server_version != b_.server_version)
      add(Area::version, Direction::changes, "API server", "was " + word(a_.server_version) + ", is " + word(b_.server_version));
    if (!can_compare("nodes")) return;
    std::map<std::string, const model::Node*> before;
    for (const model::Node& node : a_.nodes) before[node.meta.name] = &node;
    for (const model::Node& node : b_.nodes) {
      const auto old = before.find(node.meta.name);
      if (old == before.end()) {
        add(Area::version, Direction::changes, "Node " + node.meta.name,
            "added: kubelet " + word(node.kubelet_version) + ", kernel " + word(node.kernel_version));
        continue;
      }
      const auto compare = [&](const char* what, const std::string& x, const std::string& y) {
        if (x != y)
          add(Area::version, Direction::changes, "Node " + node.meta.name, std::string(what) + " was " + word(x) + ", is " + word(y));
      };
      compare("kubelet", old->second->kubelet_version, node.kubelet_version);
      compare("kernel", old->second->kernel_version, node.kernel_version);
      compare("runtime", old->second->container_runtime_version, node.container_runtime_version);
      compare("system", old->second->os_image, node.os_image);
      before.erase(old);
    }
    for (const auto& [gone, node] : before) add(Area::version, Direction::changes, "Node " + gone, "removed");
  }
  static std::string word(const std::string& text) { return text.empty() ? "not known" : text; }

  void namespaces() {
    if (!can_compare("namespaces")) return;
    std::map<std::string, const model::Namespace*> before;
    for (const model::Namespace& ns : a_.namespaces) before[ns.meta.name] = &ns;
    const auto level = [](const model::Namespace& ns) {
      const auto at = ns.meta.labels.find("pod-security.kubernetes.io/enforce");
      return at == ns.meta.labels.end() ? std::string("privileged") : at->second;
    };
    const auto danger = [](const std::string& enforced) { return enforced == "restricted" ? 0 : enforced == "baseline" ? 1 : 2; };
    for (const model::Namespace& ns : b_.namespaces) {
      const auto old = before.find(ns.meta.name);
      if (old == before.end()) {
        add(Area::setting, Direction::changes, "Namespace " + ns.meta.name, "added, Pod Security " + level(ns));
        continue;
      }
      const std::string x = level(*old->second), y = level(ns);
      if (x != y)
        add(Area::setting, by_danger(danger(x), danger(y)), "Namespace " + ns.meta.name, "Pod Security enforced: was " + x + ", is " + y);
      before.erase(old);
    }
    for (const auto& [gone, ns] : before) add(Area::setting, Direction::changes, "Namespace " + gone, "removed");
  }

  // A controller by its template; a pod without one by itself.
  static std::map<std::string, Settings> all_settings(const model::Cluster& cluster) {
    std::map<std::string, Settings> out;
    for (const model::Workload& workload : cluster.workloads) {
      if (workload.meta.owner_kind.empty()) out[workload.kind + " " + full_name(workload.meta)] = settings_of(workload.spec);
    }
    for (const model::Pod& pod : cluster.pods) {
      if (pod.meta.owner_kind.empty()) out["Pod " + full_name(pod.meta)] = settings_of(pod.spec);
    }
    return out;
  }
  void workloads() {
    if (!can_compare("pods")) return;
    const std::map<std::string, Settings> before = all_settings(a_), after = all_settings(b_);
    for (const auto& [object, now] : after) {
      const auto old = before.find(object);
      if (old == before.end()) {
        std::string dangers;
        for (const auto& [setting, value] : now) {
          const bool telling = setting.starts_with("privileged of") || setting.starts_with("host ") || setting == "paths of the node" ||
                               setting.starts_with("added cap");
          if (telling && value.danger > 0) dangers += (dangers.empty() ? "" : "; ") + setting + ": " + value.value;
        }
        add(Area::workload, dangers.empty() ? Direction::changes : Direction::opens, object,
            "added" + (dangers.empty() ? "" : " with " + dangers));
        continue;
      }
      std::set<std::string> names;
      for (const auto* side : {&old->second, &now}) {
        for (const auto& [setting, value] : *side) names.insert(setting);
      }
      for (const std::string& setting : names) {
        const auto x = old->second.find(setting), y = now.find(setting);
        const Setting none{"not there", 0};
        const Setting &was = x == old->second.end() ? none : x->second, &is = y == now.end() ? none : y->second;
        if (was.value != is.value)
          add(Area::setting, by_danger(was.danger, is.danger), object, setting + ": was " + was.value + ", is " + is.value);
      }
    }
    for (const auto& [object, settings] : before) {
      if (!after.contains(object)) add(Area::workload, Direction::changes, object, "removed");
    }
  }

  void rights() {
    for (const char* resource : {"clusterroles", "clusterrolebindings", "roles", "rolebindings"}) {
      if (!can_compare(resource)) return;
    }
    std::set<std::string> subjects;
    for (const model::Cluster* cluster : {&a_, &b_}) {
      for (std::string& subject : bound_subjects(*cluster)) subjects.insert(std::move(subject));
    }
    const RightsIndex of_a(a_), of_b(b_);
    for (const std::string& subject : subjects) {
      // Of bindings that name the subject itself: what a group gives is told at the group.
      const Identity who = own_identity(subject);
      const RightList before = of_a.of(who), after = of_b.of(who);
      compare_rights(subject, before, after, "may no longer", Direction::closes);
      compare_rights(subject, after, before, "may now", Direction::opens);
    }
  }
  static Identity own_identity(const std::string& subject) {
    if (subject.starts_with("group:")) return {"", {subject.substr(6)}};
    if (subject.starts_with("user:")) return {subject.substr(5), {}};
    const size_t slash = subject.find('/');
    return {"system:serviceaccount:" + subject.substr(3, slash - 3) + ":" + subject.substr(slash + 1), {}};
  }
  void compare_rights(const std::string& subject, const RightList& these, const RightList& others, const char* words, Direction direction) {
    for (const auto& [target, verbs] : these.rights) {
      const auto other = others.rights.find(target);
      std::string list;
      for (const auto& [verb, givers] : verbs) {
        if (other == others.rights.end() || !other->second.contains(verb)) list += (list.empty() ? "" : ", ") + verb;
      }
      if (list.empty()) continue;
      const std::string where = !target.url.empty() ? "" : target.ns.empty() ? " everywhere" : " in " + target.ns;
      add(Area::right, direction, subject, std::string(words) + " " + list + " " + target_text(target) + where);
    }
  }

  static std::map<std::string, std::string> entrances(const model::Cluster& cluster) {
    std::map<std::string, std::string> out;
    const Network network(cluster);
    for (const Exposure& e : network.exposures()) {
      const model::Pod& pod = cluster.pods[e.pod];
      const std::string owner =
          pod.meta.owner_kind.empty() ? "Pod " + full_name(pod.meta) : pod.meta.owner_kind + " " + pod.meta.ns + "/" + pod.meta.owner_name;
      std::string& verdict = out[e.via + " to " + owner + " port " + std::to_string(e.port) + "/" + e.protocol];
      if (verdict != "yes") verdict = model::name(e.verdict);
    }
    return out;
  }
  void network() {
    if (!can_compare("pods") || !can_compare("services")) return;
    const std::map<std::string, std::string> before = entrances(a_), after = entrances(b_);
    for (const auto& [way, verdict] : after) {
      const auto old = before.find(way);
      if (old == before.end())
        add(Area::entrance, Direction::opens, way, "a way in from the internet" + std::string(verdict == "yes" ? "" : ", perhaps"));
      if (old != before.end() && old->second != verdict)
        add(Area::entrance, verdict == "yes" ? Direction::opens : Direction::closes, way, "was " + old->second + ", is " + verdict);
    }
    for (const auto& [way, verdict] : before) {
      if (!after.contains(way)) add(Area::entrance, Direction::closes, way, "no longer a way in from the internet");
    }
    if (!can_compare("networkpolicies")) return;
    // By target: how many sources more or fewer may connect.
    struct Sum {
      size_t opened = 0, closed = 0;
      std::string example_open, example_closed;
    };
    std::map<std::string, Sum> targets;
    for (const ConnectionChange& change : diff_connections(list_connections(a_), list_connections(b_))) {
      Sum& sum = targets[change.to];
      if (const Connections opened = change.opened(); !opened.empty() && ++sum.opened == 1)
        sum.example_open = change.from + " on " + opened.text();
      if (const Connections closed = change.closed(); !closed.empty() && ++sum.closed == 1)
        sum.example_closed = change.from + " on " + closed.text();
    }
    for (const auto& [target, sum] : targets) {
      const auto line = [&](size_t count, const std::string& example, const char* words, Direction direction) {
        if (count == 0) return;
        add(Area::reach, direction, target,
            std::to_string(count) + (count == 1 ? " source " : " sources ") + words + ": " + example + (count > 1 ? ", …" : ""));
      };
      line(sum.opened, sum.example_open, "may newly connect", Direction::opens);
      line(sum.closed, sum.example_closed, "may no longer connect", Direction::closes);
    }
  }

  const model::Cluster &a_, &b_;
  std::set<std::string> unread_;
  ClusterDiff out_;
};

}  // namespace

const char* name(ClusterChange::Area area) {
  static constexpr const char* kNames[] = {"version", "workload", "setting", "right", "entrance", "reach"};
  return kNames[static_cast<size_t>(area)];
}
const char* name(ClusterChange::Direction direction) {
  static constexpr const char* kNames[] = {"changes", "opens", "closes"};
  return kNames[static_cast<size_t>(direction)];
}

ClusterDiff diff_clusters(const model::Cluster& before, const model::Cluster& after) { return Differ(before, after).run(); }

}  // namespace bulkhead::access
