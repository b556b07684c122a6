#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(DebianAdvisories, ReadsBothLists) {
  const TestFeed dsa = read_test_feed("debian_advisories/good/DSA/list");
  ASSERT_TRUE(dsa.status) << dsa.status.error().text();
  EXPECT_EQ(dsa.row, "debian_advisories");
  EXPECT_THAT(said(dsa, "CVE-2021-3711", "openssl"), ElementsAre("Debian:10|introduced 0, fixed 1.1.1d-0+deb10u7|0|DSA-4963-1",
                                                                 "Debian:11|introduced 0, fixed 1.1.1k-1+deb11u1|0|DSA-4963-1"));
  EXPECT_EQ(dsa.advisory("CVE-2021-3711")->published, "2021-08-24");
  EXPECT_EQ(dsa.advisory("DSA-5356-2"), nullptr);     // mends a regression of DSA-5356-1, no flaw
  EXPECT_EQ(dsa.advisory("CVE-2008-0166"), nullptr);  // of etch alone
  EXPECT_EQ(dsa.all<FeedInfo>().front().part, "DSA");
  const TestFeed dla = read_test_feed("debian_advisories/good/DLA/list");
  ASSERT_TRUE(dla.status);
  EXPECT_THAT(said(dla, "CVE-2023-26604", "systemd"), ElementsAre("Debian:10|introduced 0, fixed 241-7~deb10u9|0|DLA-3377-1"));
}

TEST(DebianAdvisories, RefusesAListWithoutAnAdvisory) {
  const TestFeed feed = read_test_feed("debian_advisories/corrupt/list", "debian_advisories");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("list"));
}

}  // namespace
}  // namespace bulkhead::advisory
