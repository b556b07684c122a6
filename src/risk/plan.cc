#include "risk/plan.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace bulkhead::risk {
namespace {

// Budgets of one round. They bound work, not the answer's meaning; small graphs never meet them.
constexpr size_t kChunk = 8;                  // questions asked at once; fixed, so that threads change nothing
constexpr size_t kSingleQuestions = 64;       // single actions that are tried, those with the best bounds
constexpr size_t kQuestionEdges = 1'500'000;  // edges × questions: large graphs try fewer single actions,
constexpr size_t kFewestQuestions = 16;       // but these
constexpr size_t kPatience = 3;               // times as many single actions are asked while none has removed enough
constexpr size_t kArms = 6;                   // actions that a chain may begin with, those that most rests on;
constexpr size_t kArmEdges = 150'000;         // edges × chains: large graphs try fewer,
constexpr size_t kFewestArms = 2;             // but these
constexpr size_t kPartners = 4;               // actions that are tried as the next of a chain
constexpr size_t kScoutBlocks = 1;            // of trials, on which partners are looked for
constexpr size_t kChain = 6;                  // actions of a chain; a larger bundle is no advice
constexpr double kChainLoss = 0.05;           // of what a chain removes may be lost for leaving an action out

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
  // `scout` has fewer of the same trials: bundles are looked for on it and priced on `evaluator`.
  Round(const Evaluator& evaluator, const Evaluator& scout, const ActionSet& done, double least, std::vector<double>& hint)
      : evaluator_(evaluator), scout_(scout), least_(least), way_(evaluator.way(done)), seen_(scout.way(done)), hint_(hint) {
    size_t edges = 1;
    for (const Stage& stage : evaluator.stages()) edges = std::max(edges, stage.network == nullptr ? 0 : stage.network->edges.size());
    questions_ = std::min(kSingleQuestions, std::max(kFewestQuestions, kQuestionEdges / edges));
    arms_ = std::clamp(kArmEdges / edges, kFewestArms, kArms);
    for (uint32_t action = 0; action < way_.most.size(); ++action) {
      if (way_.most[action] > 0) candidates_.push_back(action);
    }
    std::stable_sort(candidates_.begin(), candidates_.end(), [&](uint32_t a, uint32_t b) { return bound(a) > bound(b); });
  }

  Choice best() {
    singles();
    chains();
    return best_;
  }

 private:
  double effort(const ActionSet& actions) const { return effort_of(evaluator_.priced(), actions); }
  double hinted(uint32_t action) const { return hint_[action] / evaluator_.priced().effort[action]; }
  double bound(uint32_t action) const { return way_.most[action] / evaluator_.priced().effort[action]; }

  // Each action of a bundle must earn its place in the plan.
  void offer(ActionSet item, double gain) {
    if (gain < least_ * static_cast<double>(item.size())) return;
    const double ratio = gain / effort(item);
    if (ratio > best_.ratio * (1 + 1e-12)) best_ = {std::move(item), gain, ratio};
  }

  // By what they seemed to remove, then by bound.
  void singles() {
    std::vector<uint32_t> order;
    for (const uint32_t action : candidates_) {
      if (way_.most[action] >= least_) order.push_back(action);
    }
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return hinted(a) > hinted(b); });
    size_t asked = 0;
    for (size_t from = 0; from < order.size();) {
      if (asked >= (best_.ratio > 0 ? 1 : kPatience) * questions_) break;
      std::vector<ActionSet> sets;
      for (; from < order.size() && sets.size() < kChunk; ++from) {
        if (bound(order[from]) > best_.ratio) sets.push_back({order[from]});
      }
      const std::vector<double> damage = evaluator_.with_each(way_, sets);
      for (size_t i = 0; i < sets.size(); ++i) {
        hint_[sets[i][0]] = way_.damage - damage[i];
        offer(sets[i], way_.damage - damage[i]);
      }
      asked += sets.size();
    }
  }

  // Actions that only help together. Where one that much rests on is done, the way that attackers go instead shows its partners: those
  // that much rests on then. So parallel routes are found one after the other, though none of them is worth anything alone.
  void chains() {
    for (size_t i = 0; i < std::min(arms_, candidates_.size()); ++i) {
      ActionSet chain{candidates_[i]};
      Choice best;  // of this chain's beginnings, as the scout sees them
      best.ratio = best_.ratio;
      while (chain.size() < kChain) {
        const std::optional<uint32_t> partner = partner_of(chain, best);
        if (!partner) break;
        chain = join(chain, {*partner});
      }
      if (!best.item.empty()) offer_without_idle(best.item);
    }
  }

  // The next of a chain: the one that makes it remove most per effort; where none helps yet, the one that most rests on. Nothing when
  // none can make it better than `best`, which takes what is found.
  std::optional<uint32_t> partner_of(const ActionSet& chain, Choice& best) {
    const Way way = scout_.way(join(seen_.done, chain));
    const double gain = seen_.damage - way.damage;
    const double cost = effort(chain);
    std::vector<std::pair<double, uint32_t>> bounds;
    for (uint32_t action = 0; action < way.most.size(); ++action) {
      const double ratio = (gain + way.most[action]) / (cost + evaluator_.priced().effort[action]);
      if (way.most[action] > 0 && ratio > best.ratio) bounds.emplace_back(-ratio, action);
    }
    std::sort(bounds.begin(), bounds.end());
    if (bounds.size() > kPartners) bounds.resize(kPartners);
    std::vector<ActionSet> sets;
    sets.reserve(bounds.size());
    for (const auto& [bound, action] : bounds) sets.push_back({action});
    const std::vector<double> damage = scout_.with_each(way, sets);
    std::optional<uint32_t> next;
    double most = 0;
    for (size_t i = 0; i < sets.size(); ++i) {
      const double more = way.damage - damage[i];
      const double ratio = (gain + more) / (cost + effort(sets[i]));
      if (ratio > best.ratio * (1 + 1e-12)) best = {join(chain, sets[i]), gain + more, ratio};
      if (more > 0 && ratio > most) {
        most = ratio;
        next = sets[i][0];
      }
    }
    if (!next && !sets.empty()) next = sets[0][0];
    return next;
  }

  // Actions that the others of a chain make useless, or that are not worth their effort, are left out of it, the dearest first.
  void offer_without_idle(const ActionSet& chain) {
    const double all = way_.damage - evaluator_.with(way_, chain);
    if (all < least_) return;
    if (chain.size() < 3) return offer(chain, all);
    ActionSet kept = chain, order = chain;
    const std::vector<double>& price = evaluator_.priced().effort;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return price[a] > price[b]; });
    double gain = all;
    for (const uint32_t action : order) {
      if (kept.size() == 1) break;
      ActionSet fewer = kept;
      fewer.erase(std::find(fewer.begin(), fewer.end(), action));
      const double without = way_.damage - evaluator_.with(way_, fewer);
      if (without < (1 - kChainLoss) * all && without / effort(fewer) <= gain / effort(kept)) continue;
      kept = std::move(fewer);
      gain = without;
    }
    offer(kept, gain);
  }

  const Evaluator& evaluator_;
  const Evaluator& scout_;
  double least_;
  Way way_, seen_;
  std::vector<double>& hint_;
  size_t questions_ = 0, arms_ = 0;
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
    sets.reserve(better.size());
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
  std::vector<Stage> fewer;
  for (const Stage& stage : evaluator.stages()) fewer.push_back(stage.network == nullptr ? stage : first_blocks(stage, kScoutBlocks));
  const Evaluator scout(evaluator.priced(), std::move(fewer), evaluator.threads());
  ActionSet done;
  while (items.size() < options.plan_items) {
    Choice choice = Round(evaluator, scout, done, least, hint).best();
    if (choice.item.empty()) break;
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
