#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(DebianSupport, ReadsEndedAndLimitedSupport) {
  const TestFeed ended = read_test_feed("debian_support/good/security-support-ended.deb12");
  ASSERT_TRUE(ended.status) << ended.status.error().text();
  EXPECT_EQ(ended.row, "debian_support");
  const std::vector<Cycle> cycles = ended.all<Cycle>();
  const auto at = std::find_if(cycles.begin(), cycles.end(), [](const Cycle& c) { return c.cycle == "dnsdist"; });
  ASSERT_NE(at, cycles.end());
  EXPECT_EQ(at->product, "Debian:12 packages");
  EXPECT_EQ(at->latest, "1.7.3-2");
  EXPECT_EQ(at->end_of_life, "2025-10-01");
  EXPECT_THAT(at->codename, HasSubstr("No security support upstream"));
  const TestFeed limited = read_test_feed("debian_support/good/security-support-limited");
  ASSERT_TRUE(limited.status);
  EXPECT_EQ(limited.all<Cycle>().front().product, "Debian packages");
  EXPECT_EQ(limited.all<Cycle>().front().cycle, "adns");
  EXPECT_TRUE(ended.all<Skipped>().empty());
  EXPECT_TRUE(limited.all<Skipped>().empty());
}

TEST(DebianSupport, RefusesWhatIsNoList) {
  const TestFeed feed = read_test_feed("debian_support/corrupt/security-support-ended.deb12", "debian_support");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("security-support-ended.deb12"));
}

}  // namespace
}  // namespace bulkhead::advisory
