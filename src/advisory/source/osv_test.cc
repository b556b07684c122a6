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
