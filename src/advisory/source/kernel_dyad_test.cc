#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(KernelDyad, KeepsPairsAndTheUnfixedOne) {
  const TestFeed feed = read_test_feed("kernel_dyad/good/dyad.tar.zst");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "kernel_dyad");
  const Advisory* a = feed.advisory("CVE-2024-26581");
  ASSERT_NE(a, nullptr);
  ASSERT_EQ(a->affected.size(), 1U);
  EXPECT_EQ(
      a->affected[0].ranges,
      "introduced 4.19.316\nfixed 4.19.316\nintroduced 5.4.262\nfixed 5.4.269\nintroduced 5.10.190\nfixed 5.10.210\nintroduced 5.15.124\n"
      "fixed 5.15.149\nintroduced 6.1.43\nfixed 6.1.78\nintroduced 6.5\nfixed 6.6.17\nintroduced 6.5\nfixed 6.7.5\nintroduced 6.5\nfixed "
      "6.8\n"
      "introduced 6.4.8");
}

TEST(KernelDyad, NamesTheLineThatIsNoPair) {
  const TestFeed feed = read_test_feed("kernel_dyad/corrupt/CVE-2024-26581.dyad");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("CVE-2024-26581.dyad, line 2"));
}

}  // namespace
}  // namespace bulkhead::advisory
