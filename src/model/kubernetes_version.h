// A Kubernetes version as a component reports it (gitVersion, kubeletVersion): "v1.29.4", "v1.29.4-eks-036c24b",
// "v1.28.6+rke2r1", "v1.27.11-gke.100", "v1.31.0-rc.1", "1.29+".
//
// Vendors rebuild an upstream release under a suffix of their own. The suffix does not count in the order: the version is
// compared as the upstream release it was built from. Only "-alpha.N", "-beta.N" and "-rc.N", as upstream tags them, are
// pre-releases. A vendor build may hold fixes that its number does not show: vendor_build() tells, so that the caller can say so.
//
// Source of the tags: https://github.com/kubernetes/sig-release/blob/master/release-engineering/versioning.md
#pragma once

#include <string_view>

#include "base/result.h"

namespace bulkhead::model {

struct KubernetesVersion {
  std::string_view major;  // digits; views into the parsed text
  std::string_view minor;
  std::string_view patch;      // "" where not given
  std::string_view stage;      // "alpha", "beta", "rc", or "" for a release
  std::string_view iteration;  // N of "-rc.N"; "" where not given
  std::string_view suffix;     // all that follows, with its separator: "-eks-036c24b", "+rke2r1", ".5+abc"; "" upstream

  // Not a plain upstream tag.
  bool vendor_build() const { return !suffix.empty(); }
};

base::Result<KubernetesVersion> parse_kubernetes_version(std::string_view text);

}  // namespace bulkhead::model
