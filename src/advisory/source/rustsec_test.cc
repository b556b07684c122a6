#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RustSec, WhatIsNeitherPatchedNorUnaffectedIsAffected) {
  const TestFeed feed = read_test_feed("rustsec/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "rustsec");
  // The advisory's own list of affected functions says the same: [">= 0.6.3, < 0.6.14", ">= 1.0.0, < 1.6.1"].
  EXPECT_EQ(feed.ranges("RUSTSEC-2021-0003", "smallvec"), "introduced 0.6.3\nfixed 0.6.14\nintroduced 1.0.0\nfixed 1.6.1");
  EXPECT_EQ(feed.affected("RUSTSEC-2021-0003", "smallvec")->symbols, "smallvec: smallvec::SmallVec::insert_many");
  EXPECT_THAT(feed.advisory("RUSTSEC-2021-0003")->aliases, ElementsAre("CVE-2021-25900", "GHSA-43w2-9j62-hq99"));
  EXPECT_EQ(feed.advisory("RUSTSEC-2021-0003")->summary, "Buffer overflow in SmallVec::insert_many");
}

TEST(RustSec, UnmaintainedIsNoFlawAndConditionsAreKept) {
  const TestFeed feed = read_test_feed("rustsec/good");
  ASSERT_TRUE(feed.status);
  EXPECT_EQ(feed.advisory("RUSTSEC-2022-0057")->severity, "none");
  EXPECT_EQ(feed.ranges("RUSTSEC-2022-0057", "badge"), "introduced 0");
  EXPECT_FALSE(feed.advisory("RUSTSEC-2021-0147")->withdrawn.empty());
  // patched >= 3.6.0, unaffected <= 3.5.0: what lies between.
  EXPECT_EQ(feed.ranges("RUSTSEC-2018-0011", "arrayfire"), "introduced 3.5.1-0\nfixed 3.6.0");
  EXPECT_EQ(feed.affected("RUSTSEC-2018-0011", "arrayfire")->note, "only on os windows; only on arch x86_64");
}

TEST(RustSec, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("rustsec/corrupt/RUSTSEC-2021-0003.md", "rustsec");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("RUSTSEC-2021-0003.md"));
  EXPECT_THAT(feed.status.error().text(), HasSubstr("no TOML block"));
}

}  // namespace
}  // namespace bulkhead::advisory
