#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(Flatcar, ReleasesOfAChannel) {
  const TestFeed feed = read_test_feed("flatcar/good/releases-lts-2021.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "flatcar");
  const auto cycles = feed.all<Cycle>();
  ASSERT_FALSE(cycles.empty());
  for (const Cycle& c : cycles) {
    EXPECT_EQ(c.product, "flatcar");
    EXPECT_FALSE(c.released.empty());
    EXPECT_EQ(c.latest, cycles.front().latest);
  }
}

TEST(Flatcar, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("flatcar/corrupt/releases-lts-2021.json", "flatcar");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("releases-lts-2021.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
