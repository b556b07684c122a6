#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(EscapeCatalogue, ReadsPairsStreamsAndRuntimes) {
  const TestFeed feed = read_test_feed("escape_catalogue/good/catalogue.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "escape_catalogue");
  const Advisory* pipe = feed.advisory("CVE-2022-0847");
  ASSERT_NE(pipe, nullptr);
  EXPECT_EQ(pipe->affected.at(0).state, AffectedState::frozen);
  EXPECT_EQ(pipe->effect, "control");
  EXPECT_THAT(pipe->affected[0].ranges, HasSubstr("fixed 5.15.25"));
  const Advisory* leak = feed.advisory("CVE-2024-21626");
  ASSERT_NE(leak, nullptr);
  EXPECT_EQ(leak->affected.at(0).ecosystem, "Runtime");
  EXPECT_EQ(leak->affected[0].package, "runc");
  EXPECT_EQ(leak->affected[0].ranges, "introduced 1.0.0-rc93\nfixed 1.1.12");
}

TEST(EscapeCatalogue, RefusesAFileWithoutRows) {
  const TestFeed feed = read_test_feed("escape_catalogue/corrupt/no-rows.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-rows.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
