// Steps without a flaw: the kubelet's own door, and images whose package is the attacker's code. Their facts are in no manifest, so the
// fixtures of data/steps cannot hold them.
#include <gtest/gtest.h>

#include "graph/build.h"

namespace bulkhead::graph {
namespace {

using model::AttackGraph;
using model::StepState;

// Two pods of one workload on one node each, everything read.
model::Cluster two_pods() {
  model::Cluster c;
  c.server_version = "v1.33.1";
  for (const char* resource : {"pods", "nodes", "namespaces", "services", "serviceaccounts", "persistentvolumes"})
    c.reads.push_back({.group = "", .version = "v1", .resource = resource});
  for (const char* resource : {"roles", "clusterroles", "rolebindings", "clusterrolebindings"})
    c.reads.push_back({.group = "rbac.authorization.k8s.io", .version = "v1", .resource = resource});
  for (const char* resource : {"networkpolicies", "ingresses"})
    c.reads.push_back({.group = "networking.k8s.io", .version = "v1", .resource = resource});
  for (const char* name : {"w1", "w2"}) {
    model::Node node;
    node.meta.name = name;
    node.operating_system = "linux";
    node.external_ips = {"203.0.113.7"};
    c.nodes.push_back(node);
    model::Pod pod;
    pod.meta = {.ns = "shop", .name = std::string("web-") + name, .labels = {{"app", "web"}}, .owner_kind = "Deployment", .owner_name = "web"};
    pod.spec.node_name = name;
    pod.phase = "Running";
    model::Container container;
    container.name = "web";
    container.image = "shop/web:1";
    pod.spec.containers.push_back(container);
    c.pods.push_back(pod);
  }
  return c;
}

AttackGraph build_of(const model::Cluster& cluster, std::vector<ImageFacts> images = {}) {
  const access::Rbac rbac(cluster);
  const access::Network network(cluster);
  auto graph = build({.cluster = cluster, .rbac = rbac, .network = network, .images = images, .nodes = {}, .control_plane = {}});
  EXPECT_TRUE(graph) << (graph ? "" : graph.error().text());
  return graph ? std::move(*graph) : AttackGraph{};
}

std::vector<const model::Step*> of_row(const AttackGraph& g, std::string_view row, std::string_view to) {
  std::vector<const model::Step*> out;
  for (const model::Step& step : g.steps) {
    if (step.row == row && g.positions[step.to].id.ends_with(to)) out.push_back(&step);
  }
  return out;
}

void set_kubelet(model::Cluster& c, std::optional<bool> anonymous, const char* mode) {
  c.nodes[0].kubelet = model::KubeletConfig{};
  c.nodes[0].kubelet->anonymous_auth = anonymous;
  c.nodes[0].kubelet->authorization_mode = mode;
}

TEST(OpenDoors, KubeletThatLetsAnybodyIn) {
  model::Cluster c = two_pods();
  set_kubelet(c, true, "AlwaysAllow");
  const AttackGraph g = build_of(c);
  ASSERT_EQ(of_row(g, "NET_KUBELET", "node:w1").size(), 1U);
  EXPECT_EQ(of_row(g, "NET_KUBELET", "node:w1").front()->state, StepState::open);
  ASSERT_EQ(of_row(g, "EXT_KUBELET", "node:w1").size(), 1U);
  EXPECT_EQ(of_row(g, "EXT_KUBELET", "node:w1").front()->state, StepState::unknown) << "a firewall may stand before it";
}

TEST(OpenDoors, KubeletThatAsksTheServer) {
  model::Cluster c = two_pods();
  set_kubelet(c, true, "Webhook");  // anonymous requests are let in, and then allowed nothing
  const AttackGraph g = build_of(c);
  EXPECT_TRUE(of_row(g, "NET_KUBELET", "node:w1").empty());
  EXPECT_TRUE(of_row(g, "EXT_KUBELET", "node:w1").empty());
}

TEST(OpenDoors, KubeletThatTakesAnyToken) {
  model::Cluster c = two_pods();
  set_kubelet(c, false, "AlwaysAllow");
  EXPECT_EQ(of_row(build_of(c), "NET_KUBELET", "node:w1").size(), 1U);
  EXPECT_TRUE(of_row(build_of(c), "EXT_KUBELET", "node:w1").empty());
  c.pods[0].spec.automount_token = false;
  EXPECT_TRUE(of_row(build_of(c), "NET_KUBELET", "node:w1").empty());
}

TEST(OpenDoors, KubeletNotReadIsUnknown) {
  const model::Cluster c = two_pods();
  const AttackGraph g = build_of(c);
  ASSERT_EQ(of_row(g, "NET_KUBELET", "node:w2").size(), 1U);
  EXPECT_EQ(of_row(g, "NET_KUBELET", "node:w2").front()->state, StepState::unknown);
  EXPECT_EQ(of_row(g, "EXT_KUBELET", "node:w2").size(), 1U);
}

TEST(OpenDoors, NodeWithoutAnAddressOutsideIsNotReached) {
  model::Cluster c = two_pods();
  c.nodes[0].external_ips.clear();
  EXPECT_TRUE(of_row(build_of(c), "EXT_KUBELET", "node:w1").empty());
}

TEST(OpenDoors, MaliciousPackageIsHeldInEveryReplica) {
  model::Inventory inventory;
  model::Finding finding;
  finding.id = "MAL-2023-2183";
  finding.component = finding.purl = "pkg:pypi/requuests-toolbelt@1.0";
  finding.effect = model::FlawEffect::malicious;
  const model::Cluster c = two_pods();
  const AttackGraph g = build_of(c, {{"shop/web:1", {}, &inventory, {finding}}});
  EXPECT_EQ(of_row(g, "EXT_IMAGE", "@w1").size() + of_row(g, "EXT_IMAGE", "@w2").size(), 2U);
  for (const model::Step* step : of_row(g, "EXT_IMAGE", "@w1")) {
    EXPECT_EQ(step->from, g.attackers.front().starts.front().position) << "from the internet, where the attacker from outside starts";
    EXPECT_EQ(step->state, StepState::open);
  }
  finding.effect = model::FlawEffect::disclosure;
  EXPECT_TRUE(of_row(build_of(c, {{"shop/web:1", {}, &inventory, {finding}}}), "EXT_IMAGE", "@w1").empty());
}

}  // namespace
}  // namespace bulkhead::graph
