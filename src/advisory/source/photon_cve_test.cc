#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(PhotonCve, TakesTheReleaseFromTheFilesName) {
  const TestFeed feed = read_test_feed("photon_cve/good/cve_data_photon4.0.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "photon_cve");
  EXPECT_THAT(said(feed, "CVE-2025-9086", "curl-libs"), ElementsAre("Photon OS:4|introduced 0, fixed 8.16.0-1.ph4|0|"));
  // "UNK-1" three times and "Re": no names of flaws.
  EXPECT_EQ(feed.all<Skipped>().size(), 4U);
  const TestFeed five = read_test_feed("photon_cve/good/cve_data_photon5.0.json");
  EXPECT_THAT(said(five, "BDSA-2025-13833", "consul"), ElementsAre("Photon OS:5||5|"));
}

TEST(PhotonCve, RefusesACutFile) {
  const TestFeed feed = read_test_feed("photon_cve/corrupt/cve_data_photon5.0.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cve_data_photon5.0.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
