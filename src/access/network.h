// Who can connect to whom on which port: NetworkPolicy (ingress and egress), Services, Ingress, host ports.
//
// Source: Kubernetes API reference networking.k8s.io/v1 and "Network Policies" (concepts). Unread policies make every
// connection `unknown`, never cut; the policies are taken as enforced only where the CNI is known to enforce them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

struct Reach {
  model::Tri verdict = model::Tri::no;
  std::string because;        // what opens it, or what cuts it: "NetworkPolicy shop/api-ingress (no rule admits it)"
};

// One way in from outside the cluster.
struct Exposure {
  enum class Kind { load_balancer, node_port, external_ip, ingress, host_port, host_network } kind = Kind::load_balancer;
  std::string via;            // "Service shop/web", "Ingress shop/public (class nginx)"
  size_t pod = 0;             // index into Cluster::pods of a pod that answers
  int32_t port = 0;           // port of the pod
  std::string protocol = "TCP";
  model::Tri verdict = model::Tri::yes;  // unknown: e.g. an Ingress whose controller was not found
  std::string because;
  size_t through_pod = SIZE_MAX;  // ingress: index of the controller's pod that forwards; SIZE_MAX direct
};

class Network {
 public:
  explicit Network(const model::Cluster& cluster);  // keeps a reference
  ~Network();
  Network(Network&&) noexcept;

  // Pods by index into Cluster::pods; port 0 asks for any port that the target declares (or any port at all if it declares none).
  Reach pod_to_pod(size_t from, size_t to, int32_t port, std::string_view protocol = "TCP") const;
  Reach ip_to_pod(std::string_view ip, size_t to, int32_t port, std::string_view protocol = "TCP") const;  // an address outside the cluster
  Reach pod_to_ip(size_t from, std::string_view ip, int32_t port, std::string_view protocol = "TCP") const;
  // Every way in from the internet; policies for external addresses are applied already.
  const std::vector<Exposure>& exposures() const;
  // Is the pod isolated for ingress by any policy, and by which.
  std::vector<std::string> ingress_policies(size_t pod) const;
  std::vector<std::string> egress_policies(size_t pod) const;
  // Does something in the cluster enforce policies (CNI recognised)? unknown when no known CNI was seen.
  model::Tri enforced() const;
  std::string enforced_by() const;
  // Ports that a pod is taken to listen on: declared container ports and Service targets.
  std::vector<std::pair<int32_t, std::string>> listening_ports(size_t pod) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::access
