#include <gmock/gmock.h>

#include "advisory/internal/cyclonedx_flaws.h"
#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CycloneDxVex, ADisclosureReportGivesRanges) {
  const TestFeed feed = read_test_feed("cyclonedx_vex/good/vdr.cdx.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "cyclonedx_vex");
  // Log4Shell as Apache tells it: fixed in 2.3.1 (Java 6), 2.12.2 (Java 7) and 2.15.0.
  EXPECT_EQ(feed.ranges("CVE-2021-44228", "org.apache.logging.log4j:log4j-core", "Maven"),
            "introduced 2.0-beta9\nfixed 2.3.1\n\nintroduced 2.4\nfixed 2.12.2\n\nintroduced 2.13.0\nfixed 2.15.0");
  EXPECT_THAT(feed.ranges("CVE-2026-34480", "org.apache.logging.log4j:log4j-core"),
              HasSubstr("introduced 3.0.0-alpha1\nlast_affected 3.0.0-beta3"));
  EXPECT_THAT(feed.advisory("CVE-2026-40023")->cvss, testing::Contains(HasSubstr("CVSS:4.0/")));
  EXPECT_EQ(feed.all<FeedInfo>().back().date, "2026-04-10T11:53:17Z");
}

TEST(CycloneDxVex, AnAnalysisGivesAStatement) {
  const TestFeed feed = read_test_feed("cyclonedx_vex/good/vex.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "cyclonedx_vex");
  const auto all = feed.all<VexStatement>();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0].flaws, ElementsAre("CVE-2020-25649"));
  EXPECT_EQ(all[0].status, "not_affected");
  EXPECT_EQ(all[0].justification, "vulnerable_code_not_in_execute_path");
  EXPECT_THAT(all[0].products, ElementsAre("pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.10.0?type=jar"));
}

TEST(CycloneDxVex, AProductWithoutPurlIsCountedAndSkipped) {
  const TestFeed feed = read_test_feed("cyclonedx_vex/good/vex-not_affected.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_TRUE(feed.all<VexStatement>().empty());
  ASSERT_EQ(feed.all<Skipped>().size(), 1U);
  EXPECT_THAT(feed.all<Skipped>()[0].why, HasSubstr("neither purl nor CPE"));
}

TEST(CycloneDxVex, NamesTheCutFiles) {
  const TestFeed xml = read_test_feed("cyclonedx_vex/corrupt/vdr.cdx.xml", "cyclonedx_vex");
  ASSERT_FALSE(xml.status);
  EXPECT_THAT(xml.status.error().text(), HasSubstr("vdr.cdx.xml"));
  const TestFeed json = read_test_feed("cyclonedx_vex/corrupt/cut.json", "cyclonedx_vex");
  ASSERT_FALSE(json.status);
  EXPECT_THAT(json.status.error().text(), HasSubstr("cut.json"));
}

TEST(CycloneDxVex, VersionRanges) {
  // The purl specification's VERSION-RANGE-SPEC.
  EXPECT_EQ(vers_lines("vers:npm/1.2.3|>=2.0.0|<5.0.0"), "introduced 1.2.3\nlast_affected 1.2.3\nintroduced 2.0.0\nfixed 5.0.0");
  EXPECT_EQ(vers_lines("vers:pypi/<=1.0"), "introduced 0\nlast_affected 1.0");
  EXPECT_EQ(vers_lines("vers:all/*"), "introduced 0");
  EXPECT_FALSE(vers_lines("vers:pypi/!=1.0"));
  EXPECT_FALSE(vers_lines("1.0"));
}

}  // namespace
}  // namespace bulkhead::advisory
