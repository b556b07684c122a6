#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(RockyErrata, ReadsPagesOfTheApi) {
  const TestFeed feed = read_test_feed("rocky_errata/good/page1.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "rocky_errata");
  EXPECT_THAT(said(feed, "CVE-2025-58183", "delve"), ElementsAre("Rocky Linux:10|introduced 0, fixed 1.25.2-1.el10_1|0|RLSA-2025:21816"));
  EXPECT_THAT(feed.advisory("CVE-2025-58183")->cvss, ElementsAre("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"));
  EXPECT_EQ(feed.advisory("CVE-2025-58183")->severity, "medium");
}

TEST(RockyErrata, RefusesACutPage) {
  const TestFeed feed = read_test_feed("rocky_errata/corrupt/cut.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
