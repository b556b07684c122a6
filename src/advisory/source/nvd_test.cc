#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Nvd, ProductsByCpe) {
  const TestFeed feed = read_test_feed("nvd/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "nvd");
  EXPECT_EQ(feed.ranges("CVE-2026-27834", "piwigo:piwigo", "CPE"), "introduced 0\nfixed 16.3.0");  // Anchore's addition
  const Advisory* plugin = feed.advisory("CVE-2022-1576");
  ASSERT_NE(plugin, nullptr);
  EXPECT_THAT(plugin->cvss, ElementsAre("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:N", "AV:N/AC:M/Au:N/C:N/I:P/A:N"));
  ASSERT_EQ(plugin->affected.size(), 1U);
  EXPECT_EQ(plugin->affected[0].ranges, "introduced 0\nfixed 2.4.5");
  EXPECT_EQ(plugin->affected[0].note, "for wordpress");
}

TEST(Nvd, ReadsTheOldFeed) {
  const std::string path = testing::TempDir() + "nvdcve-1.1.json";
  // The form of feed 1.1 (ended 2023), shortened by hand from the sample that osv.dev keeps.
  ASSERT_TRUE(base::write_file_atomic(path, R"({"CVE_data_type":"CVE","CVE_Items":[{"cve":{"CVE_data_meta":{"ID":"CVE-2022-0090"},
    "description":{"description_data":[{"lang":"en","value":"GitLab"}]}},"configurations":{"nodes":[{"operator":"OR","children":[],
    "cpe_match":[{"vulnerable":true,"cpe23Uri":"cpe:2.3:a:gitlab:gitlab:*:*:*:*:community:*:*:*","versionStartIncluding":"14.6.0",
    "versionEndExcluding":"14.6.1"}]}]},"impact":{"baseMetricV3":{"cvssV3":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N"}}},
    "publishedDate":"2022-01-18T17:15Z"}]})"));
  const TestFeed feed = read_test_feed(path);
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "nvd");
  EXPECT_EQ(feed.ranges("CVE-2022-0090", "gitlab:gitlab"), "introduced 14.6.0\nfixed 14.6.1");
  EXPECT_EQ(feed.affected("CVE-2022-0090", "gitlab:gitlab")->note, "edition community");
}

TEST(Nvd, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("nvd/corrupt/cut.json", "nvd");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
