// What the tables under data/access/ know: which software enforces NetworkPolicies, which serves Ingresses, which
// annotations make a load balancer internal. The tables are part of the program; a broken one is a bug that a test finds.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access::internal {

struct CniRow {
  std::string name, image, ns, argument, argument_not;
  // NetworkPolicies, AdminNetworkPolicies, Calico's policies, Cilium's, in the order of internal::Dialect.
  std::array<model::Tri, 4> enforces{model::Tri::unknown, model::Tri::no, model::Tri::no, model::Tri::no};
};
struct IngressControllerRow {
  std::string name;
  std::vector<std::string> controllers, classes, images;
  std::vector<model::Labels> labels;
  bool outside = false;
};
struct KnownSoftware {
  std::vector<CniRow> cnis;
  std::vector<IngressControllerRow> ingress_controllers;
  std::vector<std::pair<std::string, std::string>> internal_load_balancers;
  std::string problem;  // what was wrong with a table; empty
};
const KnownSoftware& known_software();

// "registry.k8s.io/ingress-nginx/controller:v1.9@sha256:…" has the repository suffix "ingress-nginx/controller".
bool image_is(std::string_view image, std::string_view repository_suffix);

}  // namespace bulkhead::access::internal
