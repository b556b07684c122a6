// Philox2x64-10 against the published answers (Random123 1.14, tests/kat_vectors), and the bits made from it.
#include "risk/random.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace bulkhead::risk {
namespace {

using Words = std::array<uint64_t, 2>;

TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox2x64({0, 0}, 0), (Words{0xca00a0459843d731, 0x66c24222c9a845b5}));
  EXPECT_EQ(philox2x64({~uint64_t{0}, ~uint64_t{0}}, ~uint64_t{0}), (Words{0x65b021d60cd8310f, 0x4d02f3222f86df20}));
  EXPECT_EQ(philox2x64({0x243f6a8885a308d3, 0x13198a2e03707344}, 0xa4093822299f31d0), (Words{0x0a5e742c2997341c, 0xb0f883d38000de5d}));
}

double share(uint64_t key, double p) {
  int count = 0;
  for (uint64_t word = 0; word < 4096; ++word) count += std::popcount(below(key, word, p));
  return count / (4096 * 64.0);
}

TEST(Below, HasTheAskedChance) {
  for (const double p : {0.001, 0.1, 1.0 / 3, 0.5, 0.75, 0.999}) {
    const double sigma = std::sqrt(p * (1 - p) / (4096 * 64.0));
    EXPECT_NEAR(share(draw_key("variable", 1), p), p, 4.5 * sigma) << p;
  }
  EXPECT_EQ(below(1, 1, 0), 0U);
  EXPECT_EQ(below(1, 1, 1), ~uint64_t{0});
}

TEST(Below, OneKeyIsOneNumberForEveryChance) {
  const uint64_t key = draw_key("group", 7);
  for (uint64_t word = 0; word < 64; ++word) {
    uint64_t before = 0;
    for (double p = 0.01; p < 1; p += 0.01) {
      const uint64_t now = below(key, word, p);
      EXPECT_EQ(before & ~now, 0U);  // a trial true at a smaller chance is true at a larger
      before = now;
    }
  }
}

TEST(Below, NamesAndSeedsAreIndependent) {
  int same = 0;
  for (uint64_t word = 0; word < 4096; ++word) {
    same += std::popcount(below(draw_key("a", 1), word, 0.5) ^ below(draw_key("b", 1), word, 0.5));
  }
  EXPECT_NEAR(same / (4096 * 64.0), 0.5, 0.005);
  EXPECT_NE(draw_key("a", 1), draw_key("a", 2));
}

}  // namespace
}  // namespace bulkhead::risk
