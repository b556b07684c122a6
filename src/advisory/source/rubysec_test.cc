#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RubySec, PessimisticRequirementsLeaveTheGaps) {
  const TestFeed feed = read_test_feed("rubysec/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "rubysec");
  // unaffected < 0.3.2; patched ~> 0.3.8, ~> 0.4.19, >= 0.5.6. GitHub's advisory: 0.3.2 – 0.3.7, 0.4.0 – 0.4.18, 0.5.0 – 0.5.5.
  EXPECT_EQ(feed.ranges("CVE-2025-25186", "net-imap"),
            "introduced 0.3.2\nfixed 0.3.8\nintroduced 0.4.a\nfixed 0.4.19\nintroduced 0.5.a\nfixed 0.5.6");
  EXPECT_THAT(feed.advisory("CVE-2025-25186")->aliases, ElementsAre("GHSA-7fc5-f82f-cx69"));
  EXPECT_EQ(feed.advisory("CVE-2025-25186")->severity, "medium");  // cvss_v3: 6.5
}

TEST(RubySec, EnginesAndOldNames) {
  const TestFeed feed = read_test_feed("rubysec/good");
  ASSERT_TRUE(feed.status);
  EXPECT_EQ(feed.ranges("CVE-2022-25857", "jruby", "Ruby"), "introduced 0\nfixed 9.3.8.0");
  EXPECT_EQ(feed.ranges("OSVDB-95376", "activerecord-oracle_enhanced-adapter", "RubyGems"), "introduced 0\nfixed 1.1.8");
}

TEST(RubySec, AFileWithoutANameIsRefused) {
  const TestFeed feed = read_test_feed("rubysec/corrupt/no-name.yml", "rubysec");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-name.yml"));
}

}  // namespace
}  // namespace bulkhead::advisory
