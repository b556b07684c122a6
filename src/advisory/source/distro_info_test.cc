#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(DistroInfo, ReleasesWithTheirEnds) {
  const TestFeed feed = read_test_feed("distro_info/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "distro_info");
  bool jammy = false, bookworm = false;
  for (const Cycle& c : feed.all<Cycle>()) {
    if (c.product == "ubuntu" && c.codename == "jammy") {
      jammy = true;
      EXPECT_EQ(c.cycle, "22.04");
      EXPECT_EQ(c.released, "2022-04-21");
      EXPECT_EQ(c.end_of_life, "2027-06-01");  // Canonical: standard support until June 2027
    }
    if (c.product == "debian" && c.codename == "bookworm") {
      bookworm = true;
      EXPECT_EQ(c.cycle, "12");
      EXPECT_EQ(c.end_of_life, "2028-06-30");  // LTS, as Debian's page says
    }
  }
  EXPECT_TRUE(jammy);
  EXPECT_TRUE(bookworm);
}

TEST(DistroInfo, AnotherHeaderIsRefused) {
  const TestFeed feed = read_test_feed("distro_info/corrupt/debian.csv", "distro_info");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("debian.csv"));
  EXPECT_THAT(feed.status.error().text(), HasSubstr("columns"));
}

}  // namespace
}  // namespace bulkhead::advisory
