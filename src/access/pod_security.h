// What a namespace's Pod Security admission lets in.
//
// Source: "Pod Security Standards" and k8s.io/pod-security-admission (checks per version). Levels of a namespace come from
// its pod-security.kubernetes.io/enforce label; without one the cluster default holds, which is privileged unless an
// AdmissionConfiguration says otherwise (not in the API; `labelled` is false then). Exemptions of that file are not in the API
// either. A level or version that cannot be understood means restricted and latest, as in the API server.
// Spec and annotations are taken as the API server has them after its defaulting. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

enum class PodSecurityLevel : uint8_t { privileged, baseline, restricted };
const char* level_name(PodSecurityLevel level);

struct NamespaceAdmission {
  PodSecurityLevel level = PodSecurityLevel::privileged;
  int minor = -1;  // enforce-version v1.N; -1 latest
  bool labelled = false;
  model::Tri known = model::Tri::yes;  // unknown: namespaces were not read
};
// "latest" gives -1, "v1.31" gives 31; nullopt for anything else.
std::optional<int> parse_policy_version(std::string_view text);
NamespaceAdmission namespace_admission(const model::Cluster& cluster, std::string_view ns);

struct PodSecurityViolation {
  std::string check;  // id as upstream: "hostNamespaces", "privileged", "capabilities_baseline", …
  std::string message;
};
// Empty: the pod is allowed at that level and minor version (-1 latest; a minor later than any known is the latest).
std::vector<PodSecurityViolation> pod_security_violations(const model::PodSpec& spec, const model::Labels& annotations,
                                                          PodSecurityLevel level, int minor);

// Would the namespace admit a pod of this spec?
model::Tri admits(const model::Cluster& cluster, std::string_view ns, const model::PodSpec& spec, const model::Labels& annotations = {});

}  // namespace bulkhead::access
