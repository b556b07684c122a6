// Releases, their support, and what a release without data is told.
#include "match/internal/release.h"

#include <gmock/gmock.h>

#include "match/internal/support.h"
#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

advisory::Cycle cycle(std::string product, std::string name, std::string end, std::string extended = "") {
  advisory::Cycle c;
  c.product = std::move(product);
  c.cycle = std::move(name);
  c.end_of_life = std::move(end);
  c.extended = std::move(extended);
  return c;
}

base::Moment day(const char* text) { return *base::parse_moment(text); }

TEST(Support, TakesTheLongestCycleThatBeginsTheVersion) {
  const auto db = test_database(
      {}, {cycle("kubernetes", "1.3", "2017-01-01"), cycle("kubernetes", "1.33", "2026-06-28"), cycle("kubernetes", "1", "2030-01-01")});
  EXPECT_EQ((*support_of("kubernetes", "v1.33.13", db, kTestDay))->cycle, "1.33");
  EXPECT_EQ((*support_of("kubernetes", "1.33", db, kTestDay))->cycle, "1.33");
  EXPECT_EQ((*support_of("kubernetes", "1.33-eks-1", db, kTestDay))->cycle, "1.33");
  EXPECT_EQ((*support_of("kubernetes", "1.33+k3s1", db, kTestDay))->cycle, "1.33");
  EXPECT_EQ((*support_of("kubernetes", "1.331", db, kTestDay))->cycle, "1");  // 1.33 is no part of 1.331
  EXPECT_FALSE(*support_of("kubernetes", "2.0", db, kTestDay));
  EXPECT_FALSE(*support_of("etcd", "1.33", db, kTestDay));
}

TEST(Support, EndsOnTheDayItself) {
  const auto db = test_database({}, {cycle("debian", "12", "2026-06-10", "2028-06-30"), cycle("debian", "11", "2024-08-14", "2023-01-01"),
                                     cycle("debian", "13", "", "2030-06-30"), cycle("debian", "14", "never"), cycle("debian", "9", "")});
  EXPECT_FALSE((*support_of("debian", "12", db, day("2028-06-29")))->ended);
  EXPECT_TRUE((*support_of("debian", "12", db, day("2028-06-30")))->ended);
  EXPECT_EQ((*support_of("debian", "12", db, kTestDay))->ends, "2028-06-30");
  EXPECT_EQ((*support_of("debian", "11", db, kTestDay))->ends, "2024-08-14");  // extended support that ended before does not count
  EXPECT_EQ((*support_of("debian", "13", db, kTestDay))->ends, "2030-06-30");
  EXPECT_FALSE((*support_of("debian", "14", db, kTestDay))->ended);
  EXPECT_FALSE((*support_of("debian", "9", db, kTestDay))->ended);  // no date: not known to have ended
  EXPECT_EQ(support_note("debian", "12", db, day("2028-06-29")), "supported until 2028-06-30");
  EXPECT_EQ(support_note("debian", "12", db, day("2028-07-01")), "support ended 2028-06-30");
  EXPECT_EQ(support_note("debian", "14", db, kTestDay), "");
  EXPECT_EQ(support_note("debian", "9", db, kTestDay), "");
  EXPECT_EQ(support_note("debian", "8", db, kTestDay), "");
}

TEST(Release, WithoutDataBorrowsTheNextNewerOne) {
  const auto db = test_database({test_record("A", {}, {"Debian:11", "x", "introduced 0\nfixed 2", {}}),
                                 test_record("B", {}, {"Debian:12", "x", "introduced 0\nfixed 3", {}}),
                                 test_record("C", {}, {"Debian:9", "x", "introduced 0\nfixed 1", {}})});
  const Release ten = *release_of("Debian:10", db, kTestDay);
  EXPECT_TRUE(ten.borrowed);
  EXPECT_EQ(ten.ecosystem, "Debian:11");
  EXPECT_EQ(ten.note, "no advisories for Debian:10: its packages are compared with Debian:11 and stay unknown");
  EXPECT_EQ(release_of("Debian:13", db, kTestDay)->ecosystem, "Debian:12");  // none is newer: the newest
  EXPECT_EQ(release_of("Debian:8", db, kTestDay)->ecosystem, "Debian:9");
  const Release twelve = *release_of("Debian:12", db, kTestDay);
  EXPECT_FALSE(twelve.borrowed);
  EXPECT_FALSE(twelve.ended);
  EXPECT_EQ(twelve.note, "");
  EXPECT_EQ(release_of("Gentoo:1", db, kTestDay)->note, "no advisories for Gentoo:1: its packages are not judged");
}

TEST(Release, ABorrowedAnswerIsUnknownAndNamesNoFix) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Debian:11", "x", "introduced 0\nfixed 2", {}})});
  std::vector<model::CoverageNote> coverage;
  const auto found = match_inventory(test_inventory({"pkg:deb/debian/x@1?distro=debian-10"}), db, kTestDay, &coverage);
  EXPECT_THAT(test_words(found), ElementsAre("CVE-2024-1111 unknown"));
  EXPECT_THAT(found[0].reason.comparison, HasSubstr("no record speaks of Debian:10"));
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].what, "advisories for Debian:10");
  EXPECT_EQ(coverage[0].state, model::CoverageNote::State::skipped);
}

TEST(Release, PastItsSupportWhatHasNoFixIsEndOfLife) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Debian:11", "x", "introduced 0\nfixed 2", {}}),
                                 test_record("CVE-2024-1112", {}, {"Debian:11", "x", "introduced 0", {}, AffectedState::no_fix})},
                                {cycle("debian", "11", "2026-08-31")});
  std::vector<model::CoverageNote> coverage;
  const auto inventory = test_inventory({"pkg:deb/debian/x@1?distro=debian-11"});
  EXPECT_THAT(test_words(match_inventory(inventory, db, kTestDay, &coverage)),
              ElementsAre("CVE-2024-1111 fixed_available 2", "CVE-2024-1112 end_of_life"));
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].why, "Debian:11 is out of support since 2026-08-31: new flaws are not recorded for it");
  EXPECT_THAT(test_words(match_inventory(inventory, db, day("2026-08-30"))),
              ElementsAre("CVE-2024-1111 fixed_available 2", "CVE-2024-1112 no_fix"));
}

TEST(Release, TheDayOfAnEndIsToldWithoutItsTime) {
  const auto db =
      test_database({test_record("A", {}, {"Debian:11", "x", "introduced 0", {}})}, {cycle("debian", "11", "2026-08-31T12:00:00Z")});
  EXPECT_THAT(release_of("Debian:11", db, kTestDay)->note, HasSubstr("since 2026-08-31: "));
}

TEST(Release, TheLifeCycleProductsOfDistributions) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Rocky Linux:8", "x", "introduced 0", {}}),
                                 test_record("CVE-2024-1112", {}, {"Alpine:v3.19", "x", "introduced 0", {}})},
                                {cycle("rocky-linux", "8", "2020-01-01"), cycle("alpine-linux", "3.19", "2020-01-01")});
  EXPECT_TRUE(release_of("Rocky Linux:8", db, kTestDay)->ended);
  EXPECT_TRUE(release_of("Alpine:v3.19", db, kTestDay)->ended);
}

}  // namespace
}  // namespace bulkhead::match
