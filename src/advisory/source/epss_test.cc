#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(Epss, ReadsScoresDateAndModel) {
  const TestFeed feed = read_test_feed("epss/good/scores.csv");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "epss");
  const auto batches = feed.all<EpssScores>();
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0].rows.size(), 4U);
  for (const EpssScore& e : batches[0].rows) {
    if (e.cve == "CVE-2021-44228") {
      EXPECT_GT(e.score, 90'000U);  // the file says 0.94…
    }
  }
  EXPECT_EQ(feed.all<FeedInfo>().front().date, "2026-01-30T12:55:00Z");
  EXPECT_EQ(feed.all<FeedInfo>().front().note, "model v2025.03.14");
}

TEST(Epss, ASpoiltLineIsSkippedAndNamedTheOthersLive) {
  const std::string path = testing::TempDir() + "scores.csv";
  ASSERT_TRUE(base::write_file_atomic(
      path, "cve,epss,percentile\nCVE-2021-44228,0.5,0.9\nCVE-2021-1,7,0.9\nnot a line\nCVE-2021-45046,0.25,0.8\n"));
  const TestFeed feed = read_test_feed(path);
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  ASSERT_EQ(feed.all<EpssScores>().size(), 1U);
  EXPECT_EQ(feed.all<EpssScores>()[0].rows.size(), 2U);
  ASSERT_EQ(feed.all<Skipped>().size(), 2U);
  EXPECT_EQ(feed.all<Skipped>()[1].where, "scores.csv, line 4");
}

TEST(Epss, NamesTheLineBeforeTheHeader) {
  const TestFeed feed = read_test_feed("epss/corrupt/no-header.csv");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-header.csv:2"));
}

}  // namespace
}  // namespace bulkhead::advisory
