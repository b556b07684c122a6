#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(ApkSecdb, ReadsAlpinesJson) {
  const TestFeed feed = read_test_feed("apk_secdb/good/v3.19-main.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "apk_secdb");
  EXPECT_THAT(said(feed, "CVE-2022-37434", "zlib"), testing::ElementsAre("Alpine:v3.19|introduced 0, fixed 1.2.12-r2|0|"));
  EXPECT_THAT(said(feed, "CVE-2023-45853", "zlib"), testing::ElementsAre("Alpine:v3.19||5|"));  // version 0: never affected
  EXPECT_TRUE(feed.all<Skipped>().empty());
  ASSERT_EQ(feed.all<FeedInfo>().size(), 1U);
  EXPECT_EQ(feed.all<FeedInfo>().front().part, "Alpine:v3.19/main");
}

TEST(ApkSecdb, ReadsTheOldYaml) {
  const TestFeed feed = read_test_feed("apk_secdb/good/v3.11-main.yaml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2019-1551", "openssl"), testing::ElementsAre("Alpine:v3.11|introduced 0, fixed 1.1.1d-r3|0|"));
}

TEST(ApkSecdb, KeepsAnUpstreamAdvisoryBesideAFlawAsANote) {
  const TestFeed feed = read_test_feed("apk_secdb/good/edge-main.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2020-29568", "xen"), testing::ElementsAre("Alpine:edge||5|CVE-2020-29568 XSA-349"));
  EXPECT_TRUE(said(feed, "XSA-349", "xen").empty());  // it may cover several flaws: no name of one
}

TEST(ApkSecdb, ReadsWolfisSecurityJson) {
  const TestFeed feed = read_test_feed("apk_secdb/good/security.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2024-29902", "aactl"), testing::ElementsAre("Wolfi|introduced 0, fixed 0.4.12-r10|0|"));
}

TEST(ApkSecdb, TellsNamesFromWords) {
  // The strings are Alpine's and Wolfi's own, put together.
  const std::string text =
      R"json({"apkurl":"x","reponame":"os","urlprefix":"https://packages.wolfi.dev","packages":[{"pkg":{"name":"a","secfixes":{"1-r0":[
      "GHSA-rpmj-rpgj-qmpm","CVE-2018-16300 (BGP)","CVE-2020-14342 (Not affected, requires --with-systemd)","wnpa-sec-2017-18","N/A"]}}}]})json";
  TestFeed feed;
  Sink sink([&](std::string_view line) -> base::Status {
    feed.records.push_back(*from_line(line));
    return {};
  });
  ASSERT_TRUE(find_source("apk_secdb")->parse({"x.json", "x.json", text}, {}, sink));
  EXPECT_EQ(said(feed, "GHSA-rpmj-rpgj-qmpm", "a").size(), 1U);
  EXPECT_EQ(said(feed, "wnpa-sec-2017-18", "a").size(), 1U);
  EXPECT_THAT(said(feed, "CVE-2018-16300", "a"), testing::ElementsAre("Wolfi|introduced 0, fixed 1-r0|0|CVE-2018-16300 (BGP)"));
  EXPECT_THAT(said(feed, "CVE-2020-14342", "a"), testing::ElementsAre(HasSubstr("Wolfi||5|")));
  EXPECT_EQ(feed.all<Skipped>().size(), 1U);  // N/A
}

TEST(ApkSecdb, RefusesBrokenFilesWithNameAndPlace) {
  const TestFeed cut = read_test_feed("apk_secdb/corrupt/cut.json");
  ASSERT_FALSE(cut.status);
  EXPECT_THAT(cut.status.error().text(), HasSubstr("cut.json"));
  const TestFeed tab = read_test_feed("apk_secdb/corrupt/broken.yaml");
  ASSERT_FALSE(tab.status);
  EXPECT_THAT(tab.status.error().text(), HasSubstr("broken.yaml:"));
}

}  // namespace
}  // namespace bulkhead::advisory
