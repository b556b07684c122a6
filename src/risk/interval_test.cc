// Against the published table of Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998),
// table I, method 3 (Wilson's score without continuity correction).
#include "risk/interval.h"

#include <gtest/gtest.h>

namespace bulkhead::risk {
namespace {

void expect_interval(const model::Estimate& estimate, double low, double high) {
  EXPECT_NEAR(estimate.low, low, 5e-5);
  EXPECT_NEAR(estimate.high, high, 5e-5);
}

TEST(Share, IsWilsonsIntervalAsPublished) {
  expect_interval(share_of(81, 263), 0.2553, 0.3662);
  expect_interval(share_of(15, 148), 0.0624, 0.1605);
  expect_interval(share_of(0, 20), 0.0, 0.1611);
  expect_interval(share_of(1, 29), 0.0061, 0.1718);
}

TEST(Mean, OfOneValueIsTheShareTimesTheValue) {
  const model::Estimate estimate = mean_of(15 * 7.0, 15 * 49.0, 148, 100);
  expect_interval({.low = estimate.low / 7, .high = estimate.high / 7}, 0.0624, 0.1605);
}

TEST(Mean, WithoutAHitIsBoundedByTheLargest) {
  const model::Estimate estimate = mean_of(0, 0, 20, 50);
  EXPECT_EQ(estimate.low, 0);
  EXPECT_NEAR(estimate.high, 50 * 0.1611, 0.01);
}

TEST(Mean, HoldsItsMean) {
  for (double sum : {0.5, 3.0, 900.0}) {
    const model::Estimate estimate = mean_of(sum, sum, 1000, 1);
    EXPECT_LE(estimate.low, estimate.mean);
    EXPECT_GE(estimate.high, estimate.mean);
  }
}

}  // namespace
}  // namespace bulkhead::risk
