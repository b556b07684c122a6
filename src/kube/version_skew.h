// Versions of Kubernetes' programs that do not go together.
//
// Source: https://kubernetes.io/releases/version-skew-policy/. No program may be newer than the API server. The kubelet and
// kube-proxy may be three minor versions older (two before 1.28), the controller manager and scheduler one; API servers of one
// cluster lie within one. A version that is not known or not readable is not judged. Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "model/cluster_component.h"

namespace bulkhead::kube {

// One line per component that breaks the policy, in the order of `components`.
std::vector<std::string> version_skew(const std::vector<model::ClusterComponent>& components);

}  // namespace bulkhead::kube
