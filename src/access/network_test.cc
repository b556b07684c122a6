#include "access/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/internal/known_software.h"

namespace bulkhead::access {
namespace {

using model::Tri;
using testing::ElementsAre;

model::Cluster cluster(const char* cni = "docker.io/calico/node:v3.28.0") {
  model::Cluster c;
  c.reads.push_back({"networking.k8s.io", "v1", "networkpolicies"});
  c.reads.push_back({"", "v1", "namespaces"});
  c.reads.push_back({"", "v1", "services"});
  for (const char* name : {"shop", "web"}) {
    model::Namespace ns;
    ns.meta.name = name;
    ns.meta.labels = {{"team", name}};
    c.namespaces.push_back(ns);
  }
  model::Workload daemon_set;
  daemon_set.kind = "DaemonSet";
  daemon_set.meta.ns = "kube-system";
  daemon_set.spec.host_network = true;
  daemon_set.spec.containers.emplace_back();
  daemon_set.spec.containers[0].image = cni;
  c.workloads.push_back(daemon_set);
  return c;
}

size_t add_pod(model::Cluster& c, const std::string& ns, const std::string& app, std::vector<model::ContainerPort> ports = {},
               const std::string& ip = "") {
  model::Pod pod;
  pod.meta.ns = ns;
  pod.meta.name = app + "-0";
  pod.meta.labels = {{"app", app}};
  pod.phase = "Running";
  if (!ip.empty()) pod.pod_ips = {ip};
  pod.spec.node_name = "n1";
  pod.spec.containers.emplace_back();
  pod.spec.containers[0].ports = std::move(ports);
  c.pods.push_back(pod);
  return c.pods.size() - 1;
}

model::LabelSelector app(const std::string& name) { return {{{"app", name}}, {}}; }

model::NetworkPolicy& isolate(model::Cluster& c, const std::string& ns, model::LabelSelector selector) {
  model::NetworkPolicy policy;
  policy.meta.ns = ns;
  policy.meta.name = "p" + std::to_string(c.network_policies.size());
  policy.pod_selector = std::move(selector);
  policy.ingress_isolated = true;
  c.network_policies.push_back(policy);
  return c.network_policies.back();
}

model::NetworkPolicyPort port(const std::string& protocol, std::optional<int32_t> number, const std::string& name = "",
                              std::optional<int32_t> end = {}) {
  model::NetworkPolicyPort p;
  p.protocol = protocol;
  p.port.number = number;
  p.port.name = name;
  p.end_port = end;
  return p;
}

TEST(Network, SelectorsOfARuleAreWithinThePolicysNamespaceUnlessItSaysOtherwise) {
  model::Cluster c = cluster();
  const size_t db = add_pod(c, "shop", "db"), api = add_pod(c, "shop", "api"), stranger = add_pod(c, "web", "api");
  model::NetworkPolicyRule rule;
  rule.peers.push_back({app("api"), {}, {}});
  isolate(c, "shop", app("db")).ingress.push_back(rule);
  {
    const Network network(c);
    EXPECT_EQ(network.pod_to_pod(api, db, 5432).verdict, Tri::yes);
    EXPECT_EQ(network.pod_to_pod(stranger, db, 5432).verdict, Tri::no);
    EXPECT_EQ(network.pod_to_pod(stranger, db, 5432).because, "NetworkPolicy shop/p0 (no ingress rule admits it)");
    EXPECT_EQ(network.pod_to_pod(db, api, 80).verdict, Tri::yes) << "nothing isolates api";
    EXPECT_EQ(network.pod_to_pod(db, db, 80).verdict, Tri::yes) << "a pod always reaches itself";
  }
  c.network_policies[0].ingress[0].peers[0].namespace_selector = model::LabelSelector{{{"team", "web"}}, {}};
  const Network network(c);
  EXPECT_EQ(network.pod_to_pod(api, db, 5432).verdict, Tri::no);
  EXPECT_EQ(network.pod_to_pod(stranger, db, 5432).verdict, Tri::yes);
}

TEST(Network, PortsByNumberRangeNameAndProtocol) {
  model::Cluster c = cluster();
  const size_t a = add_pod(c, "shop", "a");
  const size_t b = add_pod(c, "shop", "b", {{"http", 8080, 0, "TCP"}, {"dns", 53, 0, "UDP"}, {"dns-tcp", 53, 0, "TCP"}});
  model::NetworkPolicyRule rule;
  rule.ports = {port("TCP", {}, "http"), port("TCP", 9000, "", 9010), port("UDP", {}, "dns"), port("UDP", {}, "http"), port("SCTP", {})};
  isolate(c, "shop", {}).ingress.push_back(rule);
  const Network network(c);
  EXPECT_EQ(network.policy_pod_to_pod(a, b).certain.text(), "SCTP 1-65535,TCP 8080,9000-9010,UDP 53");
  EXPECT_EQ(network.policy_pod_to_pod(b, a).certain.text(), "SCTP 1-65535,TCP 9000-9010") << "a declares no port of that name";
  EXPECT_EQ(network.pod_to_pod(a, b, 0).verdict, Tri::yes);
}

TEST(Network, BlocksWithExceptionsForAddressesAndPods) {
  model::Cluster c = cluster();
  const size_t db = add_pod(c, "shop", "db", {}, "10.1.0.1"), near = add_pod(c, "shop", "x", {}, "10.1.0.2"),
               far = add_pod(c, "shop", "y", {}, "10.2.0.2"), unplaced = add_pod(c, "shop", "z");
  model::NetworkPolicyRule rule;
  rule.peers.push_back({{}, {}, model::IpBlock{"10.0.0.0/8", {"10.2.0.0/16"}}});
  rule.peers.push_back({{}, {}, model::IpBlock{"2001:db8::/32", {}}});
  isolate(c, "shop", app("db")).ingress.push_back(rule);
  const Network network(c);
  EXPECT_EQ(network.ip_to_pod("10.9.9.9", db, 1).verdict, Tri::yes);
  EXPECT_EQ(network.ip_to_pod("10.2.9.9", db, 1).verdict, Tri::no);
  EXPECT_EQ(network.ip_to_pod("11.0.0.1", db, 1).verdict, Tri::no);
  EXPECT_EQ(network.ip_to_pod("2001:db8::7", db, 1).verdict, Tri::yes);
  EXPECT_EQ(network.pod_to_pod(near, db, 1).verdict, Tri::yes);
  EXPECT_EQ(network.pod_to_pod(far, db, 1).verdict, Tri::no);
  EXPECT_EQ(network.pod_to_pod(unplaced, db, 1).verdict, Tri::unknown) << "its address is not known";
  std::vector<std::string> parts;
  for (const AddressRange& range : network.external_sources()) {
    if (is_ipv4(range)) parts.push_back(range_text(range));
  }
  EXPECT_THAT(parts, ElementsAre("0.0.0.0-9.255.255.255", "10.0.0.0-10.1.255.255", "10.2.0.0-10.2.255.255", "10.3.0.0-10.255.255.255",
                                 "11.0.0.0-255.255.255.255"));
  EXPECT_EQ(network.external_targets().size(), 1U);
}

TEST(Network, HostNetworkPodsAreTheirNode) {
  model::Cluster c = cluster();
  const size_t db = add_pod(c, "shop", "db"), agent = add_pod(c, "shop", "agent"), other = add_pod(c, "shop", "agent");
  for (const size_t i : {agent, other}) {
    c.pods[i].spec.host_network = true;
    c.pods[i].host_ip = i == agent ? "192.168.0.1" : "192.168.0.2";
  }
  c.pods[other].spec.node_name = "n2";
  model::NetworkPolicyRule rule;
  rule.peers.push_back({app("agent"), {}, {}});
  isolate(c, "shop", {}).ingress.push_back(rule);
  c.network_policies[0].egress_isolated = true;
  const Network network(c);
  EXPECT_EQ(network.pod_to_pod(agent, db, 1).verdict, Tri::yes) << "a node reaches its own pods";
  EXPECT_EQ(network.pod_to_pod(other, db, 1).verdict, Tri::no) << "a selector does not name a node";
  EXPECT_EQ(network.pod_to_ip(agent, "1.1.1.1", 1).verdict, Tri::yes);
  EXPECT_EQ(network.pod_to_pod(db, other, 1).verdict, Tri::no);
  EXPECT_THAT(network.ingress_policies(agent), ElementsAre());
}

TEST(Network, ACutIsWorthWhatTheEnforcerIs) {
  for (const auto& [image, expected] : std::vector<std::pair<const char*, Tri>>{
           {"docker.io/calico/node:v3", Tri::no}, {"docker.io/flannel/flannel:v0.25", Tri::yes}, {"example.org/own-cni:1", Tri::unknown}}) {
    model::Cluster c = cluster(image);
    const size_t a = add_pod(c, "shop", "a"), b = add_pod(c, "shop", "b");
    isolate(c, "shop", app("b"));
    EXPECT_EQ(Network(c).pod_to_pod(a, b, 80).verdict, expected) << image;
  }
}

TEST(Network, UnreadOrBrokenNeverCuts) {
  model::Cluster c = cluster();
  const size_t a = add_pod(c, "shop", "a"), b = add_pod(c, "shop", "b"), gone = add_pod(c, "elsewhere", "b");
  model::NetworkPolicyRule rule;
  rule.peers.push_back({model::LabelSelector{{}, {{"app", "Near", {"a"}}}}, {}, {}});
  rule.peers.push_back({{}, {}, model::IpBlock{"10.0.0.0/99", {}}});
  isolate(c, "shop", app("b")).ingress.push_back(rule);
  EXPECT_EQ(Network(c).pod_to_pod(a, b, 80).verdict, Tri::unknown);
  EXPECT_EQ(Network(c).ip_to_pod("1.2.3.4", b, 80).verdict, Tri::unknown);
  c.network_policies[0].ingress.clear();
  EXPECT_EQ(Network(c).pod_to_pod(a, b, 80).verdict, Tri::no);
  c.network_policies[0].pod_selector = {{}, {{"app", "Near", {"a"}}}};
  EXPECT_EQ(Network(c).pod_to_pod(a, b, 80).verdict, Tri::unknown);
  c.network_policies[0].pod_selector = app("b");
  c.network_policies[0].ingress.push_back({{{{}, model::LabelSelector{{{"team", "x"}}, {}}, {}}}, {}});
  EXPECT_EQ(Network(c).pod_to_pod(gone, b, 80).verdict, Tri::no);
  c.reads[1].state = model::ReadState::forbidden;
  EXPECT_EQ(Network(c).pod_to_pod(gone, b, 80).verdict, Tri::unknown) << "that namespace's labels were not read";
  c.reads[0].state = model::ReadState::forbidden;
  c.network_policies.clear();
  EXPECT_EQ(Network(c).pod_to_pod(a, b, 80).verdict, Tri::unknown);
}

TEST(Network, ServicesAndHostPortsAreWaysIn) {
  model::Cluster c = cluster();
  const size_t web = add_pod(c, "shop", "web", {{"http", 8080, 0, "TCP"}});
  model::Service service;
  service.meta.ns = "shop";
  service.meta.name = "web";
  service.type = "LoadBalancer";
  service.has_selector = true;
  service.selector = {{"app", "web"}};
  service.ports = {{"http", "TCP", 80, {{}, "http"}, 30080}};
  c.services.push_back(service);
  c.pods[web].spec.containers[0].ports.push_back({"debug", 9229, 9229, "TCP"});
  std::vector<std::string> seen;
  const auto list = [&] {
    seen.clear();
    const Network network(c);
    for (const Exposure& e : network.exposures())
      seen.push_back(std::to_string(static_cast<int>(e.kind)) + ":" + std::to_string(e.port) + ":" + model::name(e.verdict));
    return seen;
  };
  EXPECT_THAT(list(), ElementsAre("0:8080:yes", "1:8080:unknown", "4:9229:unknown"));
  model::Node node;
  node.external_ips = {"8.8.8.8"};
  c.nodes.push_back(node);
  EXPECT_THAT(list(), ElementsAre("0:8080:yes", "1:8080:yes", "4:9229:yes"));
  c.services[0].load_balancer_source_ranges = {"10.0.0.0/8"};
  EXPECT_THAT(list(), ElementsAre("1:8080:yes", "4:9229:yes")) << "a private source range is not the internet";
  c.services[0].load_balancer_source_ranges = {"nonsense"};
  EXPECT_THAT(list(), ElementsAre("0:8080:yes", "1:8080:yes", "4:9229:yes"));
  c.services[0].meta.annotations = {{"service.beta.kubernetes.io/aws-load-balancer-internal", "true"}};
  EXPECT_THAT(list(), ElementsAre("1:8080:yes", "4:9229:yes"));
  isolate(c, "shop", app("web"));
  EXPECT_THAT(list(), ElementsAre());
  model::NetworkPolicyRule from_office;
  from_office.peers.push_back({{}, {}, model::IpBlock{"93.184.216.0/24", {}}});
  from_office.ports = {port("TCP", 8080)};
  c.network_policies[0].ingress.push_back(from_office);
  EXPECT_THAT(list(), ElementsAre("1:8080:yes"));
}

TEST(Network, AnIngressReachesItsBackendThroughItsController) {
  model::Cluster c = cluster();
  const size_t api = add_pod(c, "shop", "api", {{"", 8080, 0, "TCP"}});
  const size_t controller = add_pod(c, "web", "ctl", {{"", 443, 443, "TCP"}});
  c.pods[controller].spec.containers[0].image = "registry.k8s.io/ingress-nginx/controller:v1.9.4@sha256:00";
  model::Node node;
  node.external_ips = {"8.8.8.8"};
  c.nodes.push_back(node);
  model::Service service;
  service.meta.ns = "shop";
  service.meta.name = "api";
  service.type = "ClusterIP";
  service.has_selector = true;
  service.selector = {{"app", "api"}};
  service.ports = {{"http", "TCP", 80, {8080, ""}, 0}};
  c.services.push_back(service);
  model::Ingress ingress;
  ingress.meta.ns = "shop";
  ingress.meta.name = "public";
  ingress.class_name = "edge";
  ingress.rules.push_back({"shop.example", "/", "Prefix", {"api", {80, ""}}});
  c.ingresses.push_back(ingress);
  model::IngressClass ingress_class;
  ingress_class.meta.name = "edge";
  ingress_class.controller = "k8s.io/ingress-nginx";
  c.ingress_classes.push_back(ingress_class);
  {
    const Network network(c);
    ASSERT_EQ(network.exposures().size(), 2U);
    const Exposure& way = network.exposures()[0];
    EXPECT_EQ(way.kind, Exposure::Kind::ingress);
    EXPECT_EQ(way.via, "Ingress shop/public (class edge)");
    EXPECT_EQ(way.pod, api);
    EXPECT_EQ(way.through_pod, controller);
    EXPECT_EQ(way.verdict, Tri::yes);
  }
  isolate(c, "shop", app("api"));
  EXPECT_EQ(Network(c).exposures().size(), 1U) << "the policy stops the controller";
  c.network_policies.clear();
  c.ingress_classes[0].controller = "example.org/own";
  ASSERT_EQ(Network(c).exposures().size(), 2U);
  EXPECT_EQ(Network(c).exposures()[0].verdict, Tri::unknown);
}

TEST(KnownSoftware, TablesAreWhole) {
  const internal::KnownSoftware& known = internal::known_software();
  EXPECT_EQ(known.problem, "");
  EXPECT_GT(known.cnis.size(), 15U);
  EXPECT_GT(known.ingress_controllers.size(), 10U);
  EXPECT_GT(known.internal_load_balancers.size(), 5U);
  EXPECT_TRUE(internal::image_is("quay.io:443/calico/node@sha256:ab", "calico/node"));
  EXPECT_TRUE(internal::image_is("calico/node:v3", "calico/node"));
  EXPECT_FALSE(internal::image_is("evilcalico/node:v3", "calico/node"));
  EXPECT_FALSE(internal::image_is("calico/node-driver", "calico/node"));
}

TEST(Address, ReadsAndWritesRanges) {
  EXPECT_EQ(range_text(*parse_cidr("10.1.2.3/8")), "10.0.0.0-10.255.255.255");
  EXPECT_EQ(range_text(*parse_cidr("0.0.0.0/0")), "0.0.0.0-255.255.255.255");
  EXPECT_EQ(range_text(*parse_cidr("::/0")), "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  for (const char* bad : {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/8 ", "::1/129", "x/8"})
    EXPECT_FALSE(parse_cidr(bad)) << bad;
}

}  // namespace
}  // namespace bulkhead::access
