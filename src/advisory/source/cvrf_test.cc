#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Cvrf, ReadsSuse) {
  const TestFeed feed = read_test_feed("cvrf/good/cvrf-suse-su-2019-1608-1.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "cvrf");
  const std::vector<std::string> lines = said(feed, "CVE-2019-1559", "libopenssl0_9_8");
  EXPECT_THAT(lines, Contains("SUSE:12.4|introduced 0, fixed 0.9.8j-106.12.1|0|SUSE-SU-2019:1608-1"));
  EXPECT_THAT(lines, Contains("SUSE:12.5|introduced 0, fixed 0.9.8j-106.12.1|0|SUSE-SU-2019:1608-1"));  // a module of every service pack
  EXPECT_EQ(feed.advisory("CVE-2019-1559")->severity, "medium");
  const TestFeed by_cve = read_test_feed("cvrf/good/cvrf-CVE-2022-41160.xml");
  ASSERT_TRUE(by_cve.status);
  EXPECT_THAT(said(by_cve, "CVE-2022-41160", "freerdp"), Contains(HasSubstr("SUSE:15.3|introduced 0, fixed 2.1.2-150200.15.18.1|0")));
}

TEST(Cvrf, ReadsOpenEuler) {
  const TestFeed feed = read_test_feed("cvrf/good/cvrf-openEuler-SA-2025-1379.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2023-6879", "firefox"),
              ElementsAre("openEuler:22.03-LTS-SP3|introduced 0, fixed 128.8.0-1.oe2203sp3|0|openEuler-SA-2025-1379"));
  EXPECT_THAT(feed.advisory("CVE-2023-32216")->cvss, ElementsAre("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
}

TEST(Cvrf, NamesTheByteThatIsNoUtf8) {
  const TestFeed feed = read_test_feed("cvrf/corrupt/cvrf-opensuse-su-2016-0874-1.xml");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cvrf-opensuse-su-2016-0874-1.xml:"));
}

}  // namespace
}  // namespace bulkhead::advisory
