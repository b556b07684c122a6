// Writer and reader together; and `tar` itself as the judge of the archive's form.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "kube/object_cleaner.h"
#include "kube/resource.h"
#include "kube/snapshot_reader.h"
#include "kube/snapshot_writer.h"

namespace bulkhead::kube {
namespace {

using model::ReadState;

struct Pack {
  std::vector<std::pair<std::string, std::string>> files;
  SnapshotMeta meta;

  void list(const char* group, const char* resource, const std::vector<std::string>& lines) {
    const Resource& row = *find_resource(group, resource);
    std::string text;
    for (const std::string& line : lines) {
      text += line + "\n";
    }
    files.emplace_back(resource_file(row), text);
    meta.reads.push_back({row.group, row.version, row.resource, ReadState::read, lines.size(), "7", ""});
  }

  std::string bytes() const {
    std::string out;
    SnapshotWriter writer([&](std::string_view part) -> base::Status {
      out += part;
      return {};
    });
    for (const auto& [path, text] : files) {
      EXPECT_TRUE(writer.add_file(path, text));
    }
    EXPECT_TRUE(writer.finish(meta));
    return out;
  }
};

base::Result<model::Cluster> load(std::string_view bytes) {
  const base::UniqueFd fd(::memfd_create("snapshot", MFD_CLOEXEC));
  EXPECT_TRUE(base::write_all(fd.get(), bytes, "memory"));
  ::lseek(fd.get(), 0, SEEK_SET);
  return load_snapshot(fd.get(), {}, "test.snapshot");
}

const char* const kPod = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"api","namespace":"shop","uid":"u1","labels":{"app":"api"},
 "ownerReferences":[{"kind":"Other","name":"x","uid":"o1"},{"kind":"ReplicaSet","name":"api-1","uid":"o2","controller":true}]},
 "spec":{"serviceAccountName":"api","automountServiceAccountToken":false,"hostPID":true,"nodeName":"n1","imagePullSecrets":[{"name":"pull"}],
 "initContainers":[{"name":"init","image":"i:1"}],
 "containers":[{"name":"main","image":"shop/api:2","ports":[{"containerPort":8080,"name":"http"}],
   "securityContext":{"privileged":true,"capabilities":{"add":["SYS_ADMIN"],"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"},"runAsUser":0},
   "env":[{"name":"P","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}],"envFrom":[{"configMapRef":{"name":"conf"}}],
   "volumeMounts":[{"name":"h","mountPath":"/host","readOnly":true,"mountPropagation":"HostToContainer"}],
   "livenessProbe":{"httpGet":{"host":"10.0.0.9","port":80}},"resources":{"limits":{"cpu":"1","nvidia.com/gpu":1}}}],
 "volumes":[{"name":"h","hostPath":{"path":"/","type":"Directory"}},{"name":"s","secret":{"secretName":"files","optional":true}},
   {"name":"p","projected":{"sources":[{"serviceAccountToken":{"path":"t","audience":"vault"}},{"secret":{"name":"proj"}}]}}]},
 "status":{"phase":"Running","hostIP":"10.1.1.1","podIPs":[{"ip":"10.244.0.2"}],"containerStatuses":[{"name":"main","imageID":"shop/api@sha256:ab"}]}})";

std::string one_line(std::string text) {
  std::erase(text, '\n');
  return text;
}

TEST(Snapshot, GivesBackWhatWasWritten) {
  Pack pack;
  pack.meta.name = "shop";
  pack.meta.server_version = "v1.33.13";
  pack.meta.torn = true;
  pack.list("", "pods", {one_line(kPod)});
  pack.meta.reads.push_back({"networking.k8s.io", "v1", "networkpolicies", ReadState::forbidden, 0, "", "403"});
  const auto cluster = load(pack.bytes());
  ASSERT_TRUE(cluster) << cluster.error().text();
  EXPECT_EQ(cluster->name, "shop");
  EXPECT_EQ(cluster->server_version, "v1.33.13");
  EXPECT_TRUE(cluster->torn);
  EXPECT_TRUE(cluster->problems.empty());
  EXPECT_EQ(cluster->list_state("", "pods"), ReadState::read);
  EXPECT_EQ(cluster->list_state("networking.k8s.io", "networkpolicies"), ReadState::forbidden);
  EXPECT_EQ(cluster->list_state("", "nodes"), ReadState::error);
  ASSERT_EQ(cluster->pods.size(), 1U);
  const model::Pod& pod = cluster->pods[0];
  EXPECT_EQ(pod.meta.owner_kind, "ReplicaSet");
  EXPECT_EQ(pod.spec.service_account, "api");
  EXPECT_EQ(pod.spec.automount_token, false);
  EXPECT_TRUE(pod.spec.host_pid);
  ASSERT_EQ(pod.spec.containers.size(), 2U);
  const model::Container& main = pod.spec.containers[1];
  EXPECT_EQ(main.image_id, "shop/api@sha256:ab");
  EXPECT_EQ(main.privileged, true);
  EXPECT_EQ(main.run_as_user, 0);
  EXPECT_EQ(main.seccomp->type, "RuntimeDefault");
  EXPECT_EQ(main.ports[0].protocol, "TCP");
  EXPECT_EQ(main.limits.at("nvidia.com/gpu"), "1");
  EXPECT_EQ(main.probe_hosts, std::vector<std::string>{"10.0.0.9"});
  EXPECT_EQ(pod.spec.volumes[2].sources[0].audience, "vault");
  std::string secrets;
  for (const model::SecretName& secret : cluster->secrets) {
    secrets += secret.ns + "/" + secret.name + " " + secret.referred_by.at(0) + "; ";
  }
  EXPECT_EQ(secrets, "shop/db Pod shop/api; shop/files Pod shop/api; shop/proj Pod shop/api; shop/pull Pod shop/api; ");
}

TEST(Snapshot, IsATarThatTarReads) {
  Pack pack;
  pack.list("", "pods", {one_line(kPod)});
  const std::string path = testing::TempDir() + "/bulkhead_snapshot_test.tar.zst";
  ASSERT_TRUE(base::write_file_atomic(path, pack.bytes()));
  const std::string listing = testing::TempDir() + "/bulkhead_snapshot_test.txt";
  ASSERT_EQ(std::system(("zstd -qdc " + path + " | TZ=UTC tar --full-time -tvf - > " + listing).c_str()), 0);
  const std::string text = base::read_file(listing, 4096).value();
  EXPECT_NE(text.find("-rw------- 0/0"), std::string::npos) << text;
  EXPECT_NE(text.find("1970-01-01 00:00:00 objects/core_v1_pods.jsonl"), std::string::npos) << text;
  ::unlink(path.c_str());
  ::unlink(listing.c_str());
  EXPECT_EQ(pack.bytes(), pack.bytes());
}

TEST(Snapshot, ABadObjectIsCountedAndItsListNotCalledRead) {
  Pack pack;
  pack.list("", "pods",
            {one_line(kPod), "{\"metadata\":{}}", "no json", R"({"metadata":{"name":"b","namespace":"shop"},"spec":{"hostPID":"yes"}})",
             one_line(kPod)});
  const auto cluster = load(pack.bytes());
  ASSERT_TRUE(cluster);
  EXPECT_EQ(cluster->pods.size(), 1U);
  EXPECT_EQ(cluster->list_state("", "pods"), ReadState::error);
  EXPECT_THAT(cluster->problems, testing::SizeIs(4));
  const std::string all = cluster->problems[0] + cluster->problems[1] + cluster->problems[2] + cluster->problems[3];
  EXPECT_NE(all.find("a second object of the same name: objects/core_v1_pods.jsonl:5"), std::string::npos) << all;
  EXPECT_NE(all.find("spec.hostPID is not a boolean: objects/core_v1_pods.jsonl:4"), std::string::npos) << all;
}

TEST(Snapshot, ACountThatDiffersIsAnError) {
  Pack pack;
  pack.list("", "pods", {one_line(kPod)});
  pack.meta.reads.back().count = 2;
  EXPECT_EQ(load(pack.bytes())->list_state("", "pods"), ReadState::error);
  pack.meta.reads.back().count = 1;
  pack.files.clear();
  EXPECT_EQ(load(pack.bytes())->list_state("", "pods"), ReadState::error);
}

TEST(Snapshot, RefusesWhatIsNoSnapshot) {
  Pack pack;
  pack.list("", "pods", {one_line(kPod)});
  const std::string whole = pack.bytes();
  EXPECT_FALSE(load(""));
  EXPECT_FALSE(load("hello"));
  for (const size_t cut : {whole.size() / 4, whole.size() / 2, whole.size() - 1}) {
    const auto cluster = load(whole.substr(0, cut));
    EXPECT_FALSE(cluster) << cut;
  }
  for (size_t i = 0; i < whole.size(); i += 7) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(load(flipped)) << "byte " << i;  // zstd's checksum
  }
}

TEST(ObjectCleaner, TakesOutWhatMayHoldSecrets) {
  const auto document = base::JsonDocument::parse(
      R"({"metadata":{"name":"a","namespace":"n","managedFields":[{"manager":"x"}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","note":"x"}},
          "spec":{"containers":[{"name":"c","env":[{"name":"A","value":"secret"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"x"}}}]}]},"data":{"k":"dg=="}})");
  ASSERT_TRUE(document);
  EXPECT_EQ(
      clean_object(*find_resource("", "secrets"), document->root(), false),
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"n","annotations":{"note":"x"}},"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"secret"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"x"}}}]}]}})");
  EXPECT_EQ(
      clean_object(*find_resource("", "pods"), document->root(), true),
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n","annotations":{"note":"redacted"}},"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"redacted"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"x"}}}]}]},"data":{"k":"dg=="}})");
}

}  // namespace
}  // namespace bulkhead::kube
