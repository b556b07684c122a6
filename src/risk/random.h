// Random numbers that depend on nothing but a name, a seed and the number of the trial.
//
// The generator is Philox2x64-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), a
// counter-based generator: word = philox(counter, key), no state. The key is XXH3-64 of the variable's name with the
// run's seed, the counter is (word of trials, bit plane). So a new variable redraws nothing, and threads change nothing.
//
// A variable's uniform number of trial t is read bit by bit: plane j holds bit 63-j of the numbers of 64 trials at once.
// "u < p" for 64 trials needs on average about eight planes, until every trial is decided; variables that share a name
// (a group) compare with the same number.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bulkhead::risk {

// One call of Philox2x64-10.
std::array<uint64_t, 2> philox2x64(std::array<uint64_t, 2> counter, uint64_t key);

// The key of a name: stable across runs and machines.
uint64_t draw_key(std::string_view name, uint64_t seed);

// p in [0, 1] as a fixed-point number of 64 bits, rounded down; 1 and above are all ones and `certain` tells them apart.
uint64_t fixed_point(double p);

// Bit i is set iff the uniform number of trial 64·word + i is below p. p ≤ 0 gives none, p ≥ 1 all.
uint64_t below(uint64_t key, uint64_t word, double p);

// 32 bits of the uniform number of one trial; four trials a call share the work. For the choice of a start.
std::array<uint32_t, 4> four_numbers(uint64_t key, uint64_t trial_quad);

}  // namespace bulkhead::risk
