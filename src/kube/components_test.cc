#include "kube/components.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/json.h"
#include "kube/kept_config.h"
#include "kube/object_cleaner.h"
#include "kube/version_skew.h"

namespace bulkhead::kube {
namespace {

using model::ClusterComponent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

model::Pod pod(const std::string& ns, const std::string& name, const std::string& image) {
  model::Pod p;
  p.meta.ns = ns;
  p.meta.name = name;
  p.phase = "Running";
  model::Container c;
  c.name = name;
  c.image = image;
  p.spec.containers.push_back(c);
  return p;
}

ClusterComponent find(const model::Cluster& cluster, std::string_view name) {
  const auto all = cluster_components(cluster);
  EXPECT_TRUE(all);
  for (const ClusterComponent& one : all ? *all : std::vector<ClusterComponent>()) {
    if (one.name == name) return one;
  }
  return {};
}

TEST(ClusterComponents, TakeTheVersionFromWhatSaysIt) {
  model::Cluster c;
  c.server_version = "v1.33.13";
  c.pods = {pod("kube-system", "etcd-cp", "registry.k8s.io/etcd:3.5.21-0"),
            pod("kube-system", "coredns-1", "registry.k8s.io/coredns/coredns:v1.12.0@sha256:40384aa1f5ea6bfdc77997d243aec73da05f27aed0c5e9d65bfa98933c519d97"),
            pod("ingress-nginx", "controller", "rancher/nginx-ingress-controller:nginx-1.11.5-hardened1"),
            pod("shop", "etcd", "registry.k8s.io/etcd:3.5.0"), pod("x", "agent", "quay.io/cilium/cilium")};
  c.pods[4].meta.labels["app.kubernetes.io/version"] = "1.17.1";
  c.pods[1].spec.containers[0].image_id = "registry.k8s.io/coredns/coredns@sha256:40384aa1f5ea6bfdc77997d243aec73da05f27aed0c5e9d65bfa98933c519d97";
  EXPECT_EQ(find(c, "kube-apiserver").version, "v1.33.13");
  EXPECT_EQ(find(c, "kube-apiserver").how, "api");
  EXPECT_EQ(find(c, "etcd").version, "3.5.21-0");
  EXPECT_THAT(find(c, "etcd").places, ElementsAre("kube-system/etcd-cp"));  // an etcd of one's own is not the cluster's
  EXPECT_EQ(find(c, "CoreDNS").how, "tag");
  EXPECT_THAT(find(c, "CoreDNS").digest, HasSubstr("sha256:40384aa1"));
  EXPECT_EQ(find(c, "ingress-nginx").version, "1.11.5-hardened1");
  EXPECT_EQ(find(c, "Cilium").version, "1.17.1");
  EXPECT_EQ(find(c, "Cilium").how, "label");
}

// The suffixes and labels as the vendors document them (data/kubernetes/vendor_builds.yaml names the pages).
TEST(ClusterComponents, KnowsVendorBuilds) {
  const auto by_version = [](const std::string& version) {
    model::Cluster c;
    c.server_version = version;
    return vendor_build(c)->name;
  };
  EXPECT_EQ(by_version("v1.29.4-eks-036c24b"), "EKS");
  EXPECT_EQ(by_version("v1.27.11-gke.1062000"), "GKE");
  EXPECT_EQ(by_version("v1.28.6+rke2r1"), "RKE2");
  EXPECT_EQ(by_version("v1.28.6+k3s1"), "K3s");
  EXPECT_EQ(by_version("v1.33.13"), "");
  model::Cluster c;
  c.server_version = "v1.29.2";
  c.nodes.resize(1);
  c.nodes[0].meta.name = "aks-nodepool1-0";
  c.nodes[0].meta.labels["kubernetes.azure.com/cluster"] = "x";
  EXPECT_EQ(vendor_build(c)->name, "AKS");
  c.nodes[0].meta.labels = {{"node.openshift.io/os_id", "rhcos"}};
  EXPECT_EQ(vendor_build(c)->name, "OpenShift");
  EXPECT_TRUE(vendor_build(c)->backports);
}

ClusterComponent of(const std::string& program, const std::string& version) {
  ClusterComponent c;
  c.name = c.program = program;
  c.version = version;
  c.places = {"n1"};
  return c;
}

// The examples of the policy's own page.
TEST(VersionSkew, FollowsThePolicysExamples) {
  const auto lines = [](std::vector<ClusterComponent> all) { return version_skew(all).size(); };
  for (const char* good : {"v1.32.0", "v1.31.0", "v1.30.0", "v1.29.0"})
    EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kubelet", good)}), 0U) << good;
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kubelet", "v1.28.0")}), 1U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kubelet", "v1.33.0")}), 1U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.27.0"), of("kubelet", "v1.25.0")}), 0U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.27.0"), of("kubelet", "v1.24.0")}), 1U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kube-scheduler", "v1.31.0")}), 0U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kube-controller-manager", "v1.30.0")}), 1U);
  // "If kube-apiserver instances are at 1.32 and 1.31, kubelet at 1.32 is not supported"
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kube-apiserver", "v1.31.0"), of("kubelet", "v1.32.0")}), 1U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kube-apiserver", "v1.30.0")}), 1U);
  EXPECT_EQ(lines({of("kubelet", "v1.29.0")}), 0U);
  EXPECT_EQ(lines({of("kube-apiserver", "v1.32.0"), of("kubelet", "garbage")}), 0U);
}

std::string cleaned(const std::string& json) {
  const auto document = base::JsonDocument::parse(json);
  EXPECT_TRUE(document);
  return clean_object(*find_kind("", "ConfigMap"), document->root(), false, true);
}

TEST(KeptConfig, KeepsOnlyWhatTheTableNames) {
  ASSERT_TRUE(check_kept_config());
  const std::string kubeadm = cleaned(
      R"({"metadata":{"name":"kubeadm-config","namespace":"kube-system"},"data":{"ClusterConfiguration":"apiServer:\n  extraArgs:\n    v: \"4\"\n    oidc-client-secret: hunter2\n  extraVolumes: [{hostPath: /etc/secret}]\nkubernetesVersion: v1.30.1\netcd: {external: {keyFile: /etc/key}}\n","other":"hunter2"}})");
  EXPECT_THAT(kubeadm, HasSubstr(R"(\"extraArgs\":{\"v\":\"4\"})"));
  EXPECT_THAT(kubeadm, HasSubstr("v1.30.1"));
  EXPECT_THAT(kubeadm, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(kubeadm, testing::Not(HasSubstr("/etc/")));
  EXPECT_EQ(cleaned(kubeadm), kubeadm);  // once is enough
  // kubeadm v1beta4 has its arguments as a list.
  EXPECT_THAT(cleaned(R"({"metadata":{"name":"kubeadm-config","namespace":"kube-system"},"data":{"ClusterConfiguration":"apiServer: {extraArgs: [{name: v, value: \"4\"}, {name: token-auth-file, value: x}]}"}})"),
              HasSubstr(R"(\"extraArgs\":{\"v\":\"4\"})"));
  EXPECT_THAT(cleaned(R"({"metadata":{"name":"app","namespace":"shop"},"data":{"allow-snippet-annotations":"true"}})"),
              testing::Not(HasSubstr("\"data\"")));
  // Known to have no kept key is not the same as not read.
  EXPECT_THAT(cleaned(R"({"metadata":{"name":"ingress-nginx-controller","namespace":"x"}})"), HasSubstr(R"("data":{})"));
  EXPECT_THAT(cleaned(R"({"metadata":{"name":"kubelet-config","namespace":"kube-system"},"data":{"kubelet":"a: [b"}})"), HasSubstr(R"("data":{})"));
}

}  // namespace
}  // namespace bulkhead::kube
