#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Updateinfo, ReadsAmazonLinux) {
  const TestFeed feed = read_test_feed("updateinfo/good/updateinfo_2.xml.gz");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "updateinfo");
  EXPECT_THAT(said(feed, "CVE-2017-5754", "kernel"), ElementsAre("Amazon Linux:2|introduced 0, fixed 4.9.76-38.79.amzn2|0|ALAS2-2018-939"));
  EXPECT_EQ(feed.advisory("CVE-2017-5754")->severity, "critical");
  EXPECT_EQ(feed.advisory("CVE-2017-5754")->modified, "2018-01-16");
  const TestFeed vim = read_test_feed("updateinfo/good/updateinfo_2022.xml.gz");
  ASSERT_TRUE(vim.status);
  ASSERT_FALSE(vim.all<Advisory>().empty());
  EXPECT_EQ(vim.all<Advisory>().front().affected.front().ranges, "introduced 0\nfixed 2:8.2.3512-1.amzn2022");  // with its epoch
  const TestFeed first = read_test_feed("updateinfo/good/updateinfo_1.xml.gz");
  ASSERT_TRUE(first.status);
  EXPECT_EQ(first.all<Advisory>().front().affected.front().ecosystem, "Amazon Linux:1");
}

TEST(Updateinfo, AnExtraRepositorysRangesBeginAtItsOwnLine) {
  const TestFeed feed = read_test_feed("updateinfo/good/updateinfo_2_kernel-5.15.xml.gz");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2022-0500", "kernel"), ElementsAre(HasSubstr("Amazon Linux:2|introduced 5.15, fixed 5.15.")));
}

TEST(Updateinfo, ReadsRockyFedoraAndBottlerocket) {
  const TestFeed rocky = read_test_feed("updateinfo/good/rocky-8-updateinfo.xml");
  ASSERT_TRUE(rocky.status) << rocky.status.error().text();
  EXPECT_THAT(said(rocky, "CVE-2021-3520", "lz4"), ElementsAre("Rocky Linux:8|introduced 0, fixed 1.8.3-3.el8_4|0|RLSA-2021:2575"));
  EXPECT_EQ(rocky.advisory("RLBA-2021:2580"), nullptr);  // a bug, no flaw
  const TestFeed bottlerocket = read_test_feed("updateinfo/good/bottlerocket-updateinfo.xml.gz");
  ASSERT_TRUE(bottlerocket.status);
  EXPECT_THAT(said(bottlerocket, "CVE-2024-43840", "kernel-6.1"),
              ElementsAre("Bottlerocket|introduced 0, fixed 6.1.140-1.1749663821.e27d1b03.br1|0|BRSA-1bwujdrkn6nc"));
  const TestFeed fedora = read_test_feed("updateinfo/good/fedora-43-updateinfo.xml.zst");
  EXPECT_TRUE(fedora.status);
  const TestFeed modular = read_test_feed("updateinfo/good/fedora-38-modular-updateinfo.xml.xz");
  EXPECT_TRUE(modular.status);  // its module lists no package
}

TEST(Updateinfo, RefusesACutFile) {
  const TestFeed feed = read_test_feed("updateinfo/corrupt/cut-updateinfo.xml");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut-updateinfo.xml:"));
}

}  // namespace
}  // namespace bulkhead::advisory
