#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(WolfiAdvisories, TheNewestEventDecides) {
  const TestFeed fixed = read_test_feed("wolfi_advisories/good/curl.advisories.yaml");
  ASSERT_TRUE(fixed.status) << fixed.status.error().text();
  EXPECT_EQ(fixed.row, "wolfi_advisories");
  EXPECT_FALSE(fixed.all<Advisory>().empty());
  EXPECT_TRUE(fixed.all<Skipped>().empty());
  for (const Advisory& a : fixed.all<Advisory>()) {
    EXPECT_TRUE(a.id.starts_with("CGA-")) << a.id;
    EXPECT_FALSE(a.aliases.empty()) << a.id;
    EXPECT_EQ(a.affected.front().ecosystem, "Wolfi");
    EXPECT_EQ(a.affected.front().package, "curl");
  }
  // Detected in February 2024, not to be fixed since November.
  const TestFeed lua = read_test_feed("wolfi_advisories/good/lua5.3.advisories.yaml");
  const Advisory* a = lua.advisory("CGA-jf7m-8wx7-62m5");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->affected.front().state, AffectedState::will_not_fix);
  EXPECT_THAT(a->aliases, testing::Contains("CVE-2020-15945"));
  EXPECT_EQ(a->published, "2024-02-14T13:32:21Z");
  EXPECT_EQ(a->modified, "2024-11-21T16:15:31Z");
  const TestFeed gcrypt = read_test_feed("wolfi_advisories/good/libgcrypt.advisories.yaml");
  ASSERT_NE(gcrypt.advisory("CGA-gfvq-j3vc-vxvm"), nullptr);
  EXPECT_EQ(gcrypt.advisory("CGA-gfvq-j3vc-vxvm")->affected.front().state, AffectedState::no_fix);
}

TEST(WolfiAdvisories, RefusesAnotherSchema) {
  const TestFeed feed = read_test_feed("wolfi_advisories/corrupt/schema1.advisories.yaml", "wolfi_advisories");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("schema1.advisories.yaml"));
}

}  // namespace
}  // namespace bulkhead::advisory
