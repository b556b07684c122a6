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

// How things go with some actions done, and what that rests on. A trial in which no step of an action brought anything goes the same
// way without the action's steps, so what an action, or a set of them, removes is found by walking the other trials alone.
struct Way {
  struct Need {
    uint32_t stage = 0, block = 0;
    Bits trials;
  };
  ActionSet done;
  double damage = 0;                           // blended
  std::vector<std::vector<double>> of_trials;  // per stage and bit, weighed
  std::vector<Cut> cuts;                       // per stage: of `done`
  std::vector<std::vector<Need>> needs;        // per action: trials that would have to go another way; by stage, then block
  std::vector<double> most;                    // per action: their damage, a bound on what it alone can still remove
};

class Evaluator {
 public:
  // `stages` may hold empty ones (network null); they are passed over.
  Evaluator(const Priced& priced, std::vector<Stage> stages, unsigned threads);

  const Priced& priced() const { return priced_; }
  const std::vector<Stage>& stages() const { return stages_; }
  unsigned threads() const { return threads_; }

  double now() const;                                                // nothing done
  double with(const ActionSet& actions, unsigned thread = 0) const;  // these done
  // Per stage, unweighted.
  std::vector<double> parts_with(const ActionSet& actions, unsigned thread = 0) const;
  // Per stage: damage of each trial.
  std::vector<std::vector<double>> trials_with(const ActionSet& actions) const;

  Way way(const ActionSet& done) const;
  // Blended damage with `more` done as well. Walkers are scratch of the thread.
  double with(const Way& way, const ActionSet& more, unsigned thread = 0) const;
  std::vector<double> with_each(const Way& way, const std::vector<ActionSet>& sets) const;  // many, in parallel
  // What one action removes from each stage, unweighted.
  std::vector<model::Estimate> removed(const Way& way, uint32_t action, unsigned thread = 0) const;

 private:
  double unit_of(size_t stage, size_t block, size_t bit) const;
  std::vector<Way::Need> needs_of(const Way& way, const ActionSet& more) const;
  // Calls fn(need, walker) after the trials of each need were walked with `more` done as well.
  template <typename Fn>
  void each_need(const Way& way, const ActionSet& more, unsigned thread, const Fn& fn) const;

  const Priced& priced_;
  std::vector<Stage> stages_;
  unsigned threads_;
  std::vector<uint32_t> lead_class_;                  // per action
  mutable std::vector<std::vector<Walker>> walkers_;  // per thread and stage: scratch
};

}  // namespace bulkhead::risk
