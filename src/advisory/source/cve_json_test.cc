#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CveJson, ReadsVectorsOfAllContainers) {
  const TestFeed feed = read_test_feed("cve_json/good/CVE-2024-1086.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "cve_json");
  const Advisory* a = feed.advisory("CVE-2024-1086");
  ASSERT_NE(a, nullptr);
  EXPECT_THAT(a->cvss, ElementsAre("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"));
  EXPECT_TRUE(a->affected.empty());
  EXPECT_THAT(a->summary, HasSubstr("nf_tables"));
}

TEST(CveJson, RefusesARecordWithoutAnId) {
  const TestFeed feed = read_test_feed("cve_json/corrupt/no-id.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-id.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
