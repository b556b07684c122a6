#include "risk/plan.h"

#include <algorithm>
#include <numeric>

namespace bulkhead::risk {
namespace {

// Budgets of one round. They bound work, not the answer's meaning; small graphs never meet them.
constexpr size_t kChunk = 8;                  // questions asked at once; fixed, so that threads change nothing
constexpr size_t kPairActions = 40;           // actions whose pairs are looked at
constexpr size_t kSingleQuestions = 64;       // single actions that are tried, those with the best bounds
constexpr size_t kPairQuestions = 48;         // pairs that are tried
constexpr size_t kQuestionEdges = 1'500'000;  // edges × questions: large graphs try fewer single actions and pairs,
constexpr size_t kFewestQuestions = 16;       // but these
constexpr size_t kPatience = 3;               // times as many single actions are asked while none has removed enough
constexpr size_t kBundleActions = 24;         // actions that a larger bundle may be cut out of
constexpr size_t kBundleSize = 6;             // a larger bundle than this is no advice
constexpr double kBundleLoss = 0.05;          // of what a bundle removes may be lost for leaving an action out

ActionSet join(const ActionSet& done, const ActionSet& more) {
  ActionSet all = done;
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

struct Choice {
  ActionSet item;
  double gain = 0;
  double ratio = 0;  // gain per effort
};

class Round {
 public:
  // Choices that remove less than `least` are not looked at.
  // `hint`: what each action seemed to remove when last asked, alone; those are asked first.
  Round(const Evaluator& evaluator, const ActionSet& done, double left, double least, std::vector<double>& hint)
      : evaluator_(evaluator), left_(left), least_(least), way_(evaluator.way(done)), touch_(evaluator.touch(done)), hint_(hint) {
    gain_ = way_.most;
    size_t edges = 1;
    for (const Stage& stage : evaluator.stages()) edges = std::max(edges, stage.network == nullptr ? 0 : stage.network->edges.size());
    questions_ = std::max(kFewestQuestions, kQuestionEdges / edges);
    for (uint32_t action = 0; action < touch_.most.size(); ++action) {
      if (touch_.most[action] >= least && !std::binary_search(done.begin(), done.end(), action)) candidates_.push_back(action);
      if (way_.most[action] >= least) asked_first_.push_back(action);
    }
    const auto touched = [&](uint32_t action) { return touch_.most[action] / evaluator.priced().effort[action]; };
    std::stable_sort(candidates_.begin(), candidates_.end(), [&](uint32_t a, uint32_t b) { return touched(a) > touched(b); });
    std::stable_sort(asked_first_.begin(), asked_first_.end(), [&](uint32_t a, uint32_t b) { return bound(a) > bound(b); });
    std::stable_sort(asked_first_.begin(), asked_first_.end(), [&](uint32_t a, uint32_t b) { return hinted(a) > hinted(b); });
  }

  Choice best() {
    singles();
    pairs();
    return best_;
  }

  // A bundle out of all that is left; empty when there is none worth naming.
  Choice bundle() {
    ActionSet rest = candidates_;
    std::stable_sort(rest.begin(), rest.end(), [&](uint32_t a, uint32_t b) { return touch_.most[a] > touch_.most[b]; });
    if (rest.size() > kBundleActions) rest.resize(kBundleActions);
    if (rest.size() < 3) return {};
    const double all = left_ - evaluator_.with(way_, rest);
    if (all < least_) return {};
    std::stable_sort(rest.begin(), rest.end(), [&](uint32_t a, uint32_t b) {
      return touch_.most[a] / effort_of(evaluator_.priced(), {a}) < touch_.most[b] / effort_of(evaluator_.priced(), {b});
    });
    ActionSet kept = rest;
    for (const uint32_t action : rest) {
      ActionSet fewer = kept;
      fewer.erase(std::find(fewer.begin(), fewer.end(), action));
      if (left_ - evaluator_.with(way_, fewer) >= (1 - kBundleLoss) * all) kept = std::move(fewer);
    }
    if (kept.size() > kBundleSize) return {};
    std::sort(kept.begin(), kept.end());
    Choice choice;
    choice.gain = left_ - evaluator_.with(way_, kept);
    choice.ratio = choice.gain / effort_of(evaluator_.priced(), kept);
    choice.item = std::move(kept);
    return choice;
  }

 private:
  double hinted(uint32_t action) const { return hint_[action] / evaluator_.priced().effort[action]; }
  double bound(uint32_t action) const { return way_.most[action] / evaluator_.priced().effort[action]; }

  void offer(ActionSet item, double gain) {
    if (gain < least_) return;
    const double ratio = gain / effort_of(evaluator_.priced(), item);
    if (ratio > best_.ratio * (1 + 1e-12)) best_ = {std::move(item), gain, ratio};
  }

  // By what they seemed to remove, then by bound: an action that touches much and removes nothing is asked late.
  void singles() {
    size_t asked = 0;
    for (size_t from = 0; from < asked_first_.size();) {
      if (asked >= (best_.ratio > 0 ? 1 : kPatience) * std::min(questions_, kSingleQuestions)) break;
      std::vector<uint32_t> chunk;
      for (; from < asked_first_.size() && chunk.size() < kChunk; ++from) {
        if (bound(asked_first_[from]) > best_.ratio) chunk.push_back(asked_first_[from]);
      }
      std::vector<ActionSet> sets;
      for (const uint32_t action : chunk) sets.push_back({action});
      const std::vector<double> damage = evaluator_.with_each(way_, sets);
      for (size_t i = 0; i < chunk.size(); ++i) {
        gain_[chunk[i]] = left_ - damage[i];
        hint_[chunk[i]] = gain_[chunk[i]];
        offer({chunk[i]}, gain_[chunk[i]]);
      }
      asked += chunk.size();
    }
  }

  void pairs() {
    // Those that touch most: an arm of a bundle may remove next to nothing alone.
    std::vector<uint32_t> arms = candidates_;
    if (arms.size() > kPairActions) arms.resize(kPairActions);
    struct Pair {
      double bound;
      uint32_t a, b;
    };
    std::vector<Pair> all;
    for (size_t i = 0; i < arms.size(); ++i) {
      for (size_t j = i + 1; j < arms.size(); ++j) {
        const uint32_t a = std::min(arms[i], arms[j]), b = std::max(arms[i], arms[j]);
        const double together = gain_[a] + gain_[b] + touch_.both(a, b);
        all.push_back({together / effort_of(evaluator_.priced(), {a, b}), a, b});
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const Pair& x, const Pair& y) { return x.bound > y.bound; });
    all.resize(std::min({all.size(), questions_, kPairQuestions}));
    for (size_t from = 0; from < all.size(); from += kChunk) {
      if (all[from].bound <= best_.ratio) break;
      const size_t to = std::min(from + kChunk, all.size());
      std::vector<ActionSet> sets;
      for (size_t i = from; i < to; ++i) sets.push_back({all[i].a, all[i].b});
      const std::vector<double> damage = evaluator_.with_each(way_, sets);
      for (size_t i = from; i < to; ++i) offer({all[i].a, all[i].b}, left_ - damage[i - from]);
    }
  }

  const Evaluator& evaluator_;
  double left_, least_;
  Way way_;
  Evaluator::Touch touch_;
  size_t questions_ = 0;
  std::vector<double>& hint_;
  std::vector<uint32_t> asked_first_;
  std::vector<double> gain_;          // alone, or a bound on it
  std::vector<uint32_t> candidates_;  // by bound per effort
  Choice best_;
};

ActionSet all_of(const std::vector<ActionSet>& items) {
  ActionSet all;
  for (const ActionSet& item : items) all = join(all, item);
  return all;
}

// Items that the others make useless go, the last chosen first.
void drop_useless(const Evaluator& evaluator, std::vector<ActionSet>& items, double least) {
  double with_all = evaluator.with(all_of(items));
  for (size_t i = items.size(); i-- > 0;) {
    std::vector<ActionSet> fewer = items;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const double without = evaluator.with(all_of(fewer));
    if (without - with_all >= least / 2) continue;
    items = std::move(fewer);
    with_all = without;
  }
}

// One action for another at no more effort, where more goes.
void swap_better(const Evaluator& evaluator, std::vector<ActionSet>& items, double least) {
  const Priced& priced = evaluator.priced();
  double with_all = evaluator.with(all_of(items));
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].size() != 1) continue;
    std::vector<ActionSet> others = items;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    const ActionSet rest = all_of(others);
    const Way way = evaluator.way(rest);
    std::vector<uint32_t> better;
    for (uint32_t action = 0; action < priced.effort.size(); ++action) {
      const bool taken = std::binary_search(rest.begin(), rest.end(), action) || action == items[i][0];
      if (!taken && priced.effort[action] <= priced.effort[items[i][0]] && way.most[action] > 0) better.push_back(action);
    }
    std::stable_sort(better.begin(), better.end(), [&](uint32_t a, uint32_t b) { return way.most[a] > way.most[b]; });
    if (better.size() > kChunk) better.resize(kChunk);
    std::vector<ActionSet> sets;
    for (const uint32_t action : better) sets.push_back({action});
    const std::vector<double> damage = evaluator.with_each(way, sets);
    for (size_t j = 0; j < better.size(); ++j) {
      if (with_all - damage[j] < least) continue;
      items[i] = {better[j]};
      with_all = damage[j];
    }
  }
}

}  // namespace

double effort_of(const Priced& priced, const ActionSet& item) {
  double sum = 0;
  for (const uint32_t action : item) sum += priced.effort[action];
  return sum;
}

std::vector<size_t> order_items(const Evaluator& evaluator, const std::vector<ActionSet>& items, size_t count) {
  std::vector<size_t> order, left(items.size());
  std::iota(left.begin(), left.end(), 0);
  ActionSet done;
  while (!left.empty() && order.size() < count) {
    const Way way = evaluator.way(done);
    std::vector<std::pair<double, size_t>> bounds;  // on the ratio, negative; place in `left`
    for (size_t i = 0; i < left.size(); ++i) {
      double most = 0;
      for (const uint32_t action : items[left[i]]) most += way.most[action];
      bounds.emplace_back(-most / effort_of(evaluator.priced(), items[left[i]]), i);
    }
    std::sort(bounds.begin(), bounds.end());
    size_t best = 0;
    double best_ratio = -1;
    for (const auto& [bound, i] : bounds) {
      if (-bound < best_ratio) break;
      const ActionSet& item = items[left[i]];
      const double ratio = (way.damage - evaluator.with(way, item)) / effort_of(evaluator.priced(), item);
      if (ratio > best_ratio + 1e-15 || (ratio > best_ratio - 1e-15 && i < best)) {
        best_ratio = std::max(ratio, best_ratio);
        best = i;
      }
    }
    done = join(done, items[left[best]]);
    order.push_back(left[best]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return order;
}

std::vector<ActionSet> choose_plan(const Evaluator& evaluator, const Options& options, std::vector<double> hint) {
  hint.resize(evaluator.priced().effort.size(), 0);
  std::vector<ActionSet> items;
  const double now = evaluator.now();
  const double least = options.plan_stop * now;
  if (!(now > 0)) return items;
  ActionSet done;
  double left = now;
  while (items.size() < options.plan_items) {
    Round round(evaluator, done, left, least, hint);
    Choice choice = round.best();
    if (choice.item.empty()) choice = round.bundle();
    if (choice.item.empty()) break;
    left -= choice.gain;
    done = join(done, choice.item);
    items.push_back(std::move(choice.item));
  }
  if (items.empty()) return items;
  drop_useless(evaluator, items, least);
  swap_better(evaluator, items, least);
  drop_useless(evaluator, items, least);
  std::vector<ActionSet> ordered;
  for (const size_t i : order_items(evaluator, items, items.size())) ordered.push_back(items[i]);
  return ordered;
}

}  // namespace bulkhead::risk
