// Walking a network in many trials at once: what is held, and the damage.
//
// A step is an AND of machine words, a join an OR; positions whose bits grew are walked again until none grows, so
// cycles need no special care. Threads: one Walker a thread; networks and samples are shared.
#pragma once

#include <cstdint>
#include <vector>

#include "risk/network.h"
#include "risk/sample.h"

namespace bulkhead::risk {

// What a set of actions does to a network: for each edge 0, or 1 + the lead class (sample.h) from which on it is closed.
// Of several actions that cut an edge the fastest counts.
struct Cut {
  std::vector<uint32_t> edges;  // empty: nothing is cut
  uint32_t without = kNone;     // a position that nobody can hold; kNone: none
};

Cut make_cut(const Network& network, const Priced& priced, const std::vector<uint32_t>& actions);
// The same where the lead classes of the actions are known: they are sorted out of all actions.
Cut make_cut(const Network& network, const std::vector<uint32_t>& lead_class, const std::vector<uint32_t>& actions);
// Cuts what one more action cuts. cut.edges must be there.
void add_cut(Cut& cut, const Network& network, uint32_t action, uint32_t lead_class);
// The lead class of each action.
std::vector<uint32_t> lead_class_of_actions(const Priced& priced);

// What a walk is asked for. `damage`: only damage(), damages() and held() are right after it; trials that have come to the network's
// summit are not walked on.
enum class Extent { all, damage };

// The parts of a walk that are seldom asked for.
struct Asked {
  const Bits* only = nullptr;         // these trials alone; null: all
  std::vector<Bits>* used = nullptr;  // per edge: the trials in which it brought what was not held yet. A trial goes the same way without
                                      // the edges that it did not use: none of what is held rests on them
};

class Walker {
 public:
  explicit Walker(const Network& network);

  // Fills reach() for one block of trials.
  void walk(const Sample& sample, size_t block, const Cut& cut, Extent extent, const Asked& asked = {});
  const Bits& reach(uint32_t position) const { return reach_[position]; }

  // After walk(): the trials in which something of an asset class is held.
  Bits held(const AssetClass& asset) const;
  // After walk(): expected damage of the block's trials, as the sample weighs them.
  double damage(const Sample& sample, size_t block, const std::vector<double>& values) const;
  // After walk(): damage of each trial, kBlock numbers.
  void damages(const std::vector<double>& values, double* out) const;

 private:
  const Bits* above() const { return network_.summit == kNone ? nullptr : &reach_[network_.summit]; }
  template <typename Fn>
  void each_share(const Fn& fn) const;

  const Network& network_;
  std::vector<Bits> reach_;
  std::vector<uint64_t> dirty_;    // a bit a position: its edges must be walked again
  std::vector<uint64_t> visited_;  // a bit a position: the last walk came here
};

// Mean damage of all trials under a cut.
double mean_damage(const Sample& sample, const std::vector<double>& values, const Cut& cut, Walker& walker);
// Damage of each trial under a cut: blocks × kBlock numbers.
std::vector<double> trial_damages(const Network& network, const Sample& sample, const std::vector<double>& values, const Cut& cut,
                                  unsigned threads);
// The damage of a trial in which all is held that can be.
double most_damage(const Network& network, const std::vector<double>& values);
// Weight of the set bits.
double weigh(const Sample& sample, size_t block, const Bits& bits);

}  // namespace bulkhead::risk
