// Rows of debian-security-support's lists for bookworm, as of 2026.
#include "match/internal/package_support.h"

#include <gmock/gmock.h>

#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using testing::ElementsAre;

advisory::Cycle row(const char* product, const char* package, const char* ends, const char* words) {
  advisory::Cycle c;
  c.product = product;
  c.cycle = package;
  c.end_of_life = ends;
  c.codename = words;
  return c;
}

advisory::Database lists() {
  return test_database({test_record("CVE-2024-1111", {}, {"Debian:12", "dnsdist", "introduced 0\nfixed 1.7.3-3", {}}),
                        test_record("CVE-2024-1112", {}, {"Debian:12", "dnsdist", "introduced 0", {}, AffectedState::no_fix}),
                        test_record("CVE-2024-1113", {}, {"Debian:12", "golang-1.19", "introduced 0", {}, AffectedState::no_fix}),
                        test_record("CVE-2024-1114", {}, {"Debian:11", "dnsdist", "introduced 0", {}, AffectedState::no_fix})},
                       {row("Debian:12 packages", "dnsdist", "2025-10-01T00:00:00Z", "no support upstream"),
                        row("Debian:12 packages", "php-horde.*", "2025-03-22T00:00:00Z", ""),
                        row("Debian packages", "golang.*", "limited", "see the release notes")});
}

// The lists were imported and nobody read them: dnsdist's open flaws counted as if a fix could come.
TEST(PackageSupport, EndedMeansThatNoFixComes) {
  const auto db = lists();
  std::vector<model::CoverageNote> coverage;
  const auto found = match_inventory(test_inventory({"pkg:deb/debian/dnsdist@1.7.3-2?distro=debian-12"}), db, kTestDay, &coverage);
  EXPECT_THAT(test_words(found), ElementsAre("CVE-2024-1111 fixed_available 1.7.3-3", "CVE-2024-1112 end_of_life"));
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].what, "advisories for Debian:12 dnsdist");
  EXPECT_EQ(coverage[0].why, "security support ended 2025-10-01, new flaws are not recorded for it: no support upstream");
  EXPECT_EQ(coverage[0].state, model::CoverageNote::State::skipped);
}
TEST(PackageSupport, OfAnotherReleaseSaysNothing) {
  const auto db = lists();
  std::vector<model::CoverageNote> coverage;
  const auto found = match_inventory(test_inventory({"pkg:deb/debian/dnsdist@1.5.1-3?distro=debian-11"}), db, kTestDay, &coverage);
  EXPECT_THAT(test_words(found), ElementsAre("CVE-2024-1114 no_fix"));
  EXPECT_TRUE(coverage.empty());
}
TEST(PackageSupport, LimitedIsToldAndChangesNoFinding) {
  const auto db = lists();
  std::vector<model::CoverageNote> coverage;
  const auto found = match_inventory(test_inventory({"pkg:deb/debian/golang-1.19@1.19.8-2?distro=debian-12"}), db, kTestDay, &coverage);
  EXPECT_THAT(test_words(found), ElementsAre("CVE-2024-1113 no_fix"));
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].why, "security support is limited: see the release notes");
  EXPECT_EQ(coverage[0].state, model::CoverageNote::State::read);  // judged: --strict does not fail for it
}
TEST(PackageSupport, RowsAreNamesOrBeginnings) {
  const auto db = lists();
  PackageSupportLists lists(db, kTestDay);
  EXPECT_TRUE((*lists.of("Debian:12", "php-horde-imp"))->ended);
  EXPECT_TRUE((*lists.of("Debian:12", "php-horde"))->ended);
  EXPECT_FALSE(*lists.of("Debian:12", "php-hord"));
  EXPECT_FALSE(*lists.of("Debian:12", "dnsdist-doc"));
  EXPECT_FALSE(*lists.of("Ubuntu:22.04:LTS", "dnsdist"));
}
TEST(PackageSupport, NotBeforeItsDay) {
  const auto db = lists();
  PackageSupportLists before(db, *base::parse_moment("2025-09-30T00:00:00Z"));
  EXPECT_FALSE(*before.of("Debian:12", "dnsdist"));
}

}  // namespace
}  // namespace bulkhead::match
