#include "risk/evaluator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

#include "risk/interval.h"
#include "risk/parallel.h"

namespace bulkhead::risk {
namespace {

const Network kNowhere;

double sum_where(const Bits& bits, const double* damage) {
  double sum = 0;
  for (size_t w = 0; w < kWords; ++w) {
    for (uint64_t left = bits.w[w]; left != 0; left &= left - 1) sum += damage[w * 64 + static_cast<size_t>(std::countr_zero(left))];
  }
  return sum;
}

}  // namespace

Evaluator::Evaluator(const Priced& priced, std::vector<Stage> stages, unsigned threads)
    : priced_(priced),
      stages_(std::move(stages)),
      threads_(std::max(1U, threads)),
      lead_class_(lead_class_of_actions(priced)),
      walkers_(threads_) {
  for (std::vector<Walker>& own : walkers_) {
    for (const Stage& stage : stages_) own.emplace_back(stage.network == nullptr ? kNowhere : *stage.network);
  }
}

double Evaluator::now() const {
  double sum = 0;
  for (const Stage& stage : stages_) sum += stage.weight * stage.risk;
  return sum;
}

std::vector<double> Evaluator::parts_with(const ActionSet& actions, unsigned thread) const {
  std::vector<double> parts(stages_.size(), 0);
  for (size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    if (stage.network == nullptr) continue;
    const bool cuts = std::any_of(actions.begin(), actions.end(), [&](uint32_t a) { return !stage.network->action_edges[a].empty(); });
    parts[i] =
        cuts ? mean_damage(stage.sample, stage.values, make_cut(*stage.network, lead_class_, actions), walkers_[thread][i]) : stage.risk;
  }
  return parts;
}

double Evaluator::with(const ActionSet& actions, unsigned thread) const {
  const std::vector<double> parts = parts_with(actions, thread);
  double sum = 0;
  for (size_t i = 0; i < stages_.size(); ++i) sum += stages_[i].weight * parts[i];
  return sum;
}

std::vector<std::vector<double>> Evaluator::trials_with(const ActionSet& actions) const {
  std::vector<std::vector<double>> result;
  for (const Stage& stage : stages_) {
    std::vector<double>& own = result.emplace_back();
    if (stage.network == nullptr) continue;
    own = trial_damages(*stage.network, stage.sample, stage.values, make_cut(*stage.network, lead_class_, actions), threads_);
  }
  return result;
}

double Evaluator::unit_of(size_t stage, size_t block, size_t bit) const {
  const Sample& sample = stages_[stage].sample;
  return sample.weight.empty() ? sample.unit() : sample.weight[block * kBlock + bit];
}

Way Evaluator::way(const ActionSet& done) const {
  Way result;
  result.done = done;
  result.of_trials.resize(stages_.size());
  result.cuts.resize(stages_.size());
  result.needs.resize(priced_.lead_days.size());
  result.most.assign(priced_.lead_days.size(), 0);
  std::vector<std::vector<Bits>> used(threads_);
  for (uint32_t s = 0; s < stages_.size(); ++s) {
    const Stage& stage = stages_[s];
    if (stage.network == nullptr) continue;
    const Network& network = *stage.network;
    result.cuts[s] = make_cut(network, lead_class_, done);
    std::vector<double>& damage = result.of_trials[s];
    damage.resize(stage.sample.blocks * kBlock);
    std::vector<std::vector<std::pair<uint32_t, Bits>>> found(stage.sample.blocks);  // action, trials
    parallel_for(stage.sample.blocks, threads_, [&](size_t block, unsigned thread) {
      Walker& walker = walkers_[thread][s];
      std::vector<Bits>& brought = used[thread];
      walker.walk(stage.sample, block, result.cuts[s], Extent::damage, {.only = nullptr, .used = &brought});
      walker.damages(stage.values, damage.data() + block * kBlock);
      for (size_t i = 0; i < kBlock; ++i) damage[block * kBlock + i] *= stage.weight * unit_of(s, block, i);
      for (uint32_t action = 0; action < network.action_edges.size(); ++action) {
        Bits trials;
        for (const uint32_t e : network.action_edges[action]) trials |= brought[e];
        if (!trials.any()) continue;
        trials &= stage.sample.lead(block, lead_class_[action]);
        if (trials.any()) found[block].emplace_back(action, trials);
      }
    });
    for (uint32_t block = 0; block < found.size(); ++block) {
      for (const auto& [action, trials] : found[block]) {
        result.needs[action].push_back({s, block, trials});
        result.most[action] += sum_where(trials, damage.data() + block * kBlock);
      }
    }
    for (const double x : damage) result.damage += x;
  }
  return result;
}

std::vector<Way::Need> Evaluator::needs_of(const Way& way, const ActionSet& more) const {
  std::vector<Way::Need> all;
  for (const uint32_t action : more) all.insert(all.end(), way.needs[action].begin(), way.needs[action].end());
  if (more.size() < 2) return all;
  std::stable_sort(all.begin(), all.end(),
                   [](const Way::Need& a, const Way::Need& b) { return std::tie(a.stage, a.block) < std::tie(b.stage, b.block); });
  std::vector<Way::Need> joined;
  for (const Way::Need& need : all) {
    if (joined.empty() || joined.back().stage != need.stage || joined.back().block != need.block) {
      joined.push_back(need);
    } else {
      joined.back().trials |= need.trials;
    }
  }
  return joined;
}

template <typename Fn>
void Evaluator::each_need(const Way& way, const ActionSet& more, unsigned thread, const Fn& fn) const {
  const std::vector<Way::Need> needs = needs_of(way, more);
  for (size_t i = 0; i < needs.size();) {
    const uint32_t s = needs[i].stage;
    const Stage& stage = stages_[s];
    Cut cut = way.cuts[s];
    if (cut.edges.empty()) cut.edges.assign(stage.network->edges.size(), 0);
    for (const uint32_t action : more) add_cut(cut, *stage.network, action, lead_class_[action]);
    for (; i < needs.size() && needs[i].stage == s; ++i) {
      Walker& walker = walkers_[thread][s];
      walker.walk(stage.sample, needs[i].block, cut, Extent::damage, {.only = &needs[i].trials, .used = nullptr});
      fn(needs[i], walker);
    }
  }
}

double Evaluator::with(const Way& way, const ActionSet& more, unsigned thread) const {
  double sum = way.damage;
  each_need(way, more, thread, [&](const Way::Need& need, const Walker& walker) {
    const Stage& stage = stages_[need.stage];
    sum += stage.weight * walker.damage(stage.sample, need.block, stage.values);
    sum -= sum_where(need.trials, way.of_trials[need.stage].data() + need.block * kBlock);
  });
  return sum;
}

std::vector<double> Evaluator::with_each(const Way& way, const std::vector<ActionSet>& sets) const {
  std::vector<double> answers(sets.size());
  parallel_for(sets.size(), threads_, [&](size_t i, unsigned thread) { answers[i] = with(way, sets[i], thread); });
  return answers;
}

std::vector<model::Estimate> Evaluator::removed(const Way& way, uint32_t action, unsigned thread) const {
  struct Sums {
    double weighed = 0, plain = 0, squares = 0;
  };
  std::vector<Sums> sums(stages_.size());
  std::array<double, kBlock> after;
  each_need(way, {action}, thread, [&](const Way::Need& need, const Walker& walker) {
    const Stage& stage = stages_[need.stage];
    walker.damages(stage.values, after.data());
    for (size_t w = 0; w < kWords; ++w) {
      for (uint64_t left = need.trials.w[w]; left != 0; left &= left - 1) {
        const size_t bit = w * 64 + static_cast<size_t>(std::countr_zero(left));
        const double gone = stage.damage[need.block * kBlock + bit] - after[bit];
        sums[need.stage].weighed += gone * unit_of(need.stage, need.block, bit);
        sums[need.stage].plain += gone;
        sums[need.stage].squares += gone * gone;
      }
    }
  });
  std::vector<model::Estimate> result;
  for (size_t s = 0; s < stages_.size(); ++s) {
    const Sample& sample = stages_[s].sample;
    const bool drawn = stages_[s].network != nullptr && !sample.exact;
    result.push_back(drawn ? mean_of(sums[s].plain, sums[s].squares, static_cast<double>(sample.trials), stages_[s].largest)
                           : exactly(sums[s].weighed));
  }
  return result;
}

}  // namespace bulkhead::risk
