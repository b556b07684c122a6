#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(NodeCore, AffectedIsVulnerableWithoutPatched) {
  const TestFeed feed = read_test_feed("node_core/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "node_core");
  // vulnerable 20.x || 22.x || 24.x || 25.x, patched ^20.20.2 || ^22.22.2 || ^24.14.1 || ^25.8.2
  EXPECT_EQ(feed.ranges("CVE-2026-21717", "node", "Node.js"),
            "introduced 20.0.0-0\nfixed 20.20.2\nintroduced 22.0.0-0\nfixed 22.22.2\nintroduced 24.0.0-0\nfixed 24.14.1\n"
            "introduced 25.0.0-0\nfixed 25.8.2");
  // 5.x had no fix: it ends with its line.
  EXPECT_THAT(feed.ranges("CVE-2017-1000381", "node"), HasSubstr("introduced 5.0.0-0"));
  EXPECT_EQ(feed.advisory("CVE-2017-1000381")->severity, "high");
  EXPECT_EQ(feed.ranges("NODE-CORE-17", "node"), "introduced 6.0.0-0\nfixed 6.7.0");  // without a CVE
}

TEST(NodeCore, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("node_core/corrupt/17.json", "node_core");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("17.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
