#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(K8sPreconditions, KeepsRangesAndChecks) {
  const TestFeed feed = read_test_feed("k8s_preconditions/good/preconditions.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "k8s_preconditions");
  const Advisory* never = feed.advisory("CVE-2020-8554");
  ASSERT_NE(never, nullptr);
  EXPECT_EQ(never->affected.at(0).package, "kube-apiserver");
  EXPECT_EQ(never->affected[0].state, AffectedState::will_not_fix);
  EXPECT_EQ(never->affected[0].ranges, "introduced 0");
  ASSERT_EQ(feed.all<Checks>().size(), 4U);
  EXPECT_THAT(feed.all<Checks>()[0].json, HasSubstr("\"checks\":"));
}

TEST(K8sPreconditions, RefusesAFileWithoutRows) {
  const TestFeed feed = read_test_feed("k8s_preconditions/corrupt/no-rows.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no-rows.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
