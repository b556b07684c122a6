#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(KernelCna, PairsOfStreamsAndReach) {
  const TestFeed feed = read_test_feed("kernel_cna/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "kernel_cna");
  EXPECT_EQ(feed.ranges("CVE-2025-38682", "kernel", "Linux"), "introduced 6.16\nfixed 6.16.2\nintroduced 6.16\nfixed 6.17");
  EXPECT_THAT(feed.fact("reach", "CVE-2024-26581"), HasSubstr(R"("class":"userns_netadmin")"));  // nf_tables
  EXPECT_THAT(feed.fact("reach", "CVE-2025-38352"), HasSubstr(R"("class":"none")"));             // POSIX timers
  EXPECT_THAT(feed.fact("reach", "CVE-2026-31431"), HasSubstr(R"("class":"af_alg")"));           // AF_ALG
  EXPECT_THAT(feed.fact("reach", "CVE-2025-38682"), HasSubstr(R"("class":"device")"));           // an I2C driver
}

TEST(KernelCna, TheSamePairsAsTheDyadFile) {
  const TestFeed json = read_test_feed("kernel_cna/good"), dyad = read_test_feed("kernel_dyad/good/dyad.tar.zst");
  ASSERT_TRUE(json.status && dyad.status);
  // The .dyad file has one pair more, which holds nothing.
  EXPECT_EQ("introduced 4.19.316\nfixed 4.19.316\n" + json.ranges("CVE-2024-26581", "kernel"), dyad.ranges("CVE-2024-26581", "kernel"));
}

TEST(KernelCna, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("kernel_cna/corrupt/CVE-2025-38682.json", "kernel_cna");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("CVE-2025-38682.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
