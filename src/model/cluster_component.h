// Software that a cluster is made of: Kubernetes' own programs, what runs on its nodes, and the add-ons that act for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bulkhead::model {

struct ClusterComponent {
  std::string name;       // "kube-apiserver", "Calico", "containerd"
  std::string kind;       // control-plane, node, etcd, runtime, kernel, os, cni, csi, dns, ingress, mesh, operator, …
  std::string version;    // as reported; empty: not known
  std::string how;        // api | tag | label | config | none: where the version is from
  std::string evidence;   // "Node worker-1: status.nodeInfo.kubeletVersion"
  std::string image;      // reference, where it is a container's
  std::string digest;     // "sha256:…" of the running image, where the API says it
  std::string vendor;     // who built it: "EKS"; empty upstream or not known
  bool backports = false;  // the vendor's build may carry fixes that its number does not show
  std::string program;    // its name in flaw feeds; empty: none there
  std::string lifecycle;  // product of the life-cycle feed; empty: none
  std::vector<std::string> places;  // nodes, or "ns/pod"; sorted
  std::vector<size_t> pods;         // indices into Cluster::pods
};

}  // namespace bulkhead::model
