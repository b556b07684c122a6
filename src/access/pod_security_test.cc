#include "access/pod_security.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bulkhead::access {
namespace {

using model::Tri;
using testing::ElementsAre;

// A pod that the restricted level of every minor lets in.
model::PodSpec hardened() {
  model::PodSpec spec;
  spec.run_as_non_root = true;
  spec.seccomp = model::SeccompProfile{"RuntimeDefault", ""};
  model::Container c;
  c.name = "c";
  c.allow_privilege_escalation = false;
  c.drop_capabilities = {"ALL"};
  spec.containers.push_back(c);
  return spec;
}

std::vector<std::string> checks(const model::PodSpec& spec, PodSecurityLevel level, int minor, const model::Labels& annotations = {}) {
  std::vector<std::string> ids;
  for (const PodSecurityViolation& violation : pod_security_violations(spec, annotations, level, minor)) ids.push_back(violation.check);
  return ids;
}
std::vector<std::string> baseline(const model::PodSpec& spec, int minor = -1) { return checks(spec, PodSecurityLevel::baseline, minor); }
std::vector<std::string> restricted(const model::PodSpec& spec, int minor = -1) {
  return checks(spec, PodSecurityLevel::restricted, minor);
}

TEST(PodSecurity, HardenedPodPassesEveryVersion) {
  for (int minor = -1; minor < 60; ++minor) EXPECT_THAT(restricted(hardened(), minor), ElementsAre()) << minor;
}

TEST(PodSecurity, PlainPodMeetsTheRestrictedChecksAsTheyCame) {
  model::PodSpec plain;
  plain.containers.emplace_back().name = "c";
  EXPECT_THAT(baseline(plain), ElementsAre());
  EXPECT_THAT(restricted(plain, 0), ElementsAre("runAsNonRoot"));
  EXPECT_THAT(restricted(plain, 7), ElementsAre("runAsNonRoot"));
  EXPECT_THAT(restricted(plain, 8), ElementsAre("allowPrivilegeEscalation", "runAsNonRoot"));
  EXPECT_THAT(restricted(plain, 19), ElementsAre("allowPrivilegeEscalation", "runAsNonRoot", "seccompProfile_restricted"));
  EXPECT_THAT(restricted(plain, 22),
              ElementsAre("allowPrivilegeEscalation", "capabilities_restricted", "runAsNonRoot", "seccompProfile_restricted"));
  EXPECT_THAT(checks(plain, PodSecurityLevel::privileged, 36), ElementsAre());
  plain.os = "windows";
  EXPECT_THAT(restricted(plain, 24),
              ElementsAre("allowPrivilegeEscalation", "capabilities_restricted", "runAsNonRoot", "seccompProfile_restricted"));
  EXPECT_THAT(restricted(plain, 25), ElementsAre("runAsNonRoot"));
}

TEST(PodSecurity, OneFieldOneBaselineCheck) {
  const auto with = [](auto&& change) {
    model::PodSpec spec = hardened();
    change(spec, spec.containers[0]);
    return baseline(spec);
  };
  using P = model::PodSpec&;
  using C = model::Container&;
  EXPECT_THAT(with([](P p, C) { p.host_pid = true; }), ElementsAre("hostNamespaces"));
  EXPECT_THAT(with([](P, C c) { c.privileged = true; }), ElementsAre("privileged"));
  EXPECT_THAT(with([](P, C c) { c.add_capabilities = {"NET_RAW"}; }), ElementsAre("capabilities_baseline"));
  EXPECT_THAT(with([](P, C c) { c.add_capabilities = {"CHOWN"}; }), ElementsAre());
  EXPECT_THAT(with([](P p, C) { p.volumes.emplace_back().type = "hostPath"; }), ElementsAre("hostPathVolumes"));
  EXPECT_THAT(with([](P, C c) { c.ports = {{"", 80, 80, "TCP"}}; }), ElementsAre("hostPorts"));
  EXPECT_THAT(with([](P p, C) { p.app_armor = model::AppArmorProfile{"Unconfined", ""}; }), ElementsAre("appArmorProfile"));
  EXPECT_THAT(with([](P, C c) { c.se_linux = model::SeLinuxOptions{"", "", "spc_t", ""}; }), ElementsAre("seLinuxOptions"));
  EXPECT_THAT(with([](P, C c) { c.se_linux = model::SeLinuxOptions{"", "", "container_t", "s0"}; }), ElementsAre());
  EXPECT_THAT(with([](P, C c) { c.proc_mount = "Unmasked"; }), ElementsAre("procMount"));
  EXPECT_THAT(with([](P p, C) { p.seccomp->type = "Unconfined"; }), ElementsAre("seccompProfile_baseline"));
  EXPECT_THAT(with([](P p, C) { p.sysctls = {{"kernel.msgmax", "1"}}; }), ElementsAre("sysctls"));
  EXPECT_THAT(with([](P, C c) { c.windows_host_process = true; }), ElementsAre("windowsHostProcess"));
  EXPECT_THAT(with([](P, C c) { c.probe_hosts = {"10.0.0.1"}; }), ElementsAre("hostProbesAndHostLifecycle"));
}

TEST(PodSecurity, TheSameFieldThroughTheVersions) {
  model::PodSpec spec = hardened();
  spec.sysctls = {{"net.ipv4.tcp_rmem", "4096"}};
  EXPECT_THAT(baseline(spec, 31), ElementsAre("sysctls"));
  EXPECT_THAT(baseline(spec, 32), ElementsAre());
  spec = hardened();
  spec.se_linux = model::SeLinuxOptions{"", "", "container_engine_t", ""};
  EXPECT_THAT(baseline(spec, 30), ElementsAre("seLinuxOptions"));
  EXPECT_THAT(baseline(spec, 31), ElementsAre());
  spec = hardened();
  spec.host_users = false;
  spec.run_as_user = 0;
  spec.containers[0].proc_mount = "Unmasked";
  EXPECT_THAT(baseline(spec, 34), ElementsAre("procMount"));
  EXPECT_THAT(baseline(spec, 35), ElementsAre());
  EXPECT_THAT(restricted(spec, 34), ElementsAre("procMount", "runAsUser"));
  EXPECT_THAT(restricted(spec, 35), ElementsAre("procMount_restricted"));
  spec = hardened();
  spec.containers[0].probe_hosts = {"10.0.0.1"};
  EXPECT_THAT(restricted(spec, 33), ElementsAre());
  EXPECT_THAT(restricted(spec, 34), ElementsAre("hostProbesAndHostLifecycle"));
}

TEST(PodSecurity, AnnotationsCountWhereTheyDid) {
  const model::Labels seccomp = {{"container.seccomp.security.alpha.kubernetes.io/c", "unconfined"}};
  EXPECT_THAT(checks(hardened(), PodSecurityLevel::baseline, 18, seccomp), ElementsAre("seccompProfile_baseline"));
  EXPECT_THAT(checks(hardened(), PodSecurityLevel::baseline, 19, seccomp), ElementsAre());
  const model::Labels app_armor = {{"container.apparmor.security.beta.kubernetes.io/anything", "unconfined"}};
  EXPECT_THAT(checks(hardened(), PodSecurityLevel::baseline, -1, app_armor), ElementsAre("appArmorProfile"));
}

TEST(PodSecurity, ARestrictedCheckReplacesItsBaselineTwin) {
  model::PodSpec spec = hardened();
  spec.containers[0].add_capabilities = {"SYS_ADMIN"};
  EXPECT_THAT(restricted(spec, 21), ElementsAre("capabilities_baseline"));
  EXPECT_THAT(restricted(spec, 22), ElementsAre("capabilities_restricted"));
  spec = hardened();
  spec.volumes.emplace_back().type = "nfs";
  spec.volumes.emplace_back().type = "hostPath";
  EXPECT_THAT(restricted(spec), ElementsAre("restrictedVolumes"));
}

TEST(PodSecurity, LabelsOfTheNamespaceDecide) {
  model::Cluster c;
  c.server_version = "v1.33.13-eks-1";
  c.reads.push_back({"", "v1", "namespaces"});
  model::Namespace ns;
  ns.meta.name = "shop";
  c.namespaces.push_back(ns);
  model::PodSpec pod = hardened();
  pod.containers[0].probe_hosts = {"10.0.0.1"};
  const auto label = [&](const std::string& level, const std::string& version) {
    c.namespaces[0].meta.labels = {{"pod-security.kubernetes.io/enforce", level}, {"pod-security.kubernetes.io/enforce-version", version}};
    return admits(c, "shop", pod);
  };
  EXPECT_EQ(admits(c, "shop", pod), Tri::yes);
  EXPECT_EQ(label("restricted", "v1.34"), Tri::yes) << "a 1.33 server does not know the 1.34 check";
  EXPECT_EQ(label("restricted", "latest"), Tri::yes);
  c.server_version = "v1.36.0";
  EXPECT_EQ(label("restricted", "v1.33"), Tri::yes);
  EXPECT_EQ(label("baseline", "latest"), Tri::no);
  EXPECT_EQ(label("baseline", "v1.034"), Tri::no) << "a version that is none means latest";
  EXPECT_EQ(label("Baseline", "v1.33"), Tri::yes);
  pod.containers[0].allow_privilege_escalation.reset();
  EXPECT_EQ(label("Baseline", "v1.33"), Tri::no) << "a level that is none means restricted";
  EXPECT_EQ(admits(c, "gone", pod), Tri::yes);
  c.reads.clear();
  EXPECT_EQ(admits(c, "gone", pod), Tri::unknown);
}

}  // namespace
}  // namespace bulkhead::access
