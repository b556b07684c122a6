// Blended damage under sets of actions, on fixed trials of every attacker: the questions that a plan asks.
//
// Threads: questions may be asked at once, each with its own `thread` below the number given; answers do not depend on it.
#pragma once

#include <cstdint>
#include <vector>

#include "risk/measure.h"
#include "risk/walk.h"

namespace bulkhead::risk {

using ActionSet = std::vector<uint32_t>;

class Evaluator {
 public:
  // `stages` may hold empty ones (network null); they are passed over.
  Evaluator(const Priced& priced, std::vector<Stage> stages, unsigned threads);

  const Priced& priced() const { return priced_; }
  const std::vector<Stage>& stages() const { return stages_; }
  unsigned threads() const { return threads_; }

  double now() const;                                                       // nothing done
  double with(const ActionSet& actions, unsigned thread = 0) const;         // these done
  std::vector<double> with_each(const std::vector<ActionSet>& sets) const;  // many, in parallel
  // Per stage, unweighted.
  std::vector<double> parts_with(const ActionSet& actions, unsigned thread = 0) const;
  // Per stage: damage of each trial.
  std::vector<std::vector<double>> trials_with(const ActionSet& actions) const;

  // With `done` in force: for each action the damage of the trials in which one of its steps is walked when its lead time has
  // passed: a bound on what it can still remove. `both` bounds what two can remove together beyond the sum of each alone.
  struct Touch {
    std::vector<double> most;
    std::vector<std::vector<Bits>> trials;  // per action: stages' blocks one after another; empty where it touches none
    std::vector<double> damage;             // per bit of those blocks, weighted
    double both(size_t a, size_t b) const;
  };
  Touch touch(const ActionSet& done) const;

 private:
  const Priced& priced_;
  std::vector<Stage> stages_;
  unsigned threads_;
  mutable std::vector<std::vector<Walker>> walkers_;  // per thread and stage: scratch
};

}  // namespace bulkhead::risk
