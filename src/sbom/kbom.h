// A cluster's components as CycloneDX 1.6 JSON: a Kubernetes bill of materials.
//
// Source: ECMA-424 (CycloneDX 1.6). The cluster is metadata.component (type platform); nodes' operating systems are of type
// operating-system, everything else of type application or, where it runs as a container, container. What the format has no field
// for stands in properties: bulkhead:kind, :how, :evidence, :vendor, :support_ends, :place*. No time stamp; the serial number is made
// from the content. Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/cluster.h"
#include "model/cluster_component.h"

namespace bulkhead::sbom {

// "pkg:generic/kubelet@v1.33.13"; for what runs as a container of a known digest "pkg:oci/coredns@sha256:…?repository_url=…&tag=…".
std::string purl_of(const model::ClusterComponent& component);
// `support_ends`: "name version" → date.
std::string write_kbom(const model::Cluster& cluster, const std::vector<model::ClusterComponent>& components,
                       const std::map<std::string, std::string>& support_ends);

}  // namespace bulkhead::sbom
