#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(LifeCycle, ReadsSupportAndItsExtension) {
  const TestFeed feed = read_test_feed("life_cycle/good/debian.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "life_cycle");
  for (const Cycle& c : feed.all<Cycle>()) {
    EXPECT_EQ(c.product, "debian");
    if (c.cycle == "12") {
      EXPECT_EQ(c.end_of_life, "2026-07-11");
      EXPECT_EQ(c.extended, "2028-06-30");
      EXPECT_EQ(c.codename, "Bookworm");
    }
  }
  EXPECT_GE(feed.all<Cycle>().size(), 6U);
}

TEST(LifeCycle, RefusesAnObject) {
  const TestFeed feed = read_test_feed("life_cycle/corrupt/object.json", "life_cycle");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("object.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
