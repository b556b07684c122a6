#include "model/npm_range.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"

namespace bulkhead::model {
namespace {

char answer(std::string_view version, std::string_view text, bool include_prerelease) {
  const auto range = NpmRange::parse(text, include_prerelease);
  if (!range) {
    return '!';
  }
  const auto inside = range->contains(version);
  return !inside ? '!' : *inside ? 'y' : 'n';
}

TEST(NpmRange, AgreesWithNodeSemver) {  // testdata/npm_range/SOURCE
  const char* other = std::getenv("BULKHEAD_NPM_RANGE_CASES");
  std::ifstream file(other != nullptr ? other : BULKHEAD_SOURCE_DIR "/src/model/testdata/npm_range/cases.tsv");
  std::string line;
  size_t count = 0;
  size_t wrong = 0;
  while (std::getline(file, line)) {
    const auto fields = base::split(line, '\t');
    ASSERT_EQ(fields.size(), 3U) << line;
    const std::string ours = {answer(fields[0], fields[1], false), answer(fields[0], fields[1], true)};
    if (ours != fields[2] && ++wrong <= 20) {
      ADD_FAILURE() << line << ": we say " << ours;
    }
    ++count;
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_GE(count, 1000U);
}

TEST(NpmRange, ReadsTheReadmesExamples) {
  EXPECT_EQ(answer("1.2.9", "~1.2.3", false), 'y');
  EXPECT_EQ(answer("1.3.0", "~1.2.3", false), 'n');
  EXPECT_EQ(answer("0.2.9", "^0.2.3", false), 'y');
  EXPECT_EQ(answer("0.3.0", "^0.2.3", false), 'n');
  EXPECT_EQ(answer("0.0.4", "^0.0.3", false), 'n');
  EXPECT_EQ(answer("2.3.9", "1.2.3 - 2.3", false), 'y');
  EXPECT_EQ(answer("1.2.3-alpha.7", ">1.2.3-alpha.3", false), 'y');
  EXPECT_EQ(answer("3.4.5-alpha.9", ">1.2.3-alpha.3", false), 'n');
  EXPECT_EQ(answer("3.4.5-alpha.9", ">1.2.3-alpha.3", true), 'y');
}

TEST(NpmRange, IsBounded) {
  EXPECT_EQ(NpmRange::parse(std::string(kMaxNpmRangeBytes + 1, '1'), false).error().kind, base::ErrorKind::limit);
  EXPECT_EQ(answer("1.0.0", ">9007199254740991", false), '!');  // 2^53 - 1 has no next number in JavaScript
}

}  // namespace
}  // namespace bulkhead::model
