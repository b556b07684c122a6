#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ArchAvg, ReadsGroups) {
  const TestFeed feed = read_test_feed("arch_avg/good/all.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "arch_avg");
  EXPECT_THAT(said(feed, "CVE-2024-6387", "openssh"), ElementsAre("Arch Linux|introduced 0, fixed 9.8p1-1|0|AVG-2855"));
  EXPECT_THAT(said(feed, "CVE-2024-12084", "rsync"), ElementsAre("Arch Linux|introduced 0, fixed 3.4.0-1|0|AVG-2858"));
  std::set<AffectedState> states;
  for (const Advisory& a : feed.all<Advisory>()) {
    states.insert(a.affected.front().state);
  }
  EXPECT_TRUE(states.contains(AffectedState::no_fix));
  EXPECT_TRUE(states.contains(AffectedState::not_affected));
  EXPECT_TRUE(states.contains(AffectedState::under_investigation));
  const TestFeed upstream = read_test_feed("arch_avg/good/sample-avg-20-4.json");
  ASSERT_TRUE(upstream.status);
  EXPECT_EQ(upstream.row, "arch_avg");
  EXPECT_THAT(said(upstream, "CVE-2016-7167", "curl"), ElementsAre("Arch Linux|introduced 0, fixed 7.50.3-1|0|AVG-20"));
}

TEST(ArchAvg, RefusesACutFile) {
  const TestFeed feed = read_test_feed("arch_avg/corrupt/cut.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
