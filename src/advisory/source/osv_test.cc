#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Osv, ReadsPublishersForms) {
  const TestFeed feed = read_test_feed("osv/good/mixed.zip");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "osv");
  const Advisory* withdrawn = feed.advisory("GO-2022-0617");
  ASSERT_NE(withdrawn, nullptr);
  EXPECT_EQ(withdrawn->withdrawn, "2024-08-21T16:25:56Z");
  const Advisory* debian = feed.advisory("DEBIAN-CVE-2023-38545");
  ASSERT_NE(debian, nullptr);
  EXPECT_THAT(debian->aliases, ElementsAre("CVE-2023-38545"));  // from `upstream`
  const Advisory* kubernetes = feed.advisory("CVE-2017-1002101");
  ASSERT_NE(kubernetes, nullptr);
  EXPECT_EQ(kubernetes->affected.at(0).ecosystem, "Kubernetes");
  EXPECT_EQ(kubernetes->affected[0].package, "kube-apiserver");
  EXPECT_THAT(kubernetes->cvss, ElementsAre("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"));  // inside `affected`
  const Advisory* mixed = feed.advisory("NSWG-ECO-151");
  ASSERT_NE(mixed, nullptr);
  EXPECT_EQ(mixed->affected.at(0).ranges, "introduced 1.0.0\nfixed 1.4.6\nintroduced 2.0.0\nlast_affected 2.0.0");
}

TEST(Osv, MaliciousPackagesAreTheAttackThemselves) {
  const TestFeed feed = read_test_feed("osv/good/MAL-2023-2183.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.advisory("MAL-2023-2183")->effect, "malicious");
  EXPECT_EQ(feed.ranges("MAL-2023-2183", "requuests-toolbelt", "PyPI"), "introduced 0");
}

TEST(Osv, WithdrawnInTheSummaryOnly) {
  const TestFeed feed = read_test_feed("osv/good/GHSA-85fq-56wq-gmcf.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_FALSE(feed.advisory("GHSA-85fq-56wq-gmcf")->withdrawn.empty());  // "Withdrawn Advisory: mariadb was malware"
}

TEST(Osv, YamlRecordsWithTags) {
  const TestFeed feed = read_test_feed("osv/good/OSV-2026-629.yaml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "osv");
  const Affected* thrift = feed.affected("OSV-2026-629", "thrift-java", "OSS-Fuzz");
  ASSERT_NE(thrift, nullptr);
  EXPECT_THAT(thrift->versions, ElementsAre("v0.23.0"));
  EXPECT_EQ(thrift->ranges, "");  // commits order no version
  EXPECT_EQ(feed.advisory("OSV-2026-629")->severity, "low");
}

// "introduced 0.24" is no semantic version: every version of the crate was unknown.
TEST(Osv, AnEndOfARangeMayLeavePartsOut) {
  const TestFeed feed = read_test_feed("osv/good/RUSTSEC-2026-0115.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(feed.ranges("RUSTSEC-2026-0115", "imageproc", "crates.io"),
              testing::StartsWith("introduced 0.24.0\nfixed 0.24.1\nintroduced 0.25.0\n"));
}

TEST(Osv, UbuntusPriorityAndPro) {
  const TestFeed feed = read_test_feed("osv/good/UBUNTU-CVE-2014-2901.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  const Advisory* a = feed.advisory("UBUNTU-CVE-2014-2901");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->severity, "medium");
  EXPECT_EQ(a->withdrawn, "2025-08-01T19:34:27Z");
  EXPECT_THAT(a->aliases, ElementsAre("CVE-2014-2901"));
  EXPECT_NE(feed.affected(a->id, "wolfssl", "Ubuntu:Pro:16.04:LTS"), nullptr);
}

TEST(Osv, GoKeepsSymbolsAndTheProjectsOwnVersions) {
  const TestFeed symbols = read_test_feed("osv/good/GO-2023-2102.json"), custom = read_test_feed("osv/good/GO-2024-2428.json");
  ASSERT_TRUE(symbols.status && custom.status);
  const Affected* net = symbols.affected("GO-2023-2102", "golang.org/x/net");
  ASSERT_NE(net, nullptr);
  EXPECT_THAT(net->symbols, HasSubstr("golang.org/x/net/http2: "));
  EXPECT_EQ(custom.ranges("GO-2024-2428", "k8s.io/ingress-nginx"), "introduced 0\nfixed 1.9.0");
}

TEST(Osv, AnErratumIsARecordForEachOfItsFlaws) {
  const std::string path = testing::TempDir() + "erratum.json";
  // The form of AlmaLinux's records, shortened by hand.
  ASSERT_TRUE(
      base::write_file_atomic(path, R"({"id":"ALSA-2024:1","modified":"2024-01-01T00:00:00Z","summary":"Moderate: x security update",
    "related":["CVE-2024-1111","CVE-2024-1112"],"affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"x"},
    "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0-2.el9"}]}]}]})"));
  const TestFeed feed = read_test_feed(path);
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.all<Advisory>().size(), 2U);
  EXPECT_EQ(feed.ranges("CVE-2024-1112", "x"), "introduced 0\nfixed 1.0-2.el9");
  EXPECT_EQ(feed.affected("CVE-2024-1112", "x")->note, "ALSA-2024:1");
  // A bug fix without a flaw's name is no flaw.
  ASSERT_TRUE(base::write_file_atomic(path, R"({"id":"ALBA-2024:2","modified":"2024-01-01T00:00:00Z","related":[],"affected":[{"package":
    {"ecosystem":"AlmaLinux:9","name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0-3.el9"}]}]}]})"));
  EXPECT_TRUE(read_test_feed(path).all<Advisory>().empty());
}

TEST(Osv, RefusesACutArchive) {
  const TestFeed feed = read_test_feed("osv/corrupt/cut.zip");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.zip"));
}

TEST(Osv, RefusesARecordWithoutAnId) {
  const TestFeed feed = read_test_feed("osv/corrupt/no-id.json", "osv");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-id.json"));
}

TEST(Osv, OneBadRecordOfAnArchiveIsSkippedAndNamed) {
  // Many names on one record are a collection, a wrong withdrawal date is no withdrawal.
  const std::string path = testing::TempDir() + "bad.json";
  ASSERT_TRUE(base::write_file_atomic(path, R"({"id":"X-1","modified":"2024-01-01T00:00:00Z","withdrawn":"soon","affected":[]})"));
  EXPECT_FALSE(read_test_feed(path, "osv").status);
  ASSERT_TRUE(base::write_file_atomic(
      path, R"({"id":"X-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1111","CVE-2024-1112","CVE-2024-1113",
      "CVE-2024-1114"],"affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]},
      {"package":{"ecosystem":"npm","name":"b"},"versions":["1.0.0"]}]})"));
  const TestFeed feed = read_test_feed(path);
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_TRUE(feed.advisory("X-1")->aliases.empty());
  ASSERT_EQ(feed.advisory("X-1")->affected.size(), 1U);
  EXPECT_EQ(feed.advisory("X-1")->affected[0].package, "b");
  ASSERT_EQ(feed.all<Skipped>().size(), 1U);
  EXPECT_THAT(feed.all<Skipped>()[0].where, HasSubstr("affected[0]"));
}

}  // namespace
}  // namespace bulkhead::advisory
