// What the kernel of another node OS does not offer: catalogue row × node OS × pod, and the action that moves a pool.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/build.h"

namespace bulkhead::graph {
namespace {

using model::AttackGraph;
using model::StepState;

constexpr const char* kRxrpc = "CVE-2026-43500";   // RxRPC sockets, which every default profile lets through
constexpr const char* kFutex = "CVE-2026-43499";   // futexes: no node OS is without them

AttackGraph build_on(const std::string& os_image, const std::vector<std::string>& flaws, const std::string& provider = "") {
  model::Cluster c;
  for (const auto& [group, resource] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "pods"}, {"", "nodes"}, {"", "namespaces"}, {"", "serviceaccounts"}, {"node.k8s.io", "runtimeclasses"}})
    c.reads.push_back({.group = group, .version = "v1", .resource = resource});
  model::Node n;
  n.meta.name = "n1";
  n.os_image = os_image;
  n.kernel_version = "6.6.80";
  n.container_runtime_version = "containerd://2.0.0";
  n.operating_system = "linux";
  n.provider_id = provider;
  c.nodes.push_back(n);
  model::Pod p;
  p.meta.ns = "shop";
  p.meta.name = "api";
  p.phase = "Running";
  p.spec.node_name = "n1";
  p.spec.seccomp = model::SeccompProfile{"RuntimeDefault", ""};
  model::Container one;
  one.name = one.image = "api";
  p.spec.containers.push_back(one);
  c.pods.push_back(p);
  NodeFacts facts{"n1", {}};
  for (const std::string& id : flaws) {
    model::Finding f;
    f.id = id;
    f.purl = "pkg:generic/linux@6.6.80";
    f.component = "Linux 6.6.80";
    facts.findings.push_back(f);
  }
  const access::Rbac rbac(c);
  const access::Network network(c);
  auto graph = build({.cluster = c, .rbac = rbac, .network = network, .images = {}, .nodes = {&facts, 1}, .control_plane = {}, .as_of = 0});
  EXPECT_TRUE(graph) << (graph ? "" : graph.error().text());
  return graph ? std::move(*graph) : AttackGraph{};
}

const model::Step* surface_step(const AttackGraph& g, const std::string& surface) {
  for (const model::Step& s : g.steps) {
    if (s.row == "ESC_KERNEL" && g.positions[s.to].id == "surface:n1/" + surface) return &s;
  }
  return nullptr;
}
const model::Action* move(const AttackGraph& g) {
  const auto at = std::ranges::find_if(g.actions, [](const model::Action& a) { return a.id.starts_with("move-nodes:"); });
  return at == g.actions.end() ? nullptr : &*at;
}

TEST(NodeOs, AFlawThatTheKernelDoesNotOfferIsCutWithThatReason) {
  for (const char* os : {"Talos (v1.11.2)", "Bottlerocket OS 1.26.1 (aws-k8s-1.31)", "Flatcar Container Linux by Kinvolk 3815.2.2 (Oklo)",
                         "Container-Optimized OS from Google", "CBL-Mariner/Linux"}) {
    const AttackGraph g = build_on(os, {kRxrpc});
    const model::Step* step = surface_step(g, "af_rxrpc");
    ASSERT_NE(step, nullptr) << os;
    EXPECT_EQ(step->state, StepState::cut) << os;
    EXPECT_NE(step->cut_by.find("module_rxrpc"), std::string::npos) << step->cut_by;
  }
  const AttackGraph ubuntu = build_on("Ubuntu 24.04.1 LTS", {kRxrpc});
  ASSERT_NE(surface_step(ubuntu, "af_rxrpc"), nullptr);
  EXPECT_EQ(surface_step(ubuntu, "af_rxrpc")->state, StepState::open);
}

TEST(NodeOs, AnOsThatTheTableLacksIsUnknown) {
  for (const char* os : {"Some Own Linux 1.0", "NixOS 25.05 (Warbler)", "K3s v1.28.6+k3s1", ""}) {
    const AttackGraph g = build_on(os, {kRxrpc});
    const model::Step* step = surface_step(g, "af_rxrpc");
    ASSERT_NE(step, nullptr) << os;
    EXPECT_EQ(step->state, StepState::unknown) << os;
  }
}

TEST(NodeOs, MovingAPoolCutsWhatTheOtherKernelLacks) {
  const AttackGraph g = build_on("Ubuntu 24.04.1 LTS", {kRxrpc, kFutex});
  const model::Action* action = move(g);
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->flaws, std::vector<std::string>{kRxrpc});  // no node OS helps against the other
  ASSERT_EQ(action->cuts.size(), 1U);
  EXPECT_EQ(&g.steps[action->cuts.front()], surface_step(g, "af_rxrpc"));
  EXPECT_NE(action->patch.find("RxRPC"), std::string::npos) << action->patch;
}

TEST(NodeOs, NoMoveWhereNothingIsGainedOrNothingIsKnown) {
  EXPECT_EQ(move(build_on("Ubuntu 24.04.1 LTS", {kFutex})), nullptr);
  EXPECT_EQ(move(build_on("Flatcar Container Linux by Kinvolk 3815.2.2 (Oklo)", {kRxrpc})), nullptr);
  EXPECT_EQ(move(build_on("Some Own Linux 1.0", {kRxrpc})), nullptr);
}

// Bottlerocket runs on AWS and on bare machines only; what is proposed elsewhere is another system.
TEST(NodeOs, AMoveStaysWhereTheSystemRuns) {
  const AttackGraph g = build_on("Ubuntu 24.04.1 LTS", {kRxrpc}, "azure:///subscriptions/x");
  const model::Action* action = move(g);
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->id.find("Bottlerocket"), std::string::npos);
}

}  // namespace
}  // namespace bulkhead::graph
