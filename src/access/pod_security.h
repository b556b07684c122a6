// What a namespace's Pod Security admission lets in.
//
// Source: "Pod Security Standards" and k8s.io/pod-security-admission (checks per version). Levels of a namespace come from
// its pod-security.kubernetes.io/enforce label; without one the cluster default holds, which is privileged unless an
// AdmissionConfiguration says otherwise (not in the API: then the answer says so).
#pragma once

#include <cstdint>
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
  int minor = -1;               // enforce-version v1.N; -1 latest
  bool labelled = false;
  model::Tri known = model::Tri::yes;  // unknown: namespaces were not read
};
NamespaceAdmission namespace_admission(const model::Cluster& cluster, std::string_view ns);

struct PodSecurityViolation {
  std::string check;            // id as upstream: "hostNamespaces", "privileged", "capabilities_baseline", …
  std::string message;
};
// Empty: the pod is allowed at that level and minor version (-1 latest).
std::vector<PodSecurityViolation> pod_security_violations(const model::PodSpec& spec, const model::Labels& annotations, PodSecurityLevel level, int minor);

// Would the namespace admit a pod of this spec?
model::Tri admits(const model::Cluster& cluster, std::string_view ns, const model::PodSpec& spec, const model::Labels& annotations = {});

}  // namespace bulkhead::access
