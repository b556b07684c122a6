#include "risk/random.h"

#include <xxhash.h>

#include <cmath>

namespace bulkhead::risk {
namespace {

constexpr uint64_t kMultiplier = 0xD2B74407B1CE6E93;  // the paper's constants for two 64-bit words
constexpr uint64_t kWeyl = 0x9E3779B97F4A7C15;
constexpr uint64_t kNumbersPlane = uint64_t{1} << 32;  // keeps four_numbers away from the bit planes of below()
__extension__ using Wide = unsigned __int128;

}  // namespace

std::array<uint64_t, 2> philox2x64(std::array<uint64_t, 2> counter, uint64_t key) {
  uint64_t left = counter[0], right = counter[1];
  for (int round = 0; round < 10; ++round) {
    const Wide product = static_cast<Wide>(left) * kMultiplier;
    left = static_cast<uint64_t>(product >> 64) ^ key ^ right;
    right = static_cast<uint64_t>(product);
    key += kWeyl;
  }
  return {left, right};
}

uint64_t draw_key(std::string_view name, uint64_t seed) { return XXH3_64bits_withSeed(name.data(), name.size(), seed); }

uint64_t fixed_point(double p) {
  if (!(p > 0)) return 0;
  if (p >= 1) return ~uint64_t{0};
  return static_cast<uint64_t>(std::ldexp(p, 64));
}

uint64_t below(uint64_t key, uint64_t word, double p) {
  if (!(p > 0)) return 0;
  if (p >= 1) return ~uint64_t{0};
  uint64_t rest = fixed_point(p);  // bits of p still to compare, the next one on top
  uint64_t equal = ~uint64_t{0};   // trials whose number agrees with p so far
  uint64_t less = 0;
  for (uint64_t pair = 0; pair < 32; ++pair) {
    const std::array<uint64_t, 2> planes = philox2x64({word, pair}, key);
    for (const uint64_t plane : planes) {
      if (rest >> 63) {
        less |= equal & ~plane;
        equal &= plane;
      } else {
        equal &= ~plane;
      }
      rest <<= 1;
      if (equal == 0 || rest == 0) return less;  // decided; or p has no more bits, and the number is not below it
    }
  }
  return less;
}

std::array<uint32_t, 4> four_numbers(uint64_t key, uint64_t trial_quad) {
  const std::array<uint64_t, 2> words = philox2x64({trial_quad, kNumbersPlane}, key);
  return {static_cast<uint32_t>(words[0]), static_cast<uint32_t>(words[0] >> 32), static_cast<uint32_t>(words[1]),
          static_cast<uint32_t>(words[1] >> 32)};
}

}  // namespace bulkhead::risk
