#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Glsa, ReadsRangesSlotsAndFlaws) {
  const TestFeed feed = read_test_feed("glsa/good/glsa-202511-02.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "glsa");
  EXPECT_THAT(said(feed, "CVE-2025-24201", "net-libs/webkit-gtk"),
              ElementsAre("Gentoo|introduced 0, fixed 2.48.5|0|GLSA-202511-02; slots 4.1 6"));
  EXPECT_EQ(feed.advisory("CVE-2025-24201")->severity, "high");
  EXPECT_EQ(feed.advisory("CVE-2025-24201")->published, "2025-11-24");
  for (const char* other : {"glsa/good/glsa-201709-09.xml", "glsa/good/glsa-202305-28.xml", "glsa/good/glsa-202512-01.xml"}) {
    const TestFeed one = read_test_feed(other);
    ASSERT_TRUE(one.status) << other;
    EXPECT_FALSE(one.all<Advisory>().empty()) << other;
    EXPECT_TRUE(one.all<Skipped>().empty()) << other;
  }
}

TEST(Glsa, RefusesACutFile) {
  const TestFeed feed = read_test_feed("glsa/corrupt/glsa-cut.xml");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("glsa-cut.xml:"));
}

}  // namespace
}  // namespace bulkhead::advisory
