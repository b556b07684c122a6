#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(UbuntuUsn, EveryFlawOfANotice) {
  const TestFeed feed = read_test_feed("ubuntu_usn/good/database-4011-1.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "ubuntu_usn");
  // USN-4011-1: Jinja2, CVE-2016-10745 and CVE-2019-10906.
  EXPECT_EQ(feed.ranges("CVE-2019-10906", "jinja2", "Ubuntu:16.04:LTS"), "introduced 0\nfixed 2.8-1ubuntu0.1");
  EXPECT_EQ(feed.affected("CVE-2016-10745", "jinja2", "Ubuntu:16.04:LTS")->note, "USN-4011-1");
}

TEST(UbuntuUsn, OldNoticesHaveNoPockets) {
  const TestFeed feed = read_test_feed("ubuntu_usn/good/database-all.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(feed.ranges("CVE-2009-0698", "xine-lib", "Ubuntu:8.04:LTS"), HasSubstr("fixed 1.1.11.1-1ubuntu3.4"));  // USN-763-1
}

TEST(UbuntuUsn, PagesOfTheApi) {
  const TestFeed feed = read_test_feed("ubuntu_usn/good/notices.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "ubuntu_usn");
  EXPECT_GT(feed.all<Advisory>().size(), 0U);
}

TEST(UbuntuUsn, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("ubuntu_usn/corrupt/database-all.json", "ubuntu_usn");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("database-all.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
