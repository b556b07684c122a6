// What a record says of one version, where no real record shows the rule alone.
#include "match/internal/judge.h"

#include <gmock/gmock.h>

namespace bulkhead::match {
namespace {

using model::Tri;
using testing::HasSubstr;

advisory::PackageRecord record(std::string ranges, std::vector<std::string> versions = {}) {
  advisory::PackageRecord r;
  r.ranges = std::move(ranges);
  r.versions = std::move(versions);
  return r;
}

const model::Scheme* const kNpm = model::scheme("npm");
const model::Scheme* const kPython = model::scheme("pep440");

TEST(Judge, WithoutAnOrderOnlyNamedVersionsCount) {
  EXPECT_EQ(judge(record("", {"1.0.0"}), nullptr, "1.0.0").affected, Tri::yes);
  EXPECT_EQ(judge(record("", {"1.0.0"}), nullptr, "2.0.0").affected, Tri::no);
  EXPECT_EQ(judge(record("introduced 0\nfixed 9"), nullptr, "2.0.0").affected, Tri::unknown);
  EXPECT_EQ(judge(record("introduced 0\nfixed 9", {"2.0.0"}), nullptr, "2.0.0").affected, Tri::yes);
}

TEST(Judge, AListedVersionIsTheOneThatTheSchemeReads) {
  EXPECT_EQ(judge(record("", {"0.9", "1.0"}), kPython, "1.0.0").affected, Tri::yes);
  EXPECT_EQ(judge(record("", {"1.0"}), kPython, "1.0.1").affected, Tri::no);
  EXPECT_EQ(judge(record("", {"1.0"}), kPython, "nightly").affected, Tri::unknown);
  EXPECT_EQ(judge(record("", {"nightly"}), kPython, "nightly").affected, Tri::yes);
}

TEST(Judge, ListAndRangesAddUp) {
  const auto both = record("introduced 2.0.0\nfixed 2.1.0", {"1.0.0"});
  EXPECT_EQ(judge(both, kNpm, "1.0.0").affected, Tri::yes);
  EXPECT_EQ(judge(both, kNpm, "1.0.0").fixed_version, "");
  EXPECT_EQ(judge(both, kNpm, "2.0.5").fixed_version, "2.1.0");
  EXPECT_EQ(judge(both, kNpm, "1.0.1").affected, Tri::no);
  EXPECT_EQ(judge(both, kNpm, "latest").affected, Tri::unknown);
}

TEST(Judge, SeveralRangesAreOneAnswer) {
  const auto two = record("introduced 0\nfixed 1.2.0\n\nintroduced 2.0.0\nfixed 2.3.0");
  EXPECT_EQ(judge(two, kNpm, "1.1.0").fixed_version, "1.2.0");
  EXPECT_EQ(judge(two, kNpm, "2.1.0").fixed_version, "2.3.0");
  EXPECT_EQ(judge(two, kNpm, "1.5.0").affected, Tri::no);
  const Verdict clear = judge(two, kNpm, "1.5.0", Words::always);
  EXPECT_EQ(clear.range, "introduced 0, fixed 1.2.0; introduced 2.0.0, fixed 2.3.0");
  EXPECT_EQ(clear.comparison, "1.5.0 < 2.0.0 (introduced)");
  EXPECT_EQ(judge(two, kNpm, "1.5.0").comparison, "");  // nobody reads it
}

TEST(Judge, ARangeThatNamesAFixIsPreferredToOneThatDoesNot) {
  const auto open = record("introduced 0\n\nintroduced 0\nfixed 1.2.0");
  EXPECT_EQ(judge(open, kNpm, "1.1.0").fixed_version, "1.2.0");
  EXPECT_EQ(judge(open, kNpm, "1.3.0").affected, Tri::yes);
  EXPECT_EQ(judge(open, kNpm, "1.3.0").fixed_version, "");
}

TEST(Judge, OneReadableRangeIsEnoughForYesNotForNo) {
  const auto half = record("introduced 0\nfixed not.a.version\n\nintroduced 1.0.0\nfixed 2.0.0");
  EXPECT_EQ(judge(half, kNpm, "1.5.0").affected, Tri::yes);
  const Verdict verdict = judge(half, kNpm, "3.0.0");
  EXPECT_EQ(verdict.affected, Tri::unknown);
  EXPECT_THAT(verdict.comparison, HasSubstr("not.a.version"));
}

TEST(Judge, ThePublishersWordThatNothingIsAffected) {
  auto r = record("introduced 0");
  r.state = advisory::AffectedState::not_affected;
  EXPECT_EQ(judge(r, kNpm, "1.0.0").affected, Tri::no);
}

TEST(Judge, ARecordWithoutVersionsIsUnknown) { EXPECT_EQ(judge(record(""), kNpm, "1.0.0").affected, Tri::unknown); }

}  // namespace
}  // namespace bulkhead::match
