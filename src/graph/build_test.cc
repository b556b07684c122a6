#include "graph/build.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/yaml.h"

namespace bulkhead::graph {
namespace {

using model::AttackGraph;
using model::Cluster;
using model::Finding;
using model::FlawEffect;
using model::StepState;

constexpr const char* kGroups[][2] = {{"", "pods"},
                                      {"", "nodes"},
                                      {"", "namespaces"},
                                      {"", "services"},
                                      {"", "serviceaccounts"},
                                      {"", "persistentvolumes"},
                                      {"", "persistentvolumeclaims"},
                                      {"apps", "deployments"},
                                      {"networking.k8s.io", "networkpolicies"},
                                      {"networking.k8s.io", "ingresses"},
                                      {"networking.k8s.io", "ingressclasses"},
                                      {"discovery.k8s.io", "endpointslices"},
                                      {"node.k8s.io", "runtimeclasses"},
                                      {"rbac.authorization.k8s.io", "roles"},
                                      {"rbac.authorization.k8s.io", "clusterroles"},
                                      {"rbac.authorization.k8s.io", "rolebindings"},
                                      {"rbac.authorization.k8s.io", "clusterrolebindings"}};

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

// web (exposed) → api (may list Secrets) → db on two workers and a control-plane node; a privileged agent on w2.
Cluster shop() {
  Cluster c;
  c.server_version = "v1.33.1";
  for (const auto& [group, resource] : kGroups) c.reads.push_back({.group = group, .version = "v1", .resource = resource});
  for (const char* ns : {"shop", "kube-system"}) c.namespaces.push_back({{.name = ns, .labels = {{"kubernetes.io/metadata.name", ns}}}});
  for (const char* name : {"cp", "w1", "w2"}) {
    model::Node n;
    n.meta.name = name;
    if (std::string(name) == "cp") n.meta.labels["node-role.kubernetes.io/control-plane"] = "";
    n.kernel_version = "6.1.90";
    n.os_image = "Flatcar Container Linux by Kinvolk 3815.2.2";
    n.container_runtime_version = "containerd://1.7.20";
    n.operating_system = "linux";
    n.pod_cidrs = {"10.244.0.0/16"};
    n.kubelet = model::KubeletConfig{};
    n.kubelet->seccomp_default = false;
    c.nodes.push_back(n);
  }
  c.pods = {pod("shop", "web", "w1", "shop/web:1"), pod("shop", "web", "w2", "shop/web:1"), pod("shop", "api", "w1", "shop/api:1"),
            pod("shop", "db", "w2", "shop/db:1"), pod("kube-system", "calico-node", "w2", "calico/node:v3.28.0")};
  c.pods[4].meta.owner_kind = "DaemonSet";
  c.pods[4].spec.host_network = true;
  c.pods[4].spec.containers[0].privileged = true;
  c.pods[4].meta.labels["k8s-app"] = "calico-node";
  c.pods[3].spec.volumes.push_back({.name = "s", .type = "secret", .secret = "orders-db"});
  for (const model::Pod& p : c.pods) {
    if (p.meta.name == "web-w2") continue;
    model::Workload w;
    w.kind = p.meta.owner_kind;
    w.meta = {.ns = p.meta.ns, .name = p.meta.owner_name};
    w.replicas = 1;
    w.selector.match_labels = {{"app", p.meta.owner_name}};
    w.template_labels = p.meta.labels;
    w.spec = p.spec;
    w.spec.node_name.clear();
    c.workloads.push_back(w);
    c.service_accounts.push_back({.meta = {.ns = p.meta.ns, .name = p.meta.owner_name}});
  }
  model::Service s;
  s.meta = {.ns = "shop", .name = "web"};
  s.type = "LoadBalancer";
  s.selector = {{"app", "web"}};
  s.has_selector = true;
  s.ports.push_back({.port = 80, .target = {.number = 8080}, .node_port = 30080});
  c.services.push_back(s);
  model::RbacRole role;
  role.meta = {.ns = "shop", .name = "reader"};
  role.rules.push_back({.verbs = {"list"}, .api_groups = {""}, .resources = {"secrets"}});
  c.roles.push_back(role);
  c.role_bindings.push_back({.meta = {.ns = "shop", .name = "api-reader"},
                             .role_kind = "Role",
                             .role_name = "reader",
                             .subjects = {{"ServiceAccount", "shop", "api"}}});
  c.secrets.push_back({.ns = "shop", .name = "orders-db", .type = "Opaque"});
  return c;
}

Finding flaw(const std::string& id, const std::string& purl, FlawEffect effect) {
  Finding f;
  f.id = id;
  f.purl = purl;
  f.component = purl;
  f.cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  f.cvss_score = 9.8;
  f.effect = effect;
  f.network = true;
  f.fixed_version = "2.17.1";
  return f;
}

struct World {
  Cluster cluster = shop();
  model::Inventory inventory;
  std::vector<ImageFacts> images;
  std::vector<NodeFacts> nodes;
  BuildOptions options;

  World() {
    inventory.has_config = true;
    images = {{"shop/web:1", {}, &inventory, {}},
              {"shop/api:1", {}, &inventory, {}},
              {"shop/db:1", {}, &inventory, {}},
              {"calico/node:v3.28.0", {}, &inventory, {}}};
    for (const char* name : {"cp", "w1", "w2"}) nodes.push_back({name, {}});
  }
  AttackGraph build() const {
    const access::Rbac rbac(cluster);
    const access::Network network(cluster);
    auto graph = graph::build({.cluster = cluster,
                               .rbac = rbac,
                               .network = network,
                               .images = images,
                               .nodes = nodes,
                               .control_plane = {},
                               .as_of = 0,
                               .options = options});
    EXPECT_TRUE(graph) << (graph ? "" : graph.error().text());
    return graph ? std::move(*graph) : AttackGraph{};
  }
};

std::vector<const model::Step*> rows(const AttackGraph& g, std::string_view row, std::string_view from, std::string_view to) {
  std::vector<const model::Step*> out;
  for (const model::Step& s : g.steps) {
    if (s.row == row && g.positions[s.from].id.find(from) != std::string::npos && g.positions[s.to].id.find(to) != std::string::npos)
      out.push_back(&s);
  }
  return out;
}
bool open(const std::vector<const model::Step*>& steps) {
  return std::ranges::any_of(steps, [](const model::Step* s) { return s->state != StepState::cut; });
}

// Assets that an attacker may come to hold when every unknown is as bad as it could be. An independent walk over the output.
// `closed`: steps that are not walked.
std::set<std::string> ceiling(const AttackGraph& g, std::string_view attacker, const std::vector<uint32_t>& closed = {}) {
  const std::set<uint32_t> shut(closed.begin(), closed.end());
  std::vector<bool> held(g.positions.size());
  std::vector<uint32_t> work;
  for (const model::Attacker& a : g.attackers) {
    if (a.name != attacker) continue;
    for (const model::Start& s : a.starts) {
      if (!held[s.position]) work.push_back(s.position);
      held[s.position] = true;
    }
  }
  while (!work.empty()) {
    const uint32_t at = work.back();
    work.pop_back();
    for (const model::Step& s : g.steps) {
      if (s.from != at || s.state == StepState::cut || held[s.to] || shut.contains(static_cast<uint32_t>(&s - g.steps.data()))) continue;
      held[s.to] = true;
      work.push_back(s.to);
    }
  }
  std::set<std::string> out;
  for (size_t i = 0; i < held.size(); ++i) {
    for (const model::Holding& h : g.holds[i]) {
      if (held[i]) out.insert(g.assets[h.asset].id);
    }
  }
  return out;
}

TEST(Graph, OnlyFlawsThatGiveControlMakeATakeoverStep) {
  World w;
  w.images[0].findings = {flaw("CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", FlawEffect::control),
                          flaw("CVE-2024-0001", "pkg:maven/a/b@1", FlawEffect::availability),
                          flaw("CVE-2024-0002", "pkg:maven/a/c@1", FlawEffect::disclosure)};
  const AttackGraph g = w.build();
  const auto steps = rows(g, "EXT_SVC_FLAW", "internet", "shop/Deployment/web");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]->state, StepState::open);
  EXPECT_EQ(steps[0]->flaws, std::vector<std::string>{"CVE-2021-44228"});
  EXPECT_EQ(steps[0]->variables.size(), 3U) << "exploit, attempt, works";
  for (const model::Step& s : g.steps) {
    for (const std::string& id : s.flaws) EXPECT_FALSE(id.starts_with("CVE-2024-000")) << s.id;
  }
}

TEST(Graph, UnknownEffectIsWeakAndUnknown) {
  World w;
  Finding f = flaw("CVE-2024-0003", "pkg:npm/x@1", FlawEffect::unknown);
  f.cvss.clear();
  f.network = false;
  w.images[0].findings = {f};
  const AttackGraph g = w.build();
  const auto steps = rows(g, "EXT_SVC_FLAW", "internet", "shop/Deployment/web");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]->state, StepState::unknown);
  EXPECT_TRUE(std::ranges::any_of(steps[0]->variables,
                                  [&](uint32_t v) { return g.variables[v].unknown && g.variables[v].coefficient == "works.weak"; }));
}

TEST(Graph, UnreadImageIsAnUnknownStep) {
  World w;
  w.images.erase(w.images.begin());
  const AttackGraph g = w.build();
  const auto steps = rows(g, "EXT_SVC_FLAW", "internet", "shop/Deployment/web");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]->state, StepState::unknown);
}

TEST(Graph, PolicyCutsAndASelectorThatMatchesNothingDoesNot) {
  World w;
  model::NetworkPolicy policy;
  policy.meta = {.ns = "shop", .name = "db-from-api"};
  policy.pod_selector.match_labels = {{"app", "db"}};
  policy.ingress_isolated = true;
  policy.ingress.resize(1);
  policy.ingress[0].peers.resize(1);
  policy.ingress[0].peers[0].pod_selector = model::LabelSelector{.match_labels = {{"app", "api"}}, .match_expressions = {}};
  w.cluster.network_policies = {policy};
  AttackGraph g = w.build();
  EXPECT_TRUE(open(rows(g, "NET_RESIDUAL", "shop/Deployment/api", "entry:shop/Deployment/db")));
  const auto cut = rows(g, "NET_RESIDUAL", "shop/Deployment/web@w1", "entry:shop/Deployment/db");
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0]->state, StepState::cut);
  EXPECT_NE(cut[0]->cut_by.find("db-from-api"), std::string::npos) << cut[0]->cut_by;
  w.cluster.network_policies[0].pod_selector.match_labels = {{"app", "nothing"}};
  g = w.build();
  EXPECT_TRUE(open(rows(g, "NET_RESIDUAL", "shop/Deployment/web@w1", "entry:shop/Deployment/db")));
}

TEST(Graph, KernelFlawNeedsItsSurface) {
  World w;
  Finding nf = flaw("CVE-2024-1086", "pkg:generic/linux@6.1.90", FlawEffect::control);     // nf_tables: NET_ADMIN in a user namespace
  Finding pipe = flaw("CVE-2026-43499", "pkg:generic/linux@6.1.90", FlawEffect::control);  // futex: nothing
  w.nodes[1].findings = {nf, pipe};
  AttackGraph g = w.build();
  EXPECT_TRUE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/userns_netadmin")));
  EXPECT_TRUE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/syscalls")));
  EXPECT_EQ(rows(g, "ESC_KERNEL", "w1/userns_netadmin", "node:w1").size(), 1U);
  w.cluster.pods[2].spec.seccomp = model::SeccompProfile{"RuntimeDefault", ""};
  g = w.build();
  EXPECT_FALSE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/userns_netadmin"))) << "the default profile blocks unshare";
  EXPECT_TRUE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/syscalls")));
  w.cluster.pods[2].spec.runtime_class = "gvisor";
  w.cluster.runtime_classes.push_back({{.name = "gvisor"}, "runsc"});
  g = w.build();
  EXPECT_FALSE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/syscalls")));
  EXPECT_TRUE(open(rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/residual_sandbox")));
  w.nodes[1].findings = {nf};  // the kernel was bumped past the other fix
  g = w.build();
  EXPECT_TRUE(rows(g, "ESC_KERNEL", "w1/syscalls", "node:w1").empty());
}

TEST(Graph, SeccompUnknownWithoutKubeletConfiguration) {
  World w;
  w.nodes[1].findings = {flaw("CVE-2024-1086", "pkg:generic/linux@6.1.90", FlawEffect::control)};
  for (model::Node& n : w.cluster.nodes) n.kubelet.reset();
  const AttackGraph g = w.build();
  const auto steps = rows(g, "ESC_KERNEL", "shop/Deployment/api@w1", "w1/userns_netadmin");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]->state, StepState::unknown);
}

// Taking a list away never takes an asset out of the ceiling.
TEST(Graph, UnreadListsNeverLowerTheCeiling) {
  World w;
  w.images[0].findings = {flaw("CVE-2021-44228", "pkg:maven/log4j-core@2.14.1", FlawEffect::control)};
  model::NetworkPolicy policy;
  policy.meta = {.ns = "shop", .name = "db"};
  policy.pod_selector.match_labels = {{"app", "db"}};
  policy.ingress_isolated = true;
  w.cluster.network_policies = {policy};
  const AttackGraph whole = w.build();
  const std::vector<std::function<void(Cluster&)>> clear = {[](Cluster& c) { c.pods.clear(); },
                                                            [](Cluster& c) { c.nodes.clear(); },
                                                            [](Cluster& c) { c.namespaces.clear(); },
                                                            [](Cluster& c) { c.services.clear(); },
                                                            [](Cluster& c) { c.service_accounts.clear(); },
                                                            [](Cluster& c) { c.persistent_volumes.clear(); },
                                                            [](Cluster& c) { c.persistent_volume_claims.clear(); },
                                                            [](Cluster& c) { c.workloads.clear(); },
                                                            [](Cluster& c) { c.network_policies.clear(); },
                                                            [](Cluster& c) { c.ingresses.clear(); },
                                                            [](Cluster& c) { c.ingress_classes.clear(); },
                                                            [](Cluster& c) { c.endpoint_slices.clear(); },
                                                            [](Cluster& c) { c.runtime_classes.clear(); },
                                                            [](Cluster& c) { c.roles.clear(); },
                                                            [](Cluster& c) { c.cluster_roles.clear(); },
                                                            [](Cluster& c) { c.role_bindings.clear(); },
                                                            [](Cluster& c) { c.cluster_role_bindings.clear(); }};
  ASSERT_EQ(clear.size(), std::size(kGroups));
  for (size_t i = 0; i < clear.size(); ++i) {
    World less = w;
    for (ImageFacts& image : less.images) image.inventory = &less.inventory;
    clear[i](less.cluster);
    less.cluster.reads[i].state = model::ReadState::forbidden;
    const AttackGraph g = less.build();
    for (const char* attacker : {"external", "container"}) {
      const std::set<std::string> before = ceiling(whole, attacker), after = ceiling(g, attacker);
      std::set<std::string> known;
      for (const model::Asset& a : g.assets) known.insert(a.id);
      for (const std::string& asset : before) {
        EXPECT_TRUE(!known.contains(asset) || after.contains(asset)) << asset << " lost without " << kGroups[i][1] << " for " << attacker;
      }
      EXPECT_TRUE(after.contains("asset:control-plane") || !before.contains("asset:control-plane")) << kGroups[i][1];
    }
  }
}

TEST(Graph, UnreadRbacGivesEveryIdentityUnknownRights) {
  World w;
  w.cluster.cluster_role_bindings.clear();
  w.cluster.reads.back().state = model::ReadState::forbidden;
  const AttackGraph g = w.build();
  const auto steps = rows(g, "POD_CREATE", "identity:sa:shop/web", "(new pod)");
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps[0]->state, StepState::unknown);
  EXPECT_FALSE(rows(g, "MOUNTED_TOKEN", "shop/Deployment/web", "identity:sa:shop/web").empty());
}

TEST(Graph, PodSecurityDecidesWhatANewPodMayAsk) {
  World w;
  w.cluster.roles[0].rules.push_back({.verbs = {"create"}, .api_groups = {""}, .resources = {"pods"}});
  AttackGraph g = w.build();
  EXPECT_TRUE(open(rows(g, "POD_CREATE", "shop/(new pod)", "node:w1")));
  w.cluster.namespaces[0].meta.labels["pod-security.kubernetes.io/enforce"] = "baseline";
  g = w.build();
  EXPECT_FALSE(open(rows(g, "POD_CREATE", "shop/(new pod)", "node:w1")));
  EXPECT_TRUE(open(rows(g, "POD_CREATE", "shop/(new pod)", "asset:secret:shop/orders-db")));
  EXPECT_TRUE(open(rows(g, "POD_CREATE", "shop/(new pod)", "identity:sa:shop/db")));
}

TEST(Graph, GetOnExecCountsBefore135) {
  World w;
  w.cluster.roles[0].rules = {{.verbs = {"get"}, .api_groups = {""}, .resources = {"pods/exec"}}};
  EXPECT_TRUE(open(rows(w.build(), "POD_EXEC", "sa:shop/api", "shop/Deployment/db")));
  w.cluster.server_version = "v1.35.0";
  EXPECT_FALSE(open(rows(w.build(), "POD_EXEC", "sa:shop/api", "shop/Deployment/db")));
}

TEST(Graph, ManyTargetsThroughOnePositionReachTheSame) {
  for (size_t unread = 0; unread <= std::size(kGroups); ++unread) {
    World w;
    w.images[0].findings = {flaw("CVE-2021-44228", "pkg:maven/log4j-core@2.14.1", FlawEffect::control)};
    if (unread > 0) w.cluster.reads[unread - 1].state = model::ReadState::forbidden;
    const AttackGraph direct = w.build();
    w.options.compact_above = 0;
    const AttackGraph compact = w.build();
    for (const char* attacker : {"external", "container", "node"})
      EXPECT_EQ(ceiling(direct, attacker), ceiling(compact, attacker)) << attacker << " " << unread;
  }
}

TEST(Graph, ActionsCutTheSameThroughSharedPositions) {
  World w;
  w.images[0].findings = {flaw("CVE-2021-44228", "pkg:maven/log4j-core@2.14.1", FlawEffect::control)};
  for (NodeFacts& node : w.nodes) {
    node.findings = {flaw("CVE-2024-1086", "pkg:generic/linux@6.1.90", FlawEffect::control),
                     flaw("CVE-2026-43499", "pkg:generic/linux@6.1.90", FlawEffect::control)};
  }
  w.cluster.pods[3].spec.containers[0].drop_capabilities = {"ALL"};
  const AttackGraph direct = w.build();
  w.options.compact_above = 0;
  const AttackGraph compact = w.build();
  ASSERT_GE(compact.actions.size(), 10U);
  size_t felt = 0;
  for (const model::Action& action : compact.actions) {
    const auto twin = std::ranges::find(direct.actions, action.id, &model::Action::id);
    if (twin == direct.actions.end()) continue;  // cuts nothing but a shared position's step, where it makes no difference
    for (const char* attacker : {"external", "container", "node"}) {
      const std::set<std::string> left = ceiling(compact, attacker, action.cuts);
      EXPECT_EQ(ceiling(direct, attacker, twin->cuts), left) << action.id << " " << attacker;
      felt += left != ceiling(compact, attacker) ? 1 : 0;
    }
  }
  EXPECT_GT(felt, 0U);
  EXPECT_LT(rows(compact, "ESC_KERNEL", "shop/Deployment/db@w2", "surface:w2").size(),
            rows(direct, "ESC_KERNEL", "shop/Deployment/db@w2", "surface:w2").size());
}

TEST(Graph, IsTheSameWhateverTheOrderOfObjects) {
  World w;
  const AttackGraph one = w.build();
  std::ranges::reverse(w.cluster.nodes);
  std::ranges::reverse(w.cluster.role_bindings);
  const AttackGraph two = w.build();
  ASSERT_EQ(one.steps.size(), two.steps.size());
  for (size_t i = 0; i < one.steps.size(); ++i) EXPECT_EQ(one.steps[i].id, two.steps[i].id);
  ASSERT_EQ(one.actions.size(), two.actions.size());
}

TEST(Actions, CutWhatTheChangedFactCuts) {
  World w;
  w.images[0].findings = {flaw("CVE-2021-44228", "pkg:maven/log4j-core@2.14.1", FlawEffect::control)};
  w.nodes[1].findings = {flaw("CVE-2024-1086", "pkg:generic/linux@6.1.90", FlawEffect::control)};
  w.nodes[1].findings[0].fixed_version = "6.1.100";
  w.cluster.namespaces.push_back({{.name = "ops", .labels = {{"kubernetes.io/metadata.name", "ops"}}}});
  w.cluster.pods.push_back(pod("ops", "probe", "w1", "shop/web:1"));
  const AttackGraph g = w.build();
  const auto action = [&](const std::string& id) -> const model::Action* {
    auto at = std::ranges::find(g.actions, id, &model::Action::id);
    return at == g.actions.end() ? nullptr : &*at;
  };
  const auto cuts = [&](const model::Action* a, std::string_view row) {
    return a && std::ranges::any_of(a->cuts, [&](uint32_t s) { return g.steps[s].row == row; });
  };
  EXPECT_TRUE(cuts(action("rebuild-image:shop/web:1"), "EXT_SVC_FLAW"));
  EXPECT_TRUE(cuts(action("update-kernel:6.1.90@Flatcar Container Linux by Kinvolk 3815.2.2"), "ESC_KERNEL"));
  EXPECT_TRUE(cuts(action("rbac:RoleBinding:shop/api-reader"), "SECRET_LIST"));
  EXPECT_TRUE(cuts(action("token:shop/Deployment/api"), "MOUNTED_TOKEN"));
  EXPECT_TRUE(cuts(action("pod-hardening:privileged:kube-system/DaemonSet/calico-node"), "CE_PRIV_MOUNT"));
  EXPECT_TRUE(cuts(action("pod-hardening:seccomp:shop/Deployment/api"), "ESC_KERNEL"));
  const model::Action* policy = action("network-policy:shop/Deployment/db");
  ASSERT_NE(policy, nullptr);
  EXPECT_NE(policy->patch.find("kind: NetworkPolicy"), std::string::npos);
  for (const model::Action& a : g.actions) {
    EXPECT_FALSE(a.patch.empty()) << a.id;
    if (a.patch_kind != "text") {
      const auto documents = base::parse_yaml(a.patch, {}, a.id);
      ASSERT_TRUE(documents) << documents.error().text() << "\n" << a.patch;
      ASSERT_EQ(documents->size(), 1U);
      EXPECT_TRUE(documents->front().root().get("spec")) << a.patch;
    }
    for (uint32_t s : a.cuts) {
      ASSERT_LT(s, g.steps.size());
      EXPECT_NE(g.steps[s].state, StepState::cut) << a.id << " cuts " << g.steps[s].id;
    }
  }
}

}  // namespace
}  // namespace bulkhead::graph
