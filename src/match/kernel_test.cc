// The expected answers are read by hand from the records' own pairs; how the kernel project tells fixes is in kernel.cc.
#include <gtest/gtest.h>

#include "match/internal/judge.h"

namespace bulkhead::match {
namespace {

using model::Tri;

advisory::PackageRecord record(std::string ranges) {
  advisory::PackageRecord r;
  r.ranges = std::move(ranges);
  return r;
}

// CVE-2024-26581, dyad of 2026-08-21.
const char* const kBackported =
    "introduced 4.19.316\nfixed 4.19.316\nintroduced 5.4.262\nfixed 5.4.269\nintroduced 5.10.190\nfixed 5.10.210\nintroduced "
    "5.15.124\nfixed 5.15.149\n"
    "introduced 6.1.43\nfixed 6.1.78\nintroduced 6.5\nfixed 6.6.17\nintroduced 6.5\nfixed 6.7.5\nintroduced 6.5\nfixed 6.8\nintroduced "
    "6.4.8";
// CVE-2019-25160.
const char* const kOld =
    "introduced 2.6.19\nfixed 3.16.66\nintroduced 2.6.19\nfixed 3.18.137\nintroduced 2.6.19\nfixed 4.4.177\nintroduced 2.6.19\nfixed "
    "4.9.163\n"
    "introduced 2.6.19\nfixed 4.14.106\nintroduced 2.6.19\nfixed 4.19.28\nintroduced 2.6.19\nfixed 4.20.15\nintroduced 2.6.19\nfixed 5.0";

Tri affected(const char* ranges, const char* release) { return judge_kernel(record(ranges), release).affected; }

TEST(Kernel, ComparesInsideTheOwnStream) {
  EXPECT_EQ(affected(kBackported, "6.1.42"), Tri::no);  // before the mistake was backported
  EXPECT_EQ(affected(kBackported, "6.1.43"), Tri::yes);
  EXPECT_EQ(affected(kBackported, "6.1.77"), Tri::yes);
  EXPECT_EQ(affected(kBackported, "6.1.78"), Tri::no);
  EXPECT_EQ(affected(kBackported, "5.15.204"), Tri::no);
  EXPECT_EQ(affected(kBackported, "5.15.148"), Tri::yes);
  EXPECT_EQ(affected(kBackported, "6.6.16"), Tri::yes);
  EXPECT_EQ(affected(kBackported, "6.6.17"), Tri::no);
  EXPECT_EQ(affected(kBackported, "6.8"), Tri::no);
  EXPECT_EQ(affected(kBackported, "6.12.9"), Tri::no);
}

TEST(Kernel, AMistakeBackportedIntoOneStreamStaysThere) {
  EXPECT_EQ(affected(kBackported, "6.2.3"), Tri::no);
  EXPECT_EQ(affected(kBackported, "6.3.13"), Tri::no);
  EXPECT_EQ(affected(kBackported, "6.4.7"), Tri::no);
  EXPECT_EQ(affected(kBackported, "6.4.8"), Tri::yes);  // that stream ended without a fix
}

TEST(Kernel, AStreamThatEndedUnfixedIsAffected) {
  EXPECT_EQ(affected(kBackported, "6.5.13"), Tri::yes);  // 6.5 never got it; 6.6.17 is the next
  EXPECT_EQ(affected(kOld, "4.18.20"), Tri::yes);
  EXPECT_EQ(affected(kOld, "4.19.28"), Tri::no);
  EXPECT_EQ(affected(kOld, "5.1"), Tri::no);
  EXPECT_EQ(affected(kOld, "2.6.18"), Tri::no);
  EXPECT_EQ(affected(kOld, "2.6.32"), Tri::yes);
}

TEST(Kernel, NamesTheFixOfTheStream) {
  const Verdict verdict = judge_kernel(record(kBackported), "6.1.50");
  EXPECT_EQ(verdict.fixed_version, "6.1.78");
  EXPECT_EQ(verdict.comparison, "6.1.50 < 6.1.78 (fixed in stream 6.1)");
}

TEST(Kernel, AFrozenSourceLeavesOtherStreamsUnknown) {
  // CVE-2022-0847 as the ended list has it.
  advisory::PackageRecord r =
      record("introduced 5.8\nfixed 5.10.102\nintroduced 5.8\nfixed 5.15.25\nintroduced 5.8\nfixed 5.16.11\nintroduced 5.8\nfixed 5.17");
  r.state = advisory::AffectedState::frozen;
  EXPECT_EQ(judge_kernel(r, "5.10.101").affected, Tri::yes);
  EXPECT_EQ(judge_kernel(r, "5.10.102").affected, Tri::no);
  EXPECT_EQ(judge_kernel(r, "5.12.3").affected, Tri::unknown);
  EXPECT_EQ(judge_kernel(r, "6.1.5").affected, Tri::no);
  EXPECT_EQ(judge_kernel(r, "5.4.1").affected, Tri::no);
}

TEST(Kernel, WhatCannotBeReadIsUnknown) {
  EXPECT_EQ(affected(kOld, "gentoo"), Tri::unknown);
  EXPECT_EQ(affected("introduced x\nfixed 5.0", "4.1.1"), Tri::unknown);
}

}  // namespace
}  // namespace bulkhead::match
