#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(UbuntuTracker, StatusesByRelease) {
  const TestFeed feed = read_test_feed("ubuntu_tracker/good/CVE-2018-11496");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "ubuntu_tracker");
  const Affected* xenial = feed.affected("CVE-2018-11496", "lrzip", "Ubuntu:16.04:LTS");
  ASSERT_NE(xenial, nullptr);
  EXPECT_EQ(xenial->state, AffectedState::no_fix);  // needed
  const Affected* trusty = feed.affected("CVE-2018-11496", "lrzip", "Ubuntu:14.04:LTS");
  ASSERT_NE(trusty, nullptr);
  EXPECT_EQ(trusty->state, AffectedState::will_not_fix);
  EXPECT_EQ(trusty->note, "ignored: reached end-of-life");
  EXPECT_EQ(feed.affected("CVE-2018-11496", "lrzip", "Ubuntu:Pro:14.04:LTS"), nullptr);  // DNE
  EXPECT_EQ(feed.affected("CVE-2018-11496", "lrzip", "Ubuntu:19.10"), nullptr);          // never had extended support
  EXPECT_EQ(feed.advisory("CVE-2018-11496")->published, "2018-05-26");
}

TEST(UbuntuTracker, FixedVersions) {
  const TestFeed feed = read_test_feed("ubuntu_tracker/good/CVE-2018-14618");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.ranges("CVE-2018-14618", "curl", "Ubuntu:18.04:LTS"), "introduced 0\nfixed 7.58.0-2ubuntu3.3");  // USN-3765-1
}

TEST(UbuntuTracker, AFileWithoutItsCandidateIsRefused) {
  const TestFeed feed = read_test_feed("ubuntu_tracker/corrupt/CVE-2018-11496", "ubuntu_tracker");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("CVE-2018-11496"));
}

}  // namespace
}  // namespace bulkhead::advisory
