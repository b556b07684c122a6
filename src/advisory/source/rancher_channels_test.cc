#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(RancherChannels, TheNewestReleaseOfEachMinor) {
  const TestFeed feed = read_test_feed("rancher_channels/good/channels.yaml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "rancher_channels");
  bool found = false;
  for (const Cycle& c : feed.all<Cycle>()) {
    EXPECT_EQ(c.product, "k3s");
    if (c.cycle == "1.21") {
      found = true;
      EXPECT_EQ(c.latest, "v1.21.14+k3s1");  // the last release of k3s 1.21
    }
  }
  EXPECT_TRUE(found);
}

TEST(RancherChannels, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("rancher_channels/corrupt/channels.yaml", "rancher_channels");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("channels.yaml"));
}

}  // namespace
}  // namespace bulkhead::advisory
