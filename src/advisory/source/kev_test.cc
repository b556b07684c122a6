#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(Kev, ReadsDatesAndRansomwareUse) {
  const TestFeed feed = read_test_feed("kev/good/kev.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "kev");
  const auto entries = feed.all<Exploited>();
  ASSERT_EQ(entries.size(), 3U);
  bool log4shell = false;
  for (const Exploited& e : entries) {
    if (e.id == "CVE-2021-44228") {
      log4shell = true;
      EXPECT_EQ(e.date, "2021-12-10");
      EXPECT_TRUE(e.ransomware);
    }
  }
  EXPECT_TRUE(log4shell);
  EXPECT_THAT(feed.all<FeedInfo>().back().date, HasSubstr("2026-08-07"));
}

TEST(Kev, ReadsTheCsvForm) {
  const TestFeed feed = read_test_feed("kev/good/known_exploited_vulnerabilities.csv");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "kev");
  const auto entries = feed.all<Exploited>();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].id, "CVE-2025-48384");
  EXPECT_EQ(entries[0].name, "Git Link Following Vulnerability");
  EXPECT_EQ(entries[0].date, "2025-08-25");
  EXPECT_FALSE(entries[0].ransomware);
}

TEST(Kev, NamesTheFileWithoutAList) {
  const TestFeed feed = read_test_feed("kev/corrupt/no-list.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-list.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
