#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(BottlerocketAdvisories, ReadsProductsAndTheirVersions) {
  const TestFeed feed = read_test_feed("bottlerocket_advisories/good/BRSA-0h4z1xmewjhf.toml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "bottlerocket_advisories");
  EXPECT_THAT(said(feed, "CVE-2024-0126", "kmod-6.1-nvidia"),
              ElementsAre("Bottlerocket|introduced 0, fixed 1:1.0.0-0|0|BRSA-0h4z1xmewjhf"));
  EXPECT_EQ(feed.advisory("CVE-2024-0126")->severity, "high");
  EXPECT_EQ(feed.advisory("CVE-2024-0126")->published, "2024-10-23T02:50:50Z");
  // The upstream build's name as version: the version alone counts.
  const TestFeed early = read_test_feed("bottlerocket_advisories/good/BRSA-1j0o73qa.toml");
  ASSERT_TRUE(early.status);
  EXPECT_THAT(said(early, "CVE-2024-36933", "kernel-5.15"), ElementsAre("Bottlerocket|introduced 0, fixed 5.15.160|0|BRSA-1j0o73qa"));
}

TEST(BottlerocketAdvisories, RefusesACutFile) {
  const TestFeed feed = read_test_feed("bottlerocket_advisories/corrupt/BRSA-cut.toml");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("BRSA-cut.toml"));
}

}  // namespace
}  // namespace bulkhead::advisory
