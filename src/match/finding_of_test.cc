// What a finding takes from the database, and its order.
#include "match/internal/finding_of.h"

#include <gmock/gmock.h>

#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One package with three flaws; the second is scored and known to be exploited, the third by ransomware.
advisory::Database scored_database() {
  advisory::Content content;
  advisory::FeedContent& records = content["osv/test"];
  records.feed.key = "osv/test";
  records.feed.source = "osv";
  for (const char* cve : {"CVE-2024-1111", "CVE-2024-2222", "CVE-2024-3333"}) {
    records.advisories.push_back(test_record(cve, {}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}));
  }
  records.finish();
  advisory::FeedContent& scores = content["epss"];
  scores.feed.key = "epss";
  scores.feed.source = "epss";
  scores.scores = {{"CVE-2024-2222", 41741, 741}, {"CVE-2024-3333", 0, -1}};
  scores.finish();
  advisory::FeedContent& exploited = content["kev"];
  exploited.feed.key = "kev";
  exploited.feed.source = "kev";
  exploited.exploited = {{"CVE-2024-2222", "2024-05-01", false, "x"}, {"CVE-2024-3333", "2024-05-01", true, "x"}};
  exploited.finish();
  const std::string path = testing::TempDir() + "scored.db";
  EXPECT_TRUE(advisory::write_database(content, path));
  return *advisory::Database::open(path);
}

TEST(FindingOf, NoScoreIsNotAScoreOfNothing) {
  const auto db = scored_database();
  const std::vector<model::Finding> all = match_inventory(test_inventory({"pkg:npm/x@1.0.0"}), db, kTestDay);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].epss, -1);
  EXPECT_EQ(all[0].epss_before, -1);
  EXPECT_FALSE(all[0].kev);
  EXPECT_DOUBLE_EQ(all[1].epss, 0.41741);
  EXPECT_DOUBLE_EQ(all[1].epss_before, 0.00741);
  EXPECT_TRUE(all[1].kev);
  EXPECT_EQ(all[1].exploit, model::ExploitEvidence::kev);
  EXPECT_EQ(all[2].epss, 0);
  EXPECT_EQ(all[2].epss_before, -1);
  EXPECT_TRUE(all[2].kev);
  EXPECT_EQ(all[2].exploit, model::ExploitEvidence::kev_ransomware);
}

TEST(FindingOf, ADatabaseThatNamesWhatItDoesNotHaveIsAnError) {
  const auto db = scored_database();
  auto records = *db.package("npm", "x");
  ASSERT_EQ(records.size(), 3U);
  records[0].advisory = 999;
  records[1].flaw = 999;
  for (const advisory::PackageRecord& record : records) {
    const auto finding = finding_of({}, {&record, {}}, db);
    EXPECT_EQ(finding.has_value(), &record == &records[2]);
    if (!finding) {
      EXPECT_THAT(finding.error().text(), HasSubstr("names a record that is not in it"));
    }
  }
}

TEST(FindingOf, FindingsAreSortedAndToldOnce) {
  std::vector<model::Finding> all(5);
  const char* const kWhere[][3] = {{"pkg:npm/b@1", "", "F-1"},
                                   {"pkg:npm/a@1", "y", "F-2"},
                                   {"pkg:npm/a@1", "x", "F-2"},
                                   {"pkg:npm/a@1", "x", "F-1"},
                                   {"pkg:npm/a@1", "y", "F-2"}};
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].purl = kWhere[i][0];
    all[i].paths = {kWhere[i][1]};
    all[i].id = kWhere[i][2];
  }
  sort_findings(all);
  std::vector<std::string> words;
  for (const model::Finding& f : all) {
    words.push_back(f.purl + " " + f.paths[0] + " " + f.id);
  }
  EXPECT_THAT(words, ElementsAre("pkg:npm/a@1 x F-1", "pkg:npm/a@1 x F-2", "pkg:npm/a@1 y F-2", "pkg:npm/b@1  F-1"));
}

}  // namespace
}  // namespace bulkhead::match
