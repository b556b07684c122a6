// Policies of add-ons: what is not known stays unknown. What the dialects mean is held against brute force from outside
// (tests/tier_policy_brute_force.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/connection_diff.h"
#include "access/connection_list.h"
#include "access/network.h"

namespace bulkhead::access {
namespace {

using model::EndSelector;
using model::TierPolicy;
using model::TierRule;
using model::Tri;
using testing::HasSubstr;

EndSelector label(EndSelector::Of of, std::string key, std::string value) {
  EndSelector s;
  s.op = EndSelector::Op::in;
  s.of = of;
  s.key = std::move(key);
  s.values = {std::move(value)};
  return s;
}

model::Cluster cluster(const char* cni) {
  model::Cluster c;
  c.server_version = "v1.33.0";
  for (const char* resource : {"namespaces", "services", "serviceaccounts", "nodes"}) c.reads.push_back({"", "v1", resource});
  c.reads.push_back({"networking.k8s.io", "v1", "networkpolicies"});
  model::Namespace ns;
  ns.meta.name = "shop";
  c.namespaces.push_back(ns);
  model::Workload agent;
  agent.kind = "DaemonSet";
  agent.spec.host_network = true;
  agent.spec.containers.emplace_back();
  agent.spec.containers[0].image = cni;
  c.workloads.push_back(agent);
  for (const char* app : {"a", "b"}) {
    model::Pod pod;
    pod.meta.ns = "shop";
    pod.meta.name = app;
    pod.meta.labels = {{"app", app}};
    pod.phase = "Running";
    pod.spec.containers.emplace_back();
    c.pods.push_back(pod);
  }
  return c;
}

TierPolicy& add(model::Cluster& c, TierPolicy::Dialect dialect, TierRule::Action action, double order = 10) {
  TierPolicy policy;
  policy.dialect = dialect;
  policy.kind = dialect == TierPolicy::Dialect::admin    ? "AdminNetworkPolicy"
                : dialect == TierPolicy::Dialect::calico ? "Calico NetworkPolicy"
                                                         : "CiliumNetworkPolicy";
  policy.name = "p" + std::to_string(c.tier_policies.size());
  policy.tier = "default";
  policy.order = order;
  policy.on_ingress = true;
  policy.subject = label(EndSelector::Of::pod, "app", "b");
  policy.ingress.emplace_back();
  policy.ingress[0].action = action;
  c.tier_policies.push_back(policy);
  return c.tier_policies.back();
}

constexpr const char* kFlannel = "docker.io/flannel/flannel:v0.25";
constexpr const char* kCalico = "docker.io/calico/node:v3.28.0";
constexpr const char* kCilium = "quay.io/cilium/cilium:v1.16.1";

TEST(TierPolicy, OnlyAPlugInThatEnforcesTheKindMakesACut) {
  using enum TierPolicy::Dialect;
  for (const auto& [image, dialect, expected] :
       std::vector<std::tuple<const char*, TierPolicy::Dialect, Tri>>{{kFlannel, admin, Tri::yes},
                                                                      {kFlannel, calico, Tri::yes},
                                                                      {kCalico, calico, Tri::no},
                                                                      {kCalico, cilium, Tri::yes},
                                                                      {kCalico, admin, Tri::unknown},
                                                                      {kCilium, cilium, Tri::no},
                                                                      {kCilium, calico, Tri::yes},
                                                                      {"example.org/own:1", calico, Tri::unknown}}) {
    model::Cluster c = cluster(image);
    add(c, dialect, TierRule::Action::deny);
    const Network network(c);
    EXPECT_EQ(network.pod_to_pod(0, 1, 80).verdict, expected) << image << " " << static_cast<int>(dialect);
    EXPECT_EQ(network.enforcement().size(), 1U);
  }
  model::Cluster c = cluster(kFlannel);
  add(c, admin, TierRule::Action::deny);
  EXPECT_THAT(Network(c).pod_to_pod(0, 1, 80).because, HasSubstr("not enforced here: AdminNetworkPolicies (flannel)"));
  EXPECT_EQ(list_connections(c).rows.size(), list_connections(cluster(kFlannel)).rows.size()) << "nothing is cut";
}

TEST(TierPolicy, WhatIsNotUnderstoodIsUnknownBothWays) {
  for (const TierRule::Action action : {TierRule::Action::deny, TierRule::Action::allow}) {
    model::Cluster c = cluster(kCalico);
    TierPolicy& policy = add(c, TierPolicy::Dialect::calico, action);
    policy.ingress[0].unknown = "http";
    policy.not_understood = {"spec.ingress[0].http"};
    EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, action == TierRule::Action::allow ? Tri::unknown : Tri::no)
        << "a denial by default stands behind";
    c.tier_policies[0].ingress.emplace_back();  // allow the rest
    EXPECT_NE(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::no);
    EXPECT_EQ(list_connections(c).not_understood.size(), 1U);
  }
  model::Cluster c = cluster(kCalico);
  add(c, TierPolicy::Dialect::calico, TierRule::Action::deny).subject.op = EndSelector::Op::unknown;
  EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::unknown);
}

TEST(TierPolicy, OnePriorityWithTwoActionsIsUndecided) {
  model::Cluster c = cluster("docker.io/calico/node:v3");
  add(c, TierPolicy::Dialect::admin, TierRule::Action::deny, 5);
  add(c, TierPolicy::Dialect::admin, TierRule::Action::allow, 5);
  const ConnectionList list = list_connections(c);
  EXPECT_GT(list.undecided, 0U);
  c.tier_policies[1].order = 4;
  EXPECT_EQ(list_connections(c).undecided, 0U);
}

TEST(TierPolicy, AListThatWasNotReadLeavesNothingCertain) {
  model::Cluster c = cluster(kCalico);
  EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::yes);
  c.reads.push_back({"crd.projectcalico.org", "v1", "networkpolicies", model::ReadState::forbidden});
  EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::unknown);
}

TEST(TierPolicy, UnreadNamespacesAndAccountsAreUnknown) {
  model::Cluster c = cluster(kCalico);
  add(c, TierPolicy::Dialect::calico, TierRule::Action::deny).subject = label(EndSelector::Of::account, "role", "db");
  EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::yes) << "no account has that label";
  c.reads[2].state = model::ReadState::forbidden;
  EXPECT_EQ(Network(c).pod_to_pod(0, 1, 80).verdict, Tri::unknown);
}

TEST(ConnectionDiff, NewBlocksAloneAreNoChange) {
  const auto with = [](std::vector<std::string> cidrs) {
    model::Cluster c = cluster(kCalico);
    model::NetworkPolicy policy;
    policy.meta.ns = "shop";
    policy.meta.name = "p";
    policy.ingress_isolated = true;
    policy.ingress.emplace_back();
    for (std::string& cidr : cidrs) policy.ingress[0].peers.push_back({{}, {}, model::IpBlock{std::move(cidr), {}}});
    c.network_policies.push_back(policy);
    return list_connections(c);
  };
  const ConnectionList whole = with({"0.0.0.0/0"}), halves = with({"0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"}), less = with({"0.0.0.0/1"});
  EXPECT_TRUE(diff_connections(whole, halves).empty());
  const std::vector<ConnectionChange> changes = diff_connections(halves, less);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].from, "128.0.0.0-255.255.255.255[External]");
  EXPECT_EQ(changes[0].kind, ConnectionChange::Kind::removed);
  EXPECT_TRUE(changes[0].opened().empty());
  EXPECT_EQ(diff_connections(less, whole)[0].kind, ConnectionChange::Kind::added);
}

}  // namespace
}  // namespace bulkhead::access
