// For the schemes' tests: the answers of an ecosystem's own tool, recorded in testdata/<scheme>/pairs.tsv (SOURCE beside it
// says which tool). tests/system/version_oracles.py --golden makes them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "model/version.h"

namespace bulkhead::model::version_scheme {

// Every line `A<TAB>sign<TAB>B`, sign "!" where the tool refuses one of the two. Both directions are compared, and each side
// with itself.
inline void expect_golden(const Scheme& scheme) {
  std::ifstream file(std::string(BULKHEAD_SOURCE_DIR "/src/model/version/testdata/") + scheme.name + "/pairs.tsv");
  std::string line;
  size_t count = 0;
  while (std::getline(file, line)) {
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    ASSERT_NE(second, std::string::npos) << line;
    const std::string a = line.substr(0, first);
    const std::string sign = line.substr(first + 1, second - first - 1);
    const std::string b = line.substr(second + 1);
    const auto order = scheme.compare(a, b);
    EXPECT_EQ(order ? ordering_sign(*order) : "!", sign) << scheme.name << ": " << line;
    const auto reverse = scheme.compare(b, a);
    EXPECT_EQ(reverse ? ordering_sign(0 <=> *reverse) : "!", sign) << scheme.name << ", turned: " << line;
    if (order) {
      EXPECT_EQ(ordering_sign(scheme.compare(a, a).value()), std::string("=")) << a;
    }
    ++count;
  }
  EXPECT_GE(count, 100U) << "golden file of " << scheme.name << " missing or cut";
}

// What holds for every scheme whatever the input: a bounded answer, never a crash.
inline void expect_bounded(const Scheme& scheme) {
  const std::string long_text(kMaxVersionBytes + 1, '1');
  EXPECT_EQ(scheme.compare(long_text, "1.0.0").error().kind, base::ErrorKind::limit);
  EXPECT_FALSE(scheme.valid(long_text));
  for (const std::string& odd :
       {std::string(), std::string("\0", 1), std::string("\xff\xfe-~+"), std::string(1000, '-'), std::string(1000, '.')}) {
    const auto order = scheme.compare(odd, odd);
    EXPECT_TRUE(!order || *order == 0);
  }
}

}  // namespace bulkhead::model::version_scheme
