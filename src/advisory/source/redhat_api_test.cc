#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RedHatApi, FixedBuildsAndStates) {
  const TestFeed feed = read_test_feed("redhat_api/good/CVE-2022-1921.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "redhat_api");
  EXPECT_EQ(feed.ranges("CVE-2022-1921", "gstreamer1-plugins-good", "Red Hat:9"), "introduced 0\nfixed 1.18.4-6.el9");
  EXPECT_EQ(feed.affected("CVE-2022-1921", "gstreamer1-plugins-good", "Red Hat:9")->note, "RHSA-2023:2260");
  const Affected* eight = feed.affected("CVE-2022-1921", "gstreamer1-plugins-good", "Red Hat:8");
  ASSERT_NE(eight, nullptr);
  EXPECT_EQ(eight->state, AffectedState::will_not_fix);
  EXPECT_EQ(feed.advisory("CVE-2022-1921")->severity, "medium");
}

TEST(RedHatApi, ShortFormsGiveSeverityOnly) {
  const TestFeed feed = read_test_feed("redhat_api/good/CVE-2022-1921-min.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "redhat_api");
  EXPECT_TRUE(feed.advisory("CVE-2022-1921")->affected.empty());
  EXPECT_THAT(feed.advisory("CVE-2022-1921")->cvss, ElementsAre("CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"));
}

TEST(RedHatApi, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("redhat_api/corrupt/CVE-2022-1921.json", "redhat_api");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("CVE-2022-1921.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
