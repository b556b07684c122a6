// Who can connect to whom on which port: NetworkPolicy and the policies of add-ons, Services, Ingress, Gateways, Routes, host ports.
//
// Source: Kubernetes API reference networking.k8s.io/v1, core/v1 Service, and "Network Policies" (concepts); for add-ons
// model/tier_policy.h. Unread policies make every connection `unknown`, never cut; policies are taken as enforced only where the
// CNI is known to enforce their kind: with one that is known not to, they cut nothing; with none known, a cut is `unknown`.
// policy_* say what the policies alone allow, without those of a kind that the CNI is known not to enforce.
// Which software enforces policies or serves Ingresses is data (data/access/). Pods that ended (Succeeded, Failed) take no part.
// Threads: const calls are safe from many threads. Limits: none of its own; a question costs the rules that isolate its pods.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/address.h"
#include "access/connections.h"
#include "model/cluster.h"
#include "model/tri.h"

namespace bulkhead::access {

struct Reach {
  model::Tri verdict = model::Tri::no;
  std::string because;  // what opens it, or what cuts it: "NetworkPolicy shop/api-ingress (no rule admits it)"
};

// One way in from outside the cluster. `ingress`: whatever a controller forwards: Ingress, OpenShift Route, the Gateway API's routes.
struct Exposure {
  enum class Kind { load_balancer, node_port, external_ip, ingress, host_port, host_network } kind = Kind::load_balancer;
  std::string via;   // "Service shop/web", "Ingress shop/public (class nginx)", "HTTPRoute shop/web (Gateway edge/public)"
  size_t pod = 0;    // index into Cluster::pods of a pod that answers
  int32_t port = 0;  // port of the pod that the connection ends at, after the Service's or host port's translation
  std::string protocol = "TCP";
  model::Tri verdict = model::Tri::yes;  // never no; unknown: e.g. an Ingress whose controller was not found
  std::string because;
  size_t through_pod = SIZE_MAX;  // ingress: index of the controller's pod that forwards; SIZE_MAX direct
};

struct NetworkOptions {
  // As tools that read manifests have it: a pod without address is outside every ipBlock, a namespace without an object has no
  // label but its name. Otherwise both are unknown.
  bool as_manifest_tools = false;
};

class Network {
 public:
  explicit Network(const model::Cluster& cluster, NetworkOptions options = {});  // keeps a reference to the cluster
  ~Network();
  Network(Network&&) noexcept;

  // Pods by index into Cluster::pods; port 0 asks for any port that the target declares (or any port at all if it declares none).
  Reach pod_to_pod(size_t from, size_t to, int32_t port, std::string_view protocol = "TCP") const;
  Reach ip_to_pod(std::string_view ip, size_t to, int32_t port, std::string_view protocol = "TCP") const;  // an address outside the cluster
  Reach pod_to_ip(size_t from, std::string_view ip, int32_t port, std::string_view protocol = "TCP") const;
  // Every way in from the internet; policies for external addresses are applied already. Ways that are surely closed are left
  // out. The source is taken as the client's own address, whatever a Service's traffic policy does to it on the way. Only
  // declared ports count. A way through a node's address (node port, host port, host network) is certain where some node has
  // a public address, else `unknown`: what stands before the nodes is not in the API.
  const std::vector<Exposure>& exposures() const;
  // What the policies alone allow, whoever enforces them: between pods, and between a pod and a range of external addresses
  // that lies on one side of every CIDR of the policies. `from_unknown_pod`: from a pod of the cluster of which nothing is known.
  Allowed policy_pod_to_pod(size_t from, size_t to) const;
  Allowed policy_range_to_pod(const AddressRange& from, size_t to) const;
  Allowed policy_pod_to_range(size_t from, const AddressRange& to) const;
  Allowed policy_from_unknown_pod(size_t to) const;
  // External addresses cut at every CIDR of the ingress (egress) rules: IPv4, then IPv6 where a rule names an IPv6 CIDR.
  std::vector<AddressRange> external_sources() const;
  std::vector<AddressRange> external_targets() const;
  // A backend of an Ingress, a Route or a Gateway's route: the pod and its port, and the pods of its controller (empty: not found).
  struct Backend {
    std::string via;  // "Ingress shop/public"
    size_t pod = 0;
    int32_t port = 0;
    std::string protocol = "TCP";
    std::vector<size_t> controllers;
  };
  const std::vector<Backend>& backends() const;
  // Is the pod isolated for ingress by any policy, and by which: "ns/name" of NetworkPolicies, else with the kind before it.
  std::vector<std::string> ingress_policies(size_t pod) const;
  std::vector<std::string> egress_policies(size_t pod) const;
  // Does something in the cluster enforce policies (CNI recognised)? unknown when no known CNI was seen. Of the kinds of policies
  // that are there the best; without any, of NetworkPolicies.
  model::Tri enforced() const;
  std::string enforced_by() const;
  // The same for each kind of policies that is there.
  struct Enforced {
    std::string policies;  // "NetworkPolicies", "Calico's policies", …
    model::Tri verdict = model::Tri::unknown;
    std::string by;  // the plug-in that decides it; empty: none known
  };
  std::vector<Enforced> enforcement() const;
  // Ports that a pod is taken to listen on: declared container ports and Service targets.
  std::vector<std::pair<int32_t, std::string>> listening_ports(size_t pod) const;

 private:
  friend class ConnectionLister;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::access
