#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OpenVex, StatementsWithSubcomponents) {
  const TestFeed feed = read_test_feed("openvex/good/scan.openvex.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "openvex");
  const auto all = feed.all<VexStatement>();
  ASSERT_FALSE(all.empty());
  for (const VexStatement& s : all) {
    EXPECT_EQ(s.status, "not_affected");
    EXPECT_FALSE(s.justification.empty());
    EXPECT_EQ(s.products.size(), 1U);
    EXPECT_FALSE(s.subcomponents.empty());
    EXPECT_THAT(s.products[0], HasSubstr("pkg:golang/k8s.io/ingress-nginx/magefiles"));
  }
}

TEST(OpenVex, TheFirstVersionHasPlainTexts) {
  const TestFeed feed = read_test_feed("openvex/good/v0.0.1.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  const auto all = feed.all<VexStatement>();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_THAT(all[0].flaws, ElementsAre("CVE-2023-12345"));
  EXPECT_EQ(all[0].status, "fixed");
  EXPECT_THAT(all[0].products, ElementsAre("pkg:apk/wolfi/git@2.39.0-r1?arch=armv7"));
  EXPECT_EQ(all[0].author, "Wolfi J Inkinson");
}

TEST(OpenVex, ADocumentOfADistribution) {
  const TestFeed feed = read_test_feed("openvex/good/USN-7372-1.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_FALSE(feed.all<VexStatement>().empty());
  EXPECT_EQ(feed.all<VexStatement>().front().author, "Canonical Ltd.");
}

TEST(OpenVex, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("openvex/corrupt/cut.json", "openvex");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

TEST(OpenVex, NeedsStatements) {
  const TestFeed feed = read_test_feed("openvex/corrupt/no-statements.json", "openvex");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-statements.json"));
  EXPECT_THAT(feed.status.error().text(), HasSubstr("statements"));
}

}  // namespace
}  // namespace bulkhead::advisory
