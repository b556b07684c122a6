#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FedoraBodhi, ReadsRpmBuildsAndTheFlawsOfTheirBugs) {
  const TestFeed feed = read_test_feed("fedora_bodhi/good/F40.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "fedora_bodhi");
  EXPECT_THAT(said(feed, "CVE-2022-23518", "rubygem-rails-html-sanitizer"),
              ElementsAre("Fedora:40|introduced 0, fixed 1.6.0-1.fc40|0|FEDORA-2023-91e69ea326"));
  EXPECT_TRUE(feed.all<Skipped>().empty());
  const TestFeed containers = read_test_feed("fedora_bodhi/good/F29C.json");
  ASSERT_TRUE(containers.status);
  EXPECT_TRUE(containers.all<Advisory>().empty());  // its build is a container
}

TEST(FedoraBodhi, RefusesACutAnswer) {
  const TestFeed feed = read_test_feed("fedora_bodhi/corrupt/cut.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
