// What a node says of itself. Forms of the versions: Node.status.nodeInfo of kind, GKE, EKS, k3s and Debian nodes.
#include <gmock/gmock.h>

#include "match/internal/node_parts.h"
#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(NodeParts, ARuntimeIsNamedByItsUrl) {
  const auto parts = runtime_parts("containerd://1.7.12");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].subject.package, "containerd");
  EXPECT_EQ(parts[0].subject.version, "1.7.12");
  EXPECT_EQ(parts[0].subject.component, "containerd 1.7.12");
  EXPECT_EQ(parts[0].subject.purl, "pkg:generic/containerd@1.7.12");
  EXPECT_FALSE(parts[0].unsure);
  EXPECT_EQ(parts[1].subject.package, "runc");
  EXPECT_EQ(parts[1].subject.component, "runc");
  EXPECT_TRUE(parts[1].unsure);
  EXPECT_THAT(runtime_parts("containerd"), IsEmpty());
  EXPECT_THAT(runtime_parts(""), IsEmpty());
}

TEST(NodeParts, WhatFollowsTheReleaseIsADistributions) {
  const auto version = [](const char* text) {
    const NodePart part = runtime_parts(text).front();
    return part.subject.version + (part.unsure ? " unsure" : "");
  };
  EXPECT_EQ(version("containerd://1.7.12-0ubuntu4.1"), "1.7.12 unsure");
  EXPECT_EQ(version("cri-o://1.29.1"), "1.29.1");
  EXPECT_EQ(version("containerd://v2.0.0-rc.3"), "2.0.0-rc.3");
  EXPECT_EQ(version("containerd://2.0.0-beta.1"), "2.0.0-beta.1");
  EXPECT_EQ(version("containerd://1.6.20~ds1"), "1.6.20 unsure");
  EXPECT_EQ(version("docker://20.10.25+dfsg1"), "20.10.25 unsure");
}

TEST(NodeParts, KernelsByTheirBuilder) {
  EXPECT_FALSE(kernel_part("6.1.55").unsure);
  EXPECT_TRUE(kernel_part("6.1.55").kernel);
  EXPECT_EQ(kernel_part("6.1.55").subject.component, "Linux 6.1.55");
  const NodePart debian = kernel_part("6.1.0-18-amd64");
  EXPECT_TRUE(debian.unsure);
  EXPECT_THAT(debian.why_unsure, HasSubstr("its builders carry fixes"));
  EXPECT_EQ(kernel_part("nonsense").why_unsure, "the kernel's release cannot be read");
  EXPECT_TRUE(kernel_part("").unsure);
}

TEST(NodeParts, KubernetesProgramsByTheirBuilder) {
  EXPECT_FALSE(kubernetes_part("kubelet", "v1.29.4").unsure);
  EXPECT_THAT(kubernetes_part("kubelet", "v1.29.4-eks-036c24b").why_unsure, HasSubstr("vendor"));
  EXPECT_TRUE(kubernetes_part("kubelet", "v1.29.4+k3s1").unsure);
  EXPECT_EQ(kubernetes_part("kubelet", "soon").why_unsure, "the version cannot be read");
}

TEST(NodeParts, AnUnsureBuildIsUnknownBelowTheFixAndCleanFromItOn) {
  advisory::PackageRecord r;
  r.ranges = "introduced 0\nfixed 1.29.7";
  const Verdict below = judge_part(kubernetes_part("kubelet", "v1.29.4-eks-1"), r);
  EXPECT_EQ(below.affected, model::Tri::unknown);
  EXPECT_THAT(below.comparison, HasSubstr("fixed"));
  EXPECT_THAT(below.comparison, HasSubstr("vendor's build"));
  EXPECT_EQ(judge_part(kubernetes_part("kubelet", "v1.29.7-eks-1"), r).affected, model::Tri::no);
  EXPECT_EQ(judge_part(kubernetes_part("kubelet", "v1.29.4"), r).affected, model::Tri::yes);
  EXPECT_EQ(judge_part(runtime_parts("containerd://1.7.0").back(), r).comparison, "the API does not name runc's version");
}

TEST(Node, WindowsHasNoLinuxKernelAndKubeProxyMayBeAbsent) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Linux", "kernel", "introduced 4.1\nfixed 6.1.60", {}}),
                                 test_record("CVE-2024-1112", {}, {"Kubernetes", "kube-proxy", "introduced 0\nfixed 1.29.7", {}}),
                                 test_record("CVE-2024-1113", {}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.7", {}})});
  model::Node node;
  node.kernel_version = "6.1.55";
  node.kubelet_version = "v1.29.4";
  node.kube_proxy_version = "v1.29.4";
  EXPECT_THAT(test_words(match_node(node, db, kTestDay)),
              testing::UnorderedElementsAre("CVE-2024-1111 fixed_available 6.1.60", "CVE-2024-1112 fixed_available 1.29.7",
                                            "CVE-2024-1113 fixed_available 1.29.7"));
  node.kube_proxy_version.clear();
  node.operating_system = "windows";
  EXPECT_THAT(test_words(match_node(node, db, kTestDay)), ElementsAre("CVE-2024-1113 fixed_available 1.29.7"));
}

TEST(Node, OneFlawOfTwoRecordsIsToldOnce) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.7", {}}),
                                 test_record("GHSA-a", {"CVE-2024-1111"}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.7", {}}),
                                 test_record("CVE-2024-1112", {}, {"Kubernetes", "kubelet", "introduced 0\nfixed 1.29.7", {}})});
  model::Node node;
  node.kernel_version = "6.1.55";
  node.kubelet_version = "v1.29.4";
  EXPECT_THAT(test_words(match_node(node, db, kTestDay)),
              ElementsAre("CVE-2024-1111 fixed_available 1.29.7", "CVE-2024-1112 fixed_available 1.29.7"));
}

}  // namespace
}  // namespace bulkhead::match
