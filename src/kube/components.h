// The components of a cluster, from what the API says of itself, its nodes and its pods: data/kubernetes/components.yaml and
// vendor_builds.yaml say how each shows itself.
//
// The API server's version is that of /version, else of its pod's image; kubelet, runtime, kernel and OS are what nodes report.
// One component per name, version and image; `places` says where. Output is sorted by kind, name, version, image.
// Errors: only broken tables (input, internal). Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/cluster.h"
#include "model/cluster_component.h"

namespace bulkhead::kube {

struct VendorBuild {
  std::string name;        // empty: upstream, or not recognised
  bool backports = false;
  std::string because;     // "version v1.29.4-eks-036c24b", "Node n1: label eks.amazonaws.com/nodegroup"
};

base::Result<std::vector<model::ClusterComponent>> cluster_components(const model::Cluster& cluster);
// Who built the Kubernetes of this cluster.
base::Result<VendorBuild> vendor_build(const model::Cluster& cluster);

// "registry.k8s.io/a/b:v1@sha256:…" → repository, tag, digest (each may be empty).
struct ImageName {
  std::string repository, tag, digest;
};
ImageName image_name(std::string_view reference);

}  // namespace bulkhead::kube
