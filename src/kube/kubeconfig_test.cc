#include "kube/kubeconfig.h"

#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "kube/exec_plugin.h"
#include "kube/recorder.h"

namespace bulkhead::kube {
namespace {

// Expectations about merging and precedence are those of kubectl v1.32 (`kubectl config view --minify --flatten --raw`),
// compared with the program itself in tests/system/snapshot_real.py.
class Kubeconfig : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/bulkhead-kubeconfig-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::unsetenv("KUBECONFIG");
    ::setenv("HOME", folder_.c_str(), 1);
    ::unsetenv("KUBERNETES_SERVICE_HOST");
  }
  void TearDown() override { EXPECT_EQ(std::system(("rm -r " + folder_).c_str()), 0); }
  std::string write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(base::write_file_atomic(folder_ + "/" + name, text));
    return folder_ + "/" + name;
  }
  std::string folder_;
};

const char* const kMain = R"(
apiVersion: v1
kind: Config
current-context: a
contexts:
- name: a
  context: {cluster: one, user: me, namespace: shop}
- name: b
  context: {cluster: two, user: other}
clusters:
- name: one
  cluster: {server: "https://10.0.0.1:6443/", certificate-authority-data: Q0E=, certificate-authority: nowhere.pem, tls-server-name: api, proxy-url: "http://p:1"}
- name: two
  cluster: {server: "https://two", insecure-skip-tls-verify: true, certificate-authority: ca.pem}
users:
- name: me
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ, as: someone, as-groups: [g1, g2]}
- name: other
  user: {token: inline, tokenFile: token.txt}
)";

TEST_F(Kubeconfig, ReadsTheCurrentContext) {
  const auto access = find_cluster_access({.file = write("config", kMain)});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(access->context, "a");
  EXPECT_EQ(access->server, "https://10.0.0.1:6443");
  EXPECT_EQ(access->ca_pem, "CA");
  EXPECT_EQ(access->client_cert_pem, "CERT");
  EXPECT_EQ(access->client_key_pem, "KEY");
  EXPECT_EQ(access->tls_server_name, "api");
  EXPECT_EQ(access->proxy_url, "http://p:1");
  EXPECT_EQ(access->as_user, "someone");
  EXPECT_THAT(access->as_groups, testing::ElementsAre("g1", "g2"));
  EXPECT_FALSE(access->insecure);
}

TEST_F(Kubeconfig, ReadsFilesFromItsOwnFolderAndATokenFileBeforeAToken) {
  write("ca.pem", "FILE CA");
  write("token.txt", "from-file\n");
  const auto access = find_cluster_access({.file = write("config", kMain), .context = "b"});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(access->ca_pem, "FILE CA");
  EXPECT_EQ(access->token, "from-file");
  EXPECT_TRUE(access->insecure);
}

TEST_F(Kubeconfig, MergesAListOfFilesAndTheFirstWins) {
  const std::string first = write("first", "current-context: b\nusers: [{name: other, user: {token: first}}]\n");
  const std::string second = write("second", kMain);
  write("ca.pem", "CA");
  ::setenv("KUBECONFIG", (first + ":" + folder_ + "/missing:" + second).c_str(), 1);
  const auto access = find_cluster_access({});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(access->context, "b");
  EXPECT_EQ(access->token, "first");
  EXPECT_EQ(access->server, "https://two");
}

TEST_F(Kubeconfig, SaysWhatIsMissing) {
  EXPECT_EQ(find_cluster_access({}).error().kind, base::ErrorKind::not_found);
  const std::string config = write("config", kMain);
  const auto context = find_cluster_access({.file = config, .context = "c"});
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().hint, "it holds: a, b");
  EXPECT_FALSE(find_cluster_access({.file = config, .context = "b"}));  // ca.pem is not there
  EXPECT_EQ(find_cluster_access({.file = write("none", "contexts: []\n")}).error().kind, base::ErrorKind::usage);
  const auto damaged = find_cluster_access({.file = write("damaged", "contexts: [\n")});
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().text(), testing::HasSubstr("damaged:2"));
}

TEST_F(Kubeconfig, RunsAnExecPlugin) {
  const std::string plugin =
      write("plugin",
            "#!/bin/sh\necho \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\","
            "\\\"status\\\":{\\\"token\\\":\\\"$1-$WORD-$(echo $KUBERNETES_EXEC_INFO | grep -c ExecCredential)\\\"}}\"\n");
  ASSERT_EQ(::chmod(plugin.c_str(), 0700), 0);
  const std::string config = write(
      "config",
      "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://x'}}]\n"
      "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [arg], "
      "env: [{name: WORD, value: word}]}}}]\n");
  auto access = find_cluster_access({.file = config});
  ASSERT_TRUE(access) << access.error().text();
  ASSERT_TRUE(access->exec);
  const auto status = run_exec_plugin(*access);
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(access->token, "arg-word-1");

  access->exec->command = folder_ + "/nowhere";
  access->exec->install_hint = "install it";
  const auto missing = run_exec_plugin(*access);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().hint, "install it");
  access->exec->command = "/bin/false";
  EXPECT_THAT(run_exec_plugin(*access).error().text(), testing::HasSubstr("exit code 1"));
  access->exec->command = "/bin/echo";
  EXPECT_FALSE(run_exec_plugin(*access));
}

TEST(GrantHint, NamesWhoWasRefused) {
  EXPECT_THAT(
      grant_hint(*find_resource("apps", "deployments"), R"(deployments.apps is forbidden: User "system:serviceaccount:a:b" cannot list)"),
      testing::AllOf(testing::HasSubstr("--resource=deployments.apps"), testing::HasSubstr("--serviceaccount=a:b")));
  EXPECT_THAT(grant_hint(*find_resource("", "pods"), R"(User "jane" cannot)"), testing::HasSubstr("--user=jane"));
}

}  // namespace
}  // namespace bulkhead::kube
