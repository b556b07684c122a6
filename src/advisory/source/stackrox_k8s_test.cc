#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(StackroxK8s, TheFixEndsTheRange) {
  const TestFeed feed = read_test_feed("stackrox_k8s/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "stackrox_k8s");
  EXPECT_EQ(feed.ranges("CVE-2025-0426", "kubelet", "Kubernetes"),
            "introduced 0\nfixed 1.29.14\n\nintroduced 1.30.0\nfixed 1.30.10\n\nintroduced 1.31.0\nfixed 1.31.6\n\nintroduced 1.32.0\n"
            "fixed 1.32.2");
  // No component: Kubernetes as a whole; ">= 1.14, < 1.14.0" holds nothing.
  EXPECT_EQ(feed.ranges("CVE-2019-9946", "kubernetes"),
            "introduced 0\nfixed 1.11.9\n\nintroduced 1.12.0\nfixed 1.12.7\n\nintroduced 1.13.0\nfixed 1.13.5");
  EXPECT_THAT(feed.advisory("CVE-2019-9946")->cvss,
              ElementsAre("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", "AV:N/AC:L/Au:N/C:N/I:P/A:N"));
}

TEST(StackroxK8s, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("stackrox_k8s/corrupt/CVE-2019-9946.yaml", "stackrox_k8s");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("CVE-2019-9946.yaml"));
}

}  // namespace
}  // namespace bulkhead::advisory
