#include "kube/manifests.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "kube/manifest_folder.h"
#include "kube/snapshot_reader.h"

namespace bulkhead::kube {
namespace {

using model::ReadState;

base::UniqueFd memory() { return base::UniqueFd(::memfd_create("test", MFD_CLOEXEC)); }

// Cluster of files given as name, text; by way of a folder and its tar, as the program does it.
model::Cluster cluster_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string folder = testing::TempDir() + "/bulkhead-manifests-XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  for (const auto& [name, text] : files) {
    EXPECT_TRUE(base::write_file_atomic(folder + "/" + name, text));
  }
  const base::UniqueFd tar = memory();
  EXPECT_TRUE(pack_manifests(folder, tar.get()));
  auto cluster = load_manifests(tar.get(), {}, "manifests");
  EXPECT_TRUE(cluster);
  // The same by way of a snapshot file.
  const base::UniqueFd snapshot = memory();
  EXPECT_TRUE(write_manifest_snapshot(tar.get(), {}, SnapshotMeta{.name = "manifests"}, false,
                                      [&](std::string_view bytes) { return base::write_all(snapshot.get(), bytes, "memory"); }));
  const auto again = load_snapshot(snapshot.get());
  EXPECT_TRUE(again);
  EXPECT_EQ(again->pods, cluster->pods);
  EXPECT_EQ(again->workloads, cluster->workloads);
  EXPECT_EQ(again->secrets.size(), cluster->secrets.size());
  EXPECT_EQ(again->list_state("", "pods"), cluster->list_state("", "pods"));
  for (const auto& [name, text] : files) {
    ::unlink((folder + "/" + name).c_str());
  }
  ::rmdir(folder.c_str());
  return *std::move(cluster);
}

std::string data(const char* name) {
  return base::read_file(std::string(BULKHEAD_SOURCE_DIR "/src/kube/testdata/manifests/") + name, 1 << 20).value();
}

// What the server adds and no one here reads: the two tolerations of DefaultTolerationSeconds.
void drop_default_tolerations(model::Cluster& cluster) {
  for (model::Pod& pod : cluster.pods) {
    std::erase_if(pod.spec.tolerations,
                  [](const model::Toleration& t) { return t.key.starts_with("node.kubernetes.io/") && t.effect == "NoExecute"; });
  }
}

TEST(ManifestDefaults, AreThoseOfARealServer) {
  model::Cluster ours = cluster_of({{"objects.yaml", data("objects.yaml")}});
  model::Cluster servers = cluster_of({{"server.json", data("server.json")}});
  drop_default_tolerations(servers);
  EXPECT_THAT(ours.problems, testing::IsEmpty());
  ASSERT_EQ(ours.pods.size(), servers.pods.size());
  EXPECT_EQ(ours.pods.size(), 8U);  // 3 plain, 1 + 2 + 1 + 1 of controllers
  for (size_t i = 0; i < ours.pods.size(); ++i) {
    // Statuses that a real server gives at once (phase Pending) are no defaults of the spec.
    EXPECT_EQ(ours.pods[i].spec, servers.pods[i].spec) << ours.pods[i].meta.name;
    EXPECT_EQ(ours.pods[i].meta, servers.pods[i].meta) << ours.pods[i].meta.name;
  }
  ASSERT_EQ(ours.workloads.size(), servers.workloads.size());
  for (size_t i = 0; i < ours.workloads.size(); ++i) {
    servers.workloads[i].meta.annotations = ours.workloads[i].meta.annotations;  // a revision number
    EXPECT_EQ(ours.workloads[i], servers.workloads[i]) << ours.workloads[i].meta.name;
  }
  EXPECT_EQ(ours.services, servers.services);
  EXPECT_EQ(ours.network_policies, servers.network_policies);
  EXPECT_EQ(ours.ingresses, servers.ingresses);
  EXPECT_EQ(ours.service_accounts, servers.service_accounts);
  EXPECT_EQ(ours.cluster_roles, servers.cluster_roles);
  EXPECT_EQ(ours.role_bindings, servers.role_bindings);
  EXPECT_EQ(ours.persistent_volumes, servers.persistent_volumes);
  EXPECT_EQ(ours.namespaces, servers.namespaces);
  EXPECT_EQ(ours.secrets, servers.secrets);
}

TEST(Manifests, MakesThePodsOfControllers) {
  const model::Cluster cluster = cluster_of(
      {{"objects.yaml", data("objects.yaml")},
       {"nodes.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n2}\n"}});
  std::vector<std::string> names;
  for (const model::Pod& pod : cluster.pods) {
    names.push_back(pod.meta.name + " " + pod.spec.node_name);
  }
  EXPECT_THAT(names, testing::IsSupersetOf(
                         {"agent-daemonset-n1 n1", "agent-daemonset-n2 n2", "db-0 ", "db-1 ", "web-deployment-0 ", "nightly-cronjob-0 "}));
}

TEST(Manifests, DoesNotMakePodsThatTheDumpHolds) {
  const model::Cluster cluster = cluster_of({{"dump.json", R"({"kind":"List","apiVersion":"v1","items":[
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"a"},"spec":{"template":{"spec":{"containers":[]}}}},
    {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-1","namespace":"a","ownerReferences":[{"kind":"Deployment","name":"web","controller":true}]},"spec":{"template":{"spec":{"containers":[]}}}},
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-x","namespace":"a","ownerReferences":[{"kind":"ReplicaSet","name":"web-1","controller":true}]},"spec":{"containers":[]}}]})"}});
  EXPECT_EQ(cluster.pods.size(), 1U);
}

TEST(Manifests, GivesAStatefulSetsPodsTheirClaims) {
  const model::Cluster cluster = cluster_of({{"set.yaml",
                                              "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 2\n  "
                                              "template: {spec: {containers: [{name: c}]}}\n"
                                              "  volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]\n"}});
  ASSERT_EQ(cluster.pods.size(), 2U);
  ASSERT_EQ(cluster.pods[1].spec.volumes.size(), 2U);
  EXPECT_EQ(cluster.pods[1].spec.volumes[0].claim, "data-db-1");
}

TEST(Manifests, SaysWhatItCannotKnow) {
  const model::Cluster one =
      cluster_of({{"pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n"}});
  EXPECT_EQ(one.list_state("", "pods"), ReadState::read);
  EXPECT_EQ(one.list_state("", "nodes"), ReadState::absent);
  EXPECT_EQ(one.list_state("networking.k8s.io", "networkpolicies"), ReadState::absent);
  EXPECT_EQ(one.pods.at(0).meta.ns, "default");
  ASSERT_EQ(one.namespaces.size(), 1U);
  EXPECT_EQ(one.namespaces[0].meta.labels.at("kubernetes.io/metadata.name"), "default");

  const std::string namespaced =
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: "
      "b}\ndata: {k: v}\n";
  EXPECT_EQ(cluster_of({{"a.yaml", namespaced}}).list_state("", "namespaces"), ReadState::absent);

  const std::string binding =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: []\n---\n"
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: "
      "cluster-admin}\n";
  EXPECT_EQ(cluster_of({{"a.yaml", binding}}).list_state("rbac.authorization.k8s.io", "clusterroles"), ReadState::absent);
}

TEST(Manifests, AFileThatCannotBeReadLeavesNothingCertain) {
  const model::Cluster cluster =
      cluster_of({{"a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"}, {"b.yaml", "a: {{ .Values.x }}\n"}});
  EXPECT_EQ(cluster.namespaces.size(), 1U);
  EXPECT_EQ(cluster.list_state("", "namespaces"), ReadState::error);
  EXPECT_THAT(cluster.problems, testing::Contains(testing::HasSubstr("b.yaml:1")));
}

TEST(Manifests, FillsAggregatedRoles) {
  const model::Cluster cluster =
      cluster_of({{"a.yaml",
                   "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\nrules: []\n"
                   "aggregationRule: {clusterRoleSelectors: [{matchLabels: {up: 'yes'}}]}\n---\n"
                   "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: part, labels: {up: 'yes'}}\n"
                   "rules: [{apiGroups: ['*'], resources: [pods], verbs: [get]}]\n"}});
  ASSERT_EQ(cluster.cluster_roles.size(), 2U);
  EXPECT_EQ(cluster.cluster_roles[0].rules, cluster.cluster_roles[1].rules);
}

TEST(Manifests, DropsSecretsContents) {
  const base::UniqueFd tar = memory();
  const std::string path = testing::TempDir() + "/bulkhead-secret.yaml";
  ASSERT_TRUE(base::write_file_atomic(
      path, "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\ntype: Opaque\nstringData: {password: hunter2}\n"));
  ASSERT_TRUE(pack_manifests(path, tar.get()));
  const auto set = read_manifest_tar(tar.get(), {}, "manifests");
  ASSERT_TRUE(set);
  for (const ManifestObject& object : set->objects) {
    EXPECT_EQ(object.json.find("hunter2"), std::string::npos);
  }
  EXPECT_EQ(load_manifests(tar.get(), {}, "manifests")->secrets.at(0).type, "Opaque");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace bulkhead::kube
