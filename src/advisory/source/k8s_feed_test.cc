#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(K8sFeed, NamesDateVectorAndStatus) {
  const TestFeed feed = read_test_feed("k8s_feed/good/official-cve-feed-sample-2025-04-30.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "k8s_feed");
  const Advisory* a = feed.advisory("CVE-2025-1974");
  ASSERT_NE(a, nullptr);
  EXPECT_THAT(a->cvss, ElementsAre("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
  EXPECT_EQ(a->summary, "ingress-nginx admission controller RCE escalation");
  EXPECT_TRUE(a->affected.empty());
  EXPECT_EQ(feed.fact("k8s_status", "CVE-2025-1974"), "open");
  EXPECT_EQ(feed.all<FeedInfo>().back().date, "2025-04-30T00:11:05Z");
}

TEST(K8sFeed, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("k8s_feed/corrupt/cut.json", "k8s_feed");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
