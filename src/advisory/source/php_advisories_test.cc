#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(PhpAdvisories, EveryBranchIsARange) {
  const TestFeed feed = read_test_feed("php_advisories/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "php_advisories");
  EXPECT_EQ(feed.ranges("CVE-2025-31485", "api-platform/graphql"),
            "introduced 0\nfixed 3.4.17\n\nintroduced 4.0.0\nfixed 4.0.22\n\nintroduced 4.1.0\nfixed 4.1.5");
  EXPECT_EQ(feed.affected("CVE-2025-31485", "api-platform/graphql")->ecosystem, "Packagist");
  EXPECT_EQ(feed.advisory("CVE-2025-31485")->published, "2025-04-03");
  EXPECT_THAT(feed.ranges("CVE-2018-7602", "drupal/core"), HasSubstr("introduced 8.5\nfixed 8.5.3"));
}

TEST(PhpAdvisories, WithoutACveThePathIsTheName) {
  const TestFeed feed = read_test_feed("php_advisories/good");
  ASSERT_TRUE(feed.status);
  EXPECT_THAT(feed.ranges("PHPSA-cakephp/cakephp/2015-08-06", "cakephp/cakephp"), HasSubstr("introduced 2.7.0\nfixed 2.7.2"));
}

TEST(PhpAdvisories, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("php_advisories/corrupt/cut.yaml", "php_advisories");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.yaml"));
}

}  // namespace
}  // namespace bulkhead::advisory
