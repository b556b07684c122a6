// Every row of data/kubernetes/checks.yaml against its three manifests, and against clusters of which a part was not read.
//
// What a fixture must come to stands in its first line. A fixture is taken as the whole cluster. The place that a flaw is asked of
// is read from the catalogue of ranges, not from the rows under test.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "graph/build.h"
#include "graph/knowledge.h"
#include "kube/components.h"
#include "kube/manifest_folder.h"
#include "kube/manifests.h"

namespace bulkhead::app {
namespace {

using model::Cluster;

const std::string kData = std::string(BULKHEAD_SOURCE_DIR) + "/data/kubernetes/";

// Flaw id → the program that has it.
std::map<std::string, std::string> programs() {
  std::map<std::string, std::string> out;
  auto text = base::read_file(kData + "k8s-cve-preconditions.json", 1 << 20);
  auto document = base::JsonDocument::parse(text ? *text : "");
  if (!document) return out;
  for (const base::JsonView& row : document->root().get("rows").items()) {
    const std::string id = row.get("id").text();
    out[id.substr(0, id.find(' '))] = row.get("affected").at(0).get("component").text();
  }
  return out;
}

Cluster load(const std::string& path) {
  base::UniqueFd fd(::memfd_create("fixture", MFD_CLOEXEC));
  auto packed = kube::pack_manifests(path, fd.get());
  EXPECT_TRUE(packed) << path << ": " << (packed ? "" : packed.error().text());
  ::lseek(fd.get(), 0, SEEK_SET);
  auto cluster = kube::load_manifests(fd.get(), {}, path);
  EXPECT_TRUE(cluster) << path << ": " << (cluster ? "" : cluster.error().text());
  if (!cluster) return {};
  for (const std::string& problem : cluster->problems) ADD_FAILURE() << path << ": " << problem;
  for (model::ResourceRead& read : cluster->reads) read.state = model::ReadState::read;
  return std::move(*cluster);
}

struct Answer {
  model::Tri verdict = model::Tri::unknown;
  std::string text;
  bool step = false;
};

Answer ask(const Cluster& cluster, const std::string& flaw, const std::string& program) {
  model::Finding finding;
  finding.id = flaw;
  finding.effect = model::FlawEffect::control;
  finding.purl = "pkg:generic/" + program + "@1";
  finding.component = program;
  auto components = kube::cluster_components(cluster);
  EXPECT_TRUE(components);
  std::vector<graph::ComponentFacts> parts;
  std::vector<graph::NodeFacts> nodes;
  const bool of_node = program == "kubelet" || program == "kube-proxy";
  static const std::set<std::string> kControlPlane = {"apiserver", "kube-apiserver", "controller-manager", "kube-controller-manager", "kubernetes"};
  for (const model::ClusterComponent& one : *components) {
    const bool it = one.program == program && !of_node;
    parts.push_back({&one, it && one.lifecycle != "kubernetes" ? std::vector{finding} : std::vector<model::Finding>{}});
  }
  for (const model::Node& node : cluster.nodes) nodes.push_back({node.meta.name, of_node ? std::vector{finding} : std::vector<model::Finding>{}});
  const access::Rbac rbac(cluster);
  const access::Network network(cluster);
  auto graph = graph::build({.cluster = cluster,
                             .rbac = rbac,
                             .network = network,
                             .images = {},
                             .nodes = nodes,
                             .control_plane = kControlPlane.contains(program) ? std::vector{finding} : std::vector<model::Finding>{},
                             .components = parts,
                             .as_of = 0,
                             .options = {.actions = false}});
  EXPECT_TRUE(graph) << (graph ? "" : graph.error().text());
  Answer out;
  if (!graph || graph->checks.size() != 1) {
    EXPECT_TRUE(graph && graph->checks.empty()) << flaw << ": " << graph->checks.size() << " answers";
    return out;
  }
  const model::FlawCheck& check = graph->checks.front();
  out.verdict = check.verdict;
  out.step = check.has_step;
  out.text = base::join(check.facts, "; ") + " / " + base::join(check.missing, "; ") + " / " + check.denied;
  return out;
}

model::Tri expected(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  const std::string word = line.substr(std::min(line.size(), line.find(": ") + 2));
  EXPECT_TRUE(word == "holds" || word == "does not hold" || word == "unknown") << path << ": " << line;
  return word == "holds" ? model::Tri::yes : word == "unknown" ? model::Tri::unknown : model::Tri::no;
}

constexpr const char* kFiles[] = {"vulnerable.yaml", "near_miss.yaml", "mitigated.yaml"};

void each_fixture(const std::function<void(const std::string& id, const std::string& path)>& fn) {
  const auto knowledge = graph::Knowledge::load();
  ASSERT_TRUE(knowledge) << knowledge.error().text();
  for (const graph::KubernetesRow& row : knowledge->kubernetes) {
    if (!row.has_when) continue;
    for (const char* file : kFiles) {
      const std::string path = kData + "fixtures/" + base::lower_ascii(row.id) + "/" + file;
      ASSERT_TRUE(std::filesystem::exists(path)) << path;
      fn(row.id, path);
    }
  }
}

TEST(KubernetesChecks, EveryFlawOfTheCatalogueHasARow) {
  const auto knowledge = graph::Knowledge::load();
  ASSERT_TRUE(knowledge) << knowledge.error().text();
  std::set<std::string> have, want;
  for (const graph::KubernetesRow& row : knowledge->kubernetes) have.insert(row.id);
  for (const auto& [id, program] : programs()) want.insert(id);
  EXPECT_EQ(have, want);
  EXPECT_GE(want.size(), 83U);
}

TEST(KubernetesChecks, FixturesComeToWhatTheySay) {
  const auto program = programs();
  each_fixture([&](const std::string& id, const std::string& path) {
    const Answer answer = ask(load(path), id, program.at(id));
    EXPECT_STREQ(model::name(answer.verdict), model::name(expected(path))) << path << "\n  " << answer.text;
    EXPECT_FALSE(answer.verdict == model::Tri::no && answer.step) << path;
  });
}

// Takes one kind away as a 403 does.
bool drop(Cluster& c, const std::string& resource) {
  bool any = false;
  const auto empty = [&](auto& list) {
    any = any || !list.empty();
    list.clear();
  };
  const std::map<std::string, std::function<void()>> lists = {
      {"nodes", [&] { empty(c.nodes); }},
      {"pods", [&] { empty(c.pods); }},
      {"services", [&] { empty(c.services); }},
      {"serviceaccounts", [&] { empty(c.service_accounts); }},
      {"roles", [&] { empty(c.roles); }},
      {"clusterroles", [&] { empty(c.cluster_roles); }},
      {"rolebindings", [&] { empty(c.role_bindings); }},
      {"clusterrolebindings", [&] { empty(c.cluster_role_bindings); }},
      {"networkpolicies", [&] { empty(c.network_policies); }},
      {"ingresses", [&] { empty(c.ingresses); }},
      {"storageclasses", [&] { empty(c.storage_classes); }},
      {"csidrivers", [&] { empty(c.csi_drivers); }},
      {"validatingwebhookconfigurations", [&] { empty(c.webhook_configurations); }},
      {"validatingadmissionpolicies", [&] { empty(c.admission_policies); }},
      {"customresourcedefinitions", [&] { empty(c.custom_resources); }},
      {"apiservices", [&] { empty(c.api_services); }},
      {"configmaps", [&] { empty(c.config_maps); }},
      {"persistentvolumes", [&] { empty(c.persistent_volumes); }}};
  const auto list = lists.find(resource);
  if (list == lists.end()) return false;
  list->second();
  return any;
}

// Taking a list away may make an answer unknown, never turn it round: what was not read is never safe, nor certainly unsafe.
TEST(KubernetesChecks, WhatWasNotReadIsUnknown) {
  const auto program = programs();
  size_t asked = 0, turned = 0;
  each_fixture([&](const std::string& id, const std::string& path) {
    const Cluster whole = load(path);
    const Answer before = ask(whole, id, program.at(id));
    for (size_t i = 0; i < whole.reads.size(); ++i) {
      Cluster part = whole;
      if (!drop(part, whole.reads[i].resource)) continue;  // not asked about, or there was none
      part.reads[i].state = model::ReadState::forbidden;
      // Without its pods an add-on is not seen, without its node a kubelet: then there is no finding to ask about.
      const Answer after = ask(part, id, program.at(id));
      ++asked;
      turned += after.verdict != before.verdict ? 1U : 0U;
      if (before.verdict == model::Tri::no) {
        EXPECT_NE(after.verdict, model::Tri::yes) << path << " without " << whole.reads[i].resource << ": " << after.text;
      } else {
        EXPECT_NE(after.verdict, model::Tri::no) << path << " without " << whole.reads[i].resource << ": " << after.text;
      }
    }
  });
  EXPECT_GT(asked, 400U);
  EXPECT_GT(turned, 100U);
}

}  // namespace
}  // namespace bulkhead::app
