#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(BottlerocketRelease, EveryReleaseAndTheNewest) {
  const TestFeed feed = read_test_feed("bottlerocket_release/good/Release.toml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "bottlerocket_release");
  std::vector<std::string> names;
  for (const Cycle& c : feed.all<Cycle>()) {
    EXPECT_EQ(c.latest, "1.26.1");
    names.push_back(c.cycle);
  }
  EXPECT_THAT(names, testing::Contains("0.3.1"));
  EXPECT_THAT(names, testing::Contains("1.26.1"));
}

TEST(BottlerocketRelease, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("bottlerocket_release/corrupt/Release.toml", "bottlerocket_release");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("Release.toml"));
}

}  // namespace
}  // namespace bulkhead::advisory
