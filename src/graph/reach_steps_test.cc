#include <gtest/gtest.h>

#include <set>

#include "graph/build.h"

namespace bulkhead::graph {
namespace {

using model::AttackGraph;
using model::Cluster;
using model::StepState;

model::Pod pod(const std::string& ns, const std::string& app, const std::string& node, const std::string& image) {
  model::Pod p;
  p.meta = {.ns = ns, .name = app + "-" + node, .labels = {{"app", app}}, .owner_kind = "Deployment", .owner_name = app};
  p.spec.service_account = app;
  p.spec.node_name = node;
  p.phase = "Running";
  model::Container c;
  c.name = app;
  c.image = image;
  c.ports.push_back({.port = 8080});
  p.spec.containers.push_back(c);
  return p;
}

// Two nodes and what enforces policies on one of them.
Cluster empty_cluster() {
  Cluster c;
  c.server_version = "v1.33.1";
  constexpr const char* kRead[][2] = {{"", "pods"},
                                      {"", "nodes"},
                                      {"", "namespaces"},
                                      {"", "services"},
                                      {"networking.k8s.io", "networkpolicies"},
                                      {"networking.k8s.io", "ingresses"},
                                      {"rbac.authorization.k8s.io", "roles"},
                                      {"rbac.authorization.k8s.io", "clusterroles"},
                                      {"rbac.authorization.k8s.io", "rolebindings"},
                                      {"rbac.authorization.k8s.io", "clusterrolebindings"}};
  for (const auto& [group, resource] : kRead) c.reads.push_back({.group = group, .version = "v1", .resource = resource});
  for (const char* name : {"w1", "w2"}) {
    model::Node n;
    n.meta.name = name;
    n.pod_cidrs = {"10.244.0.0/16"};
    c.nodes.push_back(n);
  }
  c.pods = {pod("kube-system", "calico-node", "w2", "calico/node:v3.28.0"), pod("kube-system", "dns", "w1", "dns:1")};
  c.pods[0].meta.owner_kind = "DaemonSet";
  c.pods[0].spec.host_network = true;
  return c;
}

AttackGraph build(const Cluster& cluster, size_t compact_above) {
  const access::Rbac rbac(cluster);
  const access::Network network(cluster);
  auto graph = graph::build({.cluster = cluster,
                             .rbac = rbac,
                             .network = network,
                             .images = {},
                             .nodes = {},
                             .control_plane = {},
                             .as_of = 0,
                             .options = {.compact_above = compact_above}});
  EXPECT_TRUE(graph) << (graph ? "" : graph.error().text());
  return graph ? std::move(*graph) : AttackGraph{};
}

// The pairs (replica class, template it can connect to) of a graph: directly, or over the shared positions of the pod network.
std::set<std::pair<std::string, std::string>> connections(const AttackGraph& g) {
  std::set<std::pair<std::string, std::string>> out;
  const auto each = [&](std::string_view from, const auto& fn) {
    for (const model::Step& s : g.steps) {
      if (s.state != StepState::cut && g.positions[s.from].id == from && s.row.starts_with("NET_")) fn(g.positions[s.to].id);
    }
  };
  for (const model::Position& p : g.positions) {
    if (!p.id.starts_with("workload:") || p.node.empty()) continue;
    each(p.id, [&](const std::string& to) {
      const auto add = [&](const std::string& entry) {  // a pod always reaches itself
        if (entry.starts_with("entry:") && p.id.substr(9, p.id.rfind('@') - 9) != entry.substr(6)) out.emplace(p.id, entry);
      };
      add(to);
      if (to.starts_with("pod-network")) each(to, add);
    });
  }
  return out;
}

TEST(ReachSteps, PoliciesAskedByPairAreThoseThatARuleMayJoin) {
  uint32_t state = 7;
  const auto roll = [&](uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 16) % below;
  };
  const auto tier = [&] { return std::string(1, static_cast<char>('a' + roll(4))); };
  for (int round = 0; round < 25; ++round) {
    Cluster cluster = empty_cluster();
    uint32_t address = 0;
    for (const char* ns : {"red", "blue"}) {
      cluster.namespaces.push_back({{.name = ns, .labels = {{"kubernetes.io/metadata.name", ns}, {"team", ns}}}});
      for (int i = 0; i < 5; ++i) {
        model::Pod p = pod(ns, std::string("p") + std::to_string(i), roll(2) ? "w1" : "w2", "shop/web:1");
        p.meta.labels = {{"app", "p" + std::to_string(i)}, {"tier", tier()}};
        p.pod_ips = {"10.244.0." + std::to_string(++address)};
        cluster.pods.push_back(p);
      }
    }
    for (int i = 0; i < 6; ++i) {
      model::NetworkPolicy policy;
      policy.meta = {.ns = roll(2) ? "red" : "blue", .name = "policy-" + std::to_string(i)};
      if (roll(3)) policy.pod_selector.match_labels = {{"tier", tier()}};
      const auto rules = [&](std::vector<model::NetworkPolicyRule>& out) {
        for (uint32_t count = roll(3); count > 0; --count) {
          model::NetworkPolicyRule& rule = out.emplace_back();
          if (roll(4) == 0)
            rule.ports.push_back({.protocol = "TCP", .port = {.number = roll(2) ? 8080 : 9090, .name = {}}, .end_port = {}});
          for (uint32_t peers = roll(3); peers > 0; --peers) {
            model::NetworkPolicyPeer& peer = rule.peers.emplace_back();
            if (roll(4) == 0) {
              peer.ip_block = model::IpBlock{roll(2) ? "10.244.0.0/29" : "0.0.0.0/0", {}};
              if (roll(2)) peer.ip_block->except = {"10.244.0.4/30"};
              continue;
            }
            if (roll(2)) peer.pod_selector = model::LabelSelector{.match_labels = {{"tier", tier()}}, .match_expressions = {}};
            if (roll(2)) peer.namespace_selector = model::LabelSelector{};
            if (peer.namespace_selector && roll(2)) peer.namespace_selector->match_labels = {{"team", roll(2) ? "red" : "blue"}};
            if (!peer.pod_selector && !peer.namespace_selector) peer.pod_selector = model::LabelSelector{};
          }
        }
      };
      policy.ingress_isolated = roll(3) > 0;
      policy.egress_isolated = !policy.ingress_isolated || roll(2) > 0;
      if (policy.ingress_isolated) rules(policy.ingress);
      if (policy.egress_isolated) rules(policy.egress);
      cluster.network_policies.push_back(policy);
    }
    const auto direct = connections(build(cluster, 300));
    const auto compact = connections(build(cluster, 0));
    for (const auto& [from, to] : direct) EXPECT_TRUE(compact.contains({from, to})) << "lost " << from << " " << to << " " << round;
    for (const auto& [from, to] : compact) EXPECT_TRUE(direct.contains({from, to})) << "made " << from << " " << to << " " << round;
  }
}

}  // namespace
}  // namespace bulkhead::graph
