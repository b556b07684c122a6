#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(RepositoryCpe, ProductsOfARepository) {
  const TestFeed feed = read_test_feed("repository_cpe/good/repository-to-cpe.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "repository_cpe");
  EXPECT_THAT(feed.fact("repository_cpe", "rhel-9-for-x86_64-baseos-rpms"), HasSubstr("cpe:/o:redhat:enterprise_linux:9::baseos"));
}

TEST(RepositoryCpe, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("repository_cpe/corrupt/repository-to-cpe.json", "repository_cpe");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("repository-to-cpe.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
