// Rules that no real record shows alone; real records are judged in tests/scenario/findings.
#include <gmock/gmock.h>

#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using model::FindingStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr base::Moment kAsOf = kTestDay;

model::Inventory inventory(const std::vector<std::string>& purls, bool program = false) {
  model::Inventory out = test_inventory(purls);
  for (model::Component& c : out.components) {
    c.program = program;
  }
  return out;
}

std::vector<std::string> ids(const std::vector<model::Finding>& findings) {
  std::vector<std::string> out;
  for (const model::Finding& f : findings) {
    out.push_back(f.id + " " + model::status_name(f.status));
  }
  return out;
}

TEST(Matcher, AProgramsFlawIsNotItsImporters) {
  const auto db = test_database({test_record("GO-1", {"CVE-2024-1111"}, {"Go", "k8s.io/kubernetes", "introduced 0\nfixed 1.30.3", {}})});
  EXPECT_THAT(match_inventory(inventory({"pkg:golang/k8s.io/kubernetes@v1.29.0"}, false), db, kAsOf), IsEmpty());
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:golang/k8s.io/kubernetes@v1.29.0"}, true), db, kAsOf)),
              ElementsAre("CVE-2024-1111 fixed_available"));
}

TEST(Matcher, TheBelievedPublisherDecides) {
  // GHSA (rank 20) says fixed in 1.2.0, RetireJS (rank 45) in 2.0.0: one flaw, one answer.
  const auto db = test_database({test_record("GHSA-a", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}),
                                 test_record("RETIREJS-x", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 2.0.0", {}})});
  EXPECT_THAT(match_inventory(inventory({"pkg:npm/x@1.5.0"}), db, kAsOf), IsEmpty());
  const auto found = match_inventory(inventory({"pkg:npm/x@1.1.0"}), db, kAsOf);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].fixed_version, "1.2.0");
  EXPECT_EQ(found[0].reason.record, "GHSA-a");
  EXPECT_THAT(found[0].aliases, ElementsAre("GHSA-a", "RETIREJS-x"));
}

TEST(Matcher, AmongEqualsOneAffectedIsEnough) {
  const auto db = test_database({test_record("GHSA-a", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}),
                                 test_record("GHSA-b", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 2.0.0", {}})});
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:npm/x@1.5.0"}), db, kAsOf)), ElementsAre("CVE-2024-1111 fixed_available"));
}

TEST(Matcher, AnUnreadableVersionIsUnknownNotClean) {
  const auto db = test_database({test_record("GHSA-a", {}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}})});
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:npm/x@latest"}), db, kAsOf)), ElementsAre("GHSA-a unknown"));
}

TEST(Matcher, AComponentListedTwiceHasAFlawOnce) {
  const auto db = test_database({test_record("GHSA-a", {}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}})});
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:npm/x@1.0.0", "pkg:npm/x@1.0.0"}), db, kAsOf)), ElementsAre("GHSA-a fixed_available"));
  model::Inventory two = inventory({"pkg:npm/x@1.0.0", "pkg:npm/x@1.0.0"});  // in two places: two components
  two.components[0].paths = {"app/b"};
  two.components[1].paths = {"app/a"};
  const auto found = match_inventory(two, db, kAsOf);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0].paths, ElementsAre("app/a"));
}

TEST(Matcher, BinaryPackagesOfOneSourceAreToldEach) {
  const auto db =
      test_database({test_record("CVE-2024-1111", {}, {"Debian:12", "curl", "introduced 0\nfixed 8.0-2", {}})}, {}, "debian_tracker");
  const auto found = match_inventory(
      inventory({"pkg:deb/debian/curl@8.0-1?distro=debian-12", "pkg:deb/debian/libcurl4@8.0-1?distro=debian-12&upstream=curl"}), db, kAsOf);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].component, "curl 8.0-1");
  EXPECT_EQ(found[1].component, "libcurl4 8.0-1");
  EXPECT_EQ(found[1].reason.package, "curl");
}

TEST(Matcher, OneModuleMakesSeveralProgramsOfKubernetes) {
  const auto db = test_database({test_record("GO-1", {"CVE-2024-1111"}, {"Go", "k8s.io/kubernetes", "introduced 0\nfixed 1.30.3", {}}),
                                 test_record("GO-2", {"CVE-2024-1112"}, {"Go", "k8s.io/kubernetes", "introduced 0\nfixed 1.30.3", {}}),
                                 test_record("CVE-2024-1111", {}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.1", {}})});
  model::Inventory image = inventory({"pkg:golang/k8s.io/kubernetes@v1.29.0"}, true);
  image.components[0].paths = {"usr/local/bin/kube-proxy"};
  EXPECT_THAT(ids(match_inventory(image, db, kAsOf)), ElementsAre("CVE-2024-1112 fixed_available"));  // the first is kubelet's
  image.components[0].paths = {"usr/bin/kubelet"};
  const auto found = match_inventory(image, db, kAsOf);
  EXPECT_THAT(ids(found), ElementsAre("CVE-2024-1111 fixed_available", "CVE-2024-1112 fixed_available"));
  EXPECT_EQ(found[0].fixed_version, "1.29.1");  // Kubernetes' own record decides
  EXPECT_EQ(found[0].purl, "pkg:golang/k8s.io/kubernetes@v1.29.0");
  EXPECT_THAT(found[0].paths, ElementsAre("usr/bin/kubelet"));
  image.components[0].version = "v1.29.0-eks-1234";
  EXPECT_THAT(ids(match_inventory(image, db, kAsOf)), testing::Contains("CVE-2024-1111 unknown"));
}

TEST(Matcher, ABitnamiBuildIsNoPreRelease) {
  const auto db = test_database({test_record("BIT-1", {}, {"Bitnami", "x", "introduced 0\nfixed 1.2.0", {}})});
  EXPECT_THAT(match_inventory(inventory({"pkg:bitnami/x@1.2.0-11"}), db, kAsOf), IsEmpty());
  EXPECT_THAT(match_inventory(inventory({"pkg:bitnami/x@1.2.0-r3"}), db, kAsOf), IsEmpty());
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:bitnami/x@1.2.0-rc1"}), db, kAsOf)), ElementsAre("BIT-1 fixed_available"));
  EXPECT_THAT(ids(match_inventory(inventory({"pkg:bitnami/x@1.1.9-11"}), db, kAsOf)), ElementsAre("BIT-1 fixed_available"));
}

TEST(Matcher, AKernelInAnImageHasNoFindings) {
  const auto db =
      test_database({test_record("CVE-2024-1111", {}, {"Debian:12", "linux", "introduced 0\nfixed 6.1.90-1", {}})}, {}, "debian_tracker");
  const auto found = match_inventory(inventory({"pkg:deb/debian/linux-image-amd64@6.1.4-1?distro=debian-12&upstream=linux",
                                                "pkg:deb/debian/linux-libc-dev@6.1.4-1?distro=debian-12&upstream=linux"}),
                                     db, kAsOf);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].component, HasSubstr("linux-libc-dev"));
  EXPECT_TRUE(found[0].runs_no_code);
}

TEST(Matcher, ADistributionWithoutAnyDataIsTold) {
  const auto db = test_database({test_record("GHSA-a", {}, {"npm", "x", "introduced 0", {}})});
  std::vector<model::CoverageNote> coverage;
  EXPECT_THAT(match_inventory(inventory({"pkg:apk/alpine/musl@1.2.4-r1?distro=alpine-3.19"}), db, kAsOf, &coverage), IsEmpty());
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_THAT(coverage[0].why, HasSubstr("not judged"));
}

TEST(Matcher, ANodeIsJudgedByItsParts) {
  const auto db =
      test_database({test_record("CVE-2024-1111", {}, {"Linux", "kernel", "introduced 4.1\nfixed 6.1.60", {}}),
                     test_record("CVE-2024-1112", {}, {"Runtime", "containerd", "introduced 0\nfixed 1.7.20", {}}),
                     test_record("CVE-2024-1113", {}, {"Runtime", "runc", "introduced 0\nfixed 1.1.12", {}}),
                     test_record("CVE-2024-1114", {}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.7", {}}),
                     test_record("CVE-2024-1115", {}, {"Kubernetes", "kube-apiserver", "introduced 0", {}, AffectedState::will_not_fix})},
                    {}, "escape_catalogue");
  model::Node node;
  node.kernel_version = "6.1.55";
  node.container_runtime_version = "containerd://1.7.12";
  node.kubelet_version = "v1.29.4";
  EXPECT_THAT(ids(match_node(node, db, kAsOf)),
              testing::UnorderedElementsAre("CVE-2024-1111 fixed_available", "CVE-2024-1112 fixed_available", "CVE-2024-1113 unknown",
                                            "CVE-2024-1114 fixed_available"));
  node.kernel_version = "6.1.0-18-amd64";  // Debian's: the number is that of its interface, not of its fixes
  node.container_runtime_version = "containerd://1.7.12-0ubuntu4.1";
  node.kubelet_version = "v1.29.7";
  std::vector<model::CoverageNote> coverage;
  EXPECT_THAT(ids(match_node(node, db, kAsOf, &coverage)),
              testing::UnorderedElementsAre("CVE-2024-1111 unknown", "CVE-2024-1112 unknown", "CVE-2024-1113 unknown"));
  EXPECT_EQ(coverage.size(), 3U);
  EXPECT_THAT(ids(match_control_plane("v1.33.13", db, kAsOf)), ElementsAre("CVE-2024-1115 will_not_fix"));
}

}  // namespace
}  // namespace bulkhead::match
