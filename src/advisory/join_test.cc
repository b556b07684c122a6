#include <gmock/gmock.h>

#include "advisory/cvss_choice.h"
#include "advisory/join.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;

Advisory record(std::string id, std::vector<std::string> aliases, std::string package = "p") {
  Advisory a;
  a.id = std::move(id);
  a.aliases = std::move(aliases);
  if (!package.empty()) {
    a.affected.push_back({"npm", std::move(package), "introduced 0", {}});
  }
  return a;
}

Content content(std::vector<Advisory> advisories) {
  Content out;
  FeedContent& feed = out["osv/x"];
  feed.feed.key = "osv/x";
  feed.feed.source = "osv";
  feed.advisories = std::move(advisories);
  return out;
}

TEST(Join, AliasesAreSymmetricAndTransitive) {
  const Joined joined =
      join_flaws(content({record("GHSA-a", {"CVE-2024-0002"}), record("GO-2024-1", {"GHSA-a"}), record("NSWG-ECO-1", {"CVE-2024-0002"})}));
  ASSERT_EQ(joined.flaws.size(), 1U);
  EXPECT_EQ(joined.flaws[0].name, "CVE-2024-0002");
  EXPECT_THAT(joined.flaws[0].aliases, ElementsAre("GHSA-a", "GO-2024-1", "NSWG-ECO-1"));
}

TEST(Join, TheOldestCveNamesTheFlaw) {
  const Joined joined = join_flaws(content({record("GHSA-a", {"CVE-2024-10000", "CVE-2024-9999"})}));
  EXPECT_EQ(joined.flaws.at(0).name, "CVE-2024-9999");
}

TEST(Join, WithdrawnRecordsJoinNothing) {
  std::vector<Advisory> records = {record("GHSA-a", {"CVE-2024-1111"}), record("GHSA-b", {"CVE-2024-1112"}),
                                   record("GO-1", {"CVE-2024-1111", "CVE-2024-1112"})};
  records[2].withdrawn = "2024-08-21";
  EXPECT_EQ(join_flaws(content(records)).flaws.size(), 3U);
}

TEST(Join, ANameWithoutAPackageIsNoFlaw) {
  const Joined joined = join_flaws(content({record("CVE-2024-1111", {}, ""), record("CVE-2024-1112", {})}));
  ASSERT_EQ(joined.flaws.size(), 1U);
  EXPECT_EQ(joined.flaws[0].name, "CVE-2024-1112");
  EXPECT_THAT(joined.flaw_of.at(0), ElementsAre(0, 1));
}

TEST(CvssChoice, OneVectorSpeaksAndTheGravestEffectCounts) {
  const CvssChoice choice = choose_cvss({{20, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N"},
                                         {35, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H"},
                                         {20, "CVSS:3.1/nonsense"}});
  EXPECT_EQ(choice.vector, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H");
  EXPECT_DOUBLE_EQ(choice.score, 5.9);  // FIRST's calculator
  EXPECT_EQ(choice.severity, "medium");
  EXPECT_TRUE(choice.high_complexity);
  EXPECT_EQ(choice.effect, model::FlawEffect::control);
}

TEST(CvssChoice, AvailabilityAloneIsNoControl) {
  EXPECT_EQ(choose_cvss({{20, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}).effect, model::FlawEffect::availability);
  EXPECT_EQ(choose_cvss({}).effect, model::FlawEffect::unknown);
}

}  // namespace
}  // namespace bulkhead::advisory
