#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(RetireJs, LibrariesWithAndWithoutANameOnNpm) {
  const TestFeed feed = read_test_feed("retirejs/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "retirejs");
  bool npm = false, library = false;
  for (const Advisory& a : feed.all<Advisory>()) {
    ASSERT_EQ(a.affected.size(), 1U);
    npm = npm || (a.affected[0].ecosystem == "npm" && a.affected[0].package == "connect" && a.affected[0].ranges == "introduced 0\nfixed 2.8.1");
    library = library || (a.affected[0].ecosystem == "JavaScript" && a.affected[0].package == "jquery-mobile");
    EXPECT_NE(a.affected[0].package, "retire-example");
  }
  EXPECT_TRUE(npm);
  EXPECT_TRUE(library);
}

TEST(RetireJs, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("retirejs/corrupt/jsrepository.json", "retirejs");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("jsrepository.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
