// The checks as rows: from which minor on they hold, to which level they belong, and which baseline check a restricted one
// replaces. A check that changed is several rows with the same id. Fields, allowed values and versions follow
// k8s.io/pod-security-admission/policy (read at v0.37.2); the words are our own.
#include "access/pod_security.h"

#include <algorithm>
#include <array>
#include <climits>
#include <set>
#include <span>

#include "base/text.h"

namespace bulkhead::access {
namespace {

using model::Container;
using model::Labels;
using model::PodSpec;

constexpr int kLatest = INT_MAX;

struct Input {
  const PodSpec& spec;
  const Labels& annotations;
  int minor;  // kLatest for the latest
};

// What is wrong, or nothing.
using Finding = std::string;

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

std::string containers_text(const std::vector<std::string>& names) {
  return (names.size() == 1 ? "container " : "containers ") + quoted(names);
}

// Names of the containers that `bad` finds at fault.
template <typename Bad>
std::vector<std::string> bad_containers(const PodSpec& spec, Bad&& bad) {
  std::vector<std::string> names;
  for (const Container& container : spec.containers) {
    if (bad(container)) names.push_back(container.name);
  }
  return names;
}

// "pod and containers "a", "b" must not …"
Finding setters(bool pod, const std::vector<std::string>& containers, std::string_view must) {
  if (!pod && containers.empty()) return {};
  std::string who = pod ? "pod" : "";
  if (!containers.empty()) who += (pod ? " and " : "") + containers_text(containers);
  return who + " " + std::string(must);
}

bool in(std::string_view value, std::span<const std::string_view> allowed) { return std::ranges::find(allowed, value) != allowed.end(); }

bool windows(const PodSpec& spec) { return spec.os == "windows"; }
bool own_user_namespace(const PodSpec& spec) { return spec.host_users && !*spec.host_users; }

// ---------------------------------------------------------------- baseline
Finding host_namespaces(const Input& input) {
  std::vector<std::string> used;
  if (input.spec.host_network) used.emplace_back("hostNetwork=true");
  if (input.spec.host_pid) used.emplace_back("hostPID=true");
  if (input.spec.host_ipc) used.emplace_back("hostIPC=true");
  return base::join(used, ", ");
}

Finding privileged(const Input& input) {
  return setters(false, bad_containers(input.spec, [](const Container& c) { return c.privileged.value_or(false); }),
                 "must not set securityContext.privileged=true");
}

Finding windows_host_process(const Input& input) {
  return setters(input.spec.windows_host_process.value_or(false),
                 bad_containers(input.spec, [](const Container& c) { return c.windows_host_process.value_or(false); }),
                 "must not set securityContext.windowsOptions.hostProcess=true");
}

Finding capabilities_baseline(const Input& input) {
  static constexpr std::array<std::string_view, 13> kAllowed = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                                "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                                "SETPCAP",     "SETUID", "SYS_CHROOT"};
  return setters(false,
                 bad_containers(input.spec,
                                [](const Container& c) {
                                  return std::ranges::any_of(c.add_capabilities, [](const auto& x) { return !in(x, kAllowed); });
                                }),
                 "must not add capabilities beyond the default set in securityContext.capabilities.add");
}

Finding host_path_volumes(const Input& input) {
  std::vector<std::string> names;
  for (const model::Volume& volume : input.spec.volumes) {
    if (volume.type == "hostPath") names.push_back(volume.name);
  }
  return names.empty() ? Finding() : "hostPath volumes " + quoted(names);
}

Finding host_ports(const Input& input) {
  return setters(
      false,
      bad_containers(input.spec,
                     [](const Container& c) { return std::ranges::any_of(c.ports, [](const auto& p) { return p.host_port != 0; }); }),
      "must not use a hostPort");
}

Finding app_armor(const Input& input) {
  const auto bad = [](const std::optional<model::AppArmorProfile>& profile) {
    return profile && profile->type != "RuntimeDefault" && profile->type != "Localhost";
  };
  Finding finding = setters(bad(input.spec.app_armor), bad_containers(input.spec, [&](const Container& c) { return bad(c.app_armor); }),
                            "must set appArmorProfile.type to RuntimeDefault or Localhost, or not at all");
  for (const auto& [key, value] : input.annotations) {
    if (!key.starts_with("container.apparmor.security.beta.kubernetes.io/")) continue;
    if (value.empty() || value == "runtime/default" || value.starts_with("localhost/")) continue;
    finding += (finding.empty() ? "annotation " : "; annotation ") + key + "=\"" + value + "\"";
  }
  return finding;
}

Finding se_linux(const Input& input) {
  static constexpr std::array<std::string_view, 5> kTypes = {"", "container_t", "container_init_t", "container_kvm_t",
                                                             "container_engine_t"};
  const std::span<const std::string_view> allowed(kTypes.data(), input.minor >= 31 ? 5 : 4);
  const auto bad = [&](const std::optional<model::SeLinuxOptions>& options) {
    return options && (!in(options->type, allowed) || !options->user.empty() || !options->role.empty());
  };
  return setters(bad(input.spec.se_linux), bad_containers(input.spec, [&](const Container& c) { return bad(c.se_linux); }),
                 "must not set seLinuxOptions.user or .role, nor a type other than a container's");
}

Finding proc_mount_always(const Input& input) {
  return setters(false, bad_containers(input.spec, [](const Container& c) { return !c.proc_mount.empty() && c.proc_mount != "Default"; }),
                 "must not set securityContext.procMount to anything but Default");
}
Finding proc_mount_unless_user_namespace(const Input& input) {
  return own_user_namespace(input.spec) ? Finding() : proc_mount_always(input);
}

Finding seccomp_annotations(const Input& input) {
  std::vector<std::string> keys{"seccomp.security.alpha.kubernetes.io/pod"};
  for (const Container& c : input.spec.containers) keys.push_back("container.seccomp.security.alpha.kubernetes.io/" + c.name);
  Finding finding;
  for (const std::string& key : keys) {
    const auto found = input.annotations.find(key);
    if (found == input.annotations.end()) continue;
    const std::string& value = found->second;
    if (value == "runtime/default" || value == "docker/default" || value.starts_with("localhost/")) continue;
    finding += (finding.empty() ? "annotation " : "; annotation ") + key + "=\"" + value + "\"";
  }
  return finding;
}

bool good_seccomp(const model::SeccompProfile& profile) { return profile.type == "RuntimeDefault" || profile.type == "Localhost"; }

Finding seccomp_fields(const Input& input) {
  const auto bad = [](const std::optional<model::SeccompProfile>& profile) { return profile && !good_seccomp(*profile); };
  return setters(bad(input.spec.seccomp), bad_containers(input.spec, [&](const Container& c) { return bad(c.seccomp); }),
                 "must not set seccompProfile.type to anything but RuntimeDefault or Localhost");
}

Finding sysctls(const Input& input) {
  struct Row {
    std::string_view name;
    int from;
  };
  static constexpr Row kAllowed[] = {
      {"kernel.shm_rmid_forced", 0},
      {"net.ipv4.ip_local_port_range", 0},
      {"net.ipv4.tcp_syncookies", 0},
      {"net.ipv4.ping_group_range", 0},
      {"net.ipv4.ip_unprivileged_port_start", 0},
      {"net.ipv4.ip_local_reserved_ports", 27},
      {"net.ipv4.tcp_keepalive_time", 29},
      {"net.ipv4.tcp_fin_timeout", 29},
      {"net.ipv4.tcp_keepalive_intvl", 29},
      {"net.ipv4.tcp_keepalive_probes", 29},
      {"net.ipv4.tcp_rmem", 32},
      {"net.ipv4.tcp_wmem", 32},
      {"net.ipv4.tcp_slow_start_after_idle", 37},
      {"net.ipv4.tcp_notsent_lowat", 37},
  };
  std::vector<std::string> bad;
  for (const auto& [name, value] : input.spec.sysctls) {
    const bool allowed = std::ranges::any_of(kAllowed, [&](const Row& row) { return row.name == name && row.from <= input.minor; });
    if (!allowed) bad.push_back(name);
  }
  return bad.empty() ? Finding() : "sysctls " + quoted(bad) + " are not among the safe ones";
}

Finding host_probes(const Input& input) {
  return setters(false, bad_containers(input.spec, [](const Container& c) { return !c.probe_hosts.empty(); }),
                 "must not set a host in probes or lifecycle handlers");
}

// ---------------------------------------------------------------- restricted
Finding restricted_volumes(const Input& input) {
  static constexpr std::array<std::string_view, 10> kAllowed = {
      "", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"};
  std::vector<std::string> names;
  for (const model::Volume& volume : input.spec.volumes) {
    if (!in(volume.type, kAllowed)) names.push_back(volume.name);  // "": the API server makes it an emptyDir
  }
  return names.empty() ? Finding() : "volumes " + quoted(names) + " are of a restricted type";
}

Finding privilege_escalation(const Input& input) {
  return setters(false, bad_containers(input.spec, [](const Container& c) { return c.allow_privilege_escalation.value_or(true); }),
                 "must set securityContext.allowPrivilegeEscalation=false");
}

Finding run_as_non_root(const Input& input) {
  const PodSpec& spec = input.spec;
  const Finding explicit_root = setters(spec.run_as_non_root && !*spec.run_as_non_root,
                                        bad_containers(spec, [](const Container& c) { return c.run_as_non_root && !*c.run_as_non_root; }),
                                        "must not set runAsNonRoot=false");
  if (!explicit_root.empty() || spec.run_as_non_root.value_or(false)) return explicit_root;
  return setters(false, bad_containers(spec, [](const Container& c) { return !c.run_as_non_root; }),
                 "or the pod must set securityContext.runAsNonRoot=true");
}

Finding run_as_user(const Input& input) {
  return setters(input.spec.run_as_user == 0, bad_containers(input.spec, [](const Container& c) { return c.run_as_user == 0; }),
                 "must not set runAsUser=0");
}

template <Finding (*check)(const Input&)>
Finding unless_user_namespace(const Input& input) {
  return own_user_namespace(input.spec) ? Finding() : check(input);
}
template <Finding (*check)(const Input&)>
Finding unless_windows(const Input& input) {
  return windows(input.spec) ? Finding() : check(input);
}

Finding seccomp_restricted(const Input& input) {
  const Finding explicit_bad = seccomp_fields(input);
  if (!explicit_bad.empty() || input.spec.seccomp) return explicit_bad;
  return setters(false, bad_containers(input.spec, [](const Container& c) { return !c.seccomp; }),
                 "or the pod must set seccompProfile.type to RuntimeDefault or Localhost");
}

Finding capabilities_restricted(const Input& input) {
  const Finding missing =
      setters(false,
              bad_containers(input.spec,
                             [](const Container& c) { return std::ranges::find(c.drop_capabilities, "ALL") == c.drop_capabilities.end(); }),
              "must set securityContext.capabilities.drop=[\"ALL\"]");
  const Finding added =
      setters(false,
              bad_containers(input.spec,
                             [](const Container& c) {
                               return std::ranges::any_of(c.add_capabilities, [](const auto& x) { return x != "NET_BIND_SERVICE"; });
                             }),
              "must add no capability but NET_BIND_SERVICE");
  return missing + (missing.empty() || added.empty() ? "" : "; ") + added;
}

struct Check {
  const char* id;
  PodSecurityLevel level;
  int from, until;  // minors; `until` is the first that no longer holds
  Finding (*run)(const Input&);
  const char* replaces = "";  // a baseline check that the restricted level leaves out while this one holds
};

constexpr auto kBaseline = PodSecurityLevel::baseline;
constexpr auto kRestricted = PodSecurityLevel::restricted;
constexpr int kEver = INT_MAX;

// Sorted by level, then id: the order of the violations.
constexpr Check kChecks[] = {
    {"appArmorProfile", kBaseline, 0, kEver, app_armor},
    {"capabilities_baseline", kBaseline, 0, kEver, capabilities_baseline},
    {"hostNamespaces", kBaseline, 0, kEver, host_namespaces},
    {"hostPathVolumes", kBaseline, 0, kEver, host_path_volumes},
    {"hostPorts", kBaseline, 0, kEver, host_ports},
    {"hostProbesAndHostLifecycle", kBaseline, 34, kEver, host_probes},
    {"privileged", kBaseline, 0, kEver, privileged},
    {"procMount", kBaseline, 0, 35, proc_mount_always},
    {"procMount", kBaseline, 35, kEver, proc_mount_unless_user_namespace},
    {"seLinuxOptions", kBaseline, 0, kEver, se_linux},
    {"seccompProfile_baseline", kBaseline, 0, 19, seccomp_annotations},
    {"seccompProfile_baseline", kBaseline, 19, kEver, seccomp_fields},
    {"sysctls", kBaseline, 0, kEver, sysctls},
    {"windowsHostProcess", kBaseline, 0, kEver, windows_host_process},
    {"allowPrivilegeEscalation", kRestricted, 8, 25, privilege_escalation},
    {"allowPrivilegeEscalation", kRestricted, 25, kEver, unless_windows<privilege_escalation>},
    {"capabilities_restricted", kRestricted, 22, 25, capabilities_restricted, "capabilities_baseline"},
    {"capabilities_restricted", kRestricted, 25, kEver, unless_windows<capabilities_restricted>, "capabilities_baseline"},
    {"procMount_restricted", kRestricted, 35, kEver, proc_mount_always, "procMount"},
    {"restrictedVolumes", kRestricted, 0, kEver, restricted_volumes, "hostPathVolumes"},
    {"runAsNonRoot", kRestricted, 0, 35, run_as_non_root},
    {"runAsNonRoot", kRestricted, 35, kEver, unless_user_namespace<run_as_non_root>},
    {"runAsUser", kRestricted, 23, 35, run_as_user},
    {"runAsUser", kRestricted, 35, kEver, unless_user_namespace<run_as_user>},
    {"seccompProfile_restricted", kRestricted, 19, 25, seccomp_restricted, "seccompProfile_baseline"},
    {"seccompProfile_restricted", kRestricted, 25, kEver, unless_windows<seccomp_restricted>, "seccompProfile_baseline"},
};

bool holds(const Check& check, PodSecurityLevel level, int minor) {
  return check.level <= level && check.from <= minor && (minor < check.until || check.until == kEver);
}

// "v1.33.13-eks-1" → 33; -1 for anything else.
int server_minor(std::string_view version) {
  if (!version.starts_with("v1.")) return -1;
  version.remove_prefix(3);
  const auto minor = base::parse_u64(version.substr(0, version.find_first_not_of("0123456789")));
  return minor && *minor < 1000 ? static_cast<int>(*minor) : -1;
}

}  // namespace

const char* level_name(PodSecurityLevel level) {
  switch (level) {
    case PodSecurityLevel::privileged: return "privileged";
    case PodSecurityLevel::baseline: return "baseline";
    case PodSecurityLevel::restricted: return "restricted";
  }
  return "privileged";
}

std::optional<int> parse_policy_version(std::string_view text) {
  if (text == "latest") return -1;
  if (!text.starts_with("v1.")) return std::nullopt;
  const std::string_view digits = text.substr(3);
  const auto minor = base::parse_u64(digits);
  if (!minor || *minor > 10'000 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  return static_cast<int>(*minor);
}

NamespaceAdmission namespace_admission(const model::Cluster& cluster, std::string_view ns) {
  NamespaceAdmission admission;
  const auto found = std::ranges::find_if(cluster.namespaces, [&](const model::Namespace& n) { return n.meta.name == ns; });
  if (found == cluster.namespaces.end()) {
    if (!cluster.was_read("", "namespaces")) admission.known = model::Tri::unknown;
    return admission;
  }
  const Labels& labels = found->meta.labels;
  if (const auto level = labels.find("pod-security.kubernetes.io/enforce"); level != labels.end()) {
    admission.labelled = true;
    // A word that is no level means the strictest one, as in the API server.
    admission.level = level->second == "privileged" ? PodSecurityLevel::privileged
                      : level->second == "baseline" ? PodSecurityLevel::baseline
                                                    : PodSecurityLevel::restricted;
  }
  if (const auto version = labels.find("pod-security.kubernetes.io/enforce-version"); version != labels.end()) {
    admission.minor = parse_policy_version(version->second).value_or(-1);
  }
  return admission;
}

std::vector<PodSecurityViolation> pod_security_violations(const PodSpec& spec, const Labels& annotations, PodSecurityLevel level,
                                                          int minor) {
  std::vector<PodSecurityViolation> violations;
  if (level == PodSecurityLevel::privileged) return violations;
  const Input input{spec, annotations, minor < 0 ? kLatest : minor};
  std::set<std::string_view> replaced;
  for (const Check& check : kChecks) {
    if (holds(check, level, input.minor) && check.level == kRestricted) replaced.insert(check.replaces);
  }
  for (const Check& check : kChecks) {
    if (!holds(check, level, input.minor) || replaced.contains(check.id)) continue;
    Finding finding = check.run(input);
    if (!finding.empty()) violations.push_back({check.id, std::move(finding)});
  }
  return violations;
}

model::Tri admits(const model::Cluster& cluster, std::string_view ns, const PodSpec& spec, const Labels& annotations) {
  const NamespaceAdmission admission = namespace_admission(cluster, ns);
  if (admission.known != model::Tri::yes) return model::Tri::unknown;
  if (!admission.labelled) return model::Tri::yes;  // the cluster's default is privileged unless a file says otherwise
  // "latest" is the server's own version, and a server knows no later one.
  const int server = server_minor(cluster.server_version);
  const int minor = server >= 0 && (admission.minor < 0 || admission.minor > server) ? server : admission.minor;
  return model::tri(pod_security_violations(spec, annotations, admission.level, minor).empty());
}

}  // namespace bulkhead::access
