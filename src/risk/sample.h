// Trials: for each row of a network, which trials it is open in; where the attacker starts; which lead times have passed.
//
// Two ways to make them. Drawn: `trials` equally likely ones, from the counter-based generator (random.h). Enumerated: every
// combination of what the variables, groups, starts and lead times can be, with its probability, where there are few
// enough; what is computed on them is exact.
//
// Trials are kept 512 to a block, one bit each, so that an AND of two rows is eight machine words. A Sample is read by many
// threads at once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "risk/network.h"
#include "risk/priced.h"

namespace bulkhead::risk {

inline constexpr size_t kWords = 8;            // words of a block
inline constexpr size_t kBlock = 64 * kWords;  // trials of a block

struct alignas(64) Bits {
  std::array<uint64_t, kWords> w{};
  Bits& operator|=(const Bits& o) {
    for (size_t i = 0; i < kWords; ++i) w[i] |= o.w[i];
    return *this;
  }
  Bits& operator&=(const Bits& o) {
    for (size_t i = 0; i < kWords; ++i) w[i] &= o.w[i];
    return *this;
  }
  bool any() const {
    uint64_t all = 0;
    for (size_t i = 0; i < kWords; ++i) all |= w[i];
    return all != 0;
  }
};

// What missing facts are taken for.
enum class Reading { as_is, floor, ceiling };

struct Sample {
  size_t blocks = 0;
  uint64_t trials = 0;  // that `unit` refers to; a thinned sample keeps the count of the whole one
  bool exact = false;
  std::vector<double> weight;  // per bit, for enumerated samples; empty: each bit weighs 1 / trials
  std::vector<Bits> rows;      // block × row
  std::vector<Bits> entries;   // block × entry of the network
  std::vector<Bits> leads;     // block × lead class: trials whose attack comes when the lead time has passed
  size_t row_count = 0, entry_count = 0, lead_count = 0;

  const Bits& row(size_t block, size_t index) const { return rows[block * row_count + index]; }
  const Bits& entry(size_t block, size_t index) const { return entries[block * entry_count + index]; }
  const Bits& lead(size_t block, size_t index) const { return leads[block * lead_count + index]; }
  double unit() const { return 1 / static_cast<double>(trials); }
};

// Distinct lead times of the actions, ascending; an action's class is its place in it.
std::vector<double> lead_classes(const Priced& priced);

// Names of the starts' positions make their numbers, so the graph is asked for them.
struct DrawRequest {
  const model::AttackGraph* graph = nullptr;
  const Network* network = nullptr;
  const Priced* priced = nullptr;
  size_t attacker = 0;
  uint64_t seed = 0;
  uint64_t trials = 0;  // rounded up to whole blocks
  unsigned threads = 1;
};

// One sample for each reading, on the same numbers.
std::vector<Sample> draw(const DrawRequest& request, const std::vector<Reading>& readings);

// A drawn sample whose variables can be told one by one: its rows when a variable is false, or true, in every trial, without
// drawing the others again. The same rows as draw() gives with that variable's chance 0 or 1. Copies are independent.
class ToldSample {
 public:
  explicit ToldSample(const DrawRequest& request);  // keeps a reference to the network

  // `variable` is an index into Network::variables. Until the next call.
  const Sample& tell(uint32_t variable, bool value);

 private:
  void set_rows_of(uint32_t variable);

  const Network* network_;
  Sample sample_;
  std::vector<Bits> bits_;                      // block × variable
  std::vector<std::vector<uint32_t>> rows_of_;  // per variable: the rows that need it
  std::vector<Bits> saved_;                     // of `told_`, per block
  std::optional<uint32_t> told_;
};

// Nothing when there are more than `budget` combinations.
std::optional<Sample> enumerate(const DrawRequest& request, Reading reading, uint64_t budget);

// The trials of `keep` (one Bits a block) alone. What is left out must not matter to any question asked of the new sample.
Sample thin(const Sample& sample, const std::vector<Bits>& keep);

}  // namespace bulkhead::risk
