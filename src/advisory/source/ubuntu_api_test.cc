#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(UbuntuApi, StatusesByRelease) {
  const TestFeed feed = read_test_feed("ubuntu_api/good/cves.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "ubuntu_api");
  const Affected* django = feed.affected("CVE-2025-27556", "python-django", "Ubuntu:22.04:LTS");
  ASSERT_NE(django, nullptr);
  EXPECT_EQ(django->state, AffectedState::not_affected);
  EXPECT_EQ(django->note, "not-affected: windows specific");
  EXPECT_EQ(feed.advisory("CVE-2025-27556")->severity, "medium");
}

TEST(UbuntuApi, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("ubuntu_api/corrupt/cves.json", "ubuntu_api");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cves.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
