#include "risk/evaluator.h"

#include <algorithm>
#include <bit>

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
    : priced_(priced), stages_(std::move(stages)), threads_(std::max(1U, threads)), walkers_(threads_) {
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
    parts[i] = cuts ? mean_damage(stage.sample, stage.values, make_cut(*stage.network, priced_, actions), walkers_[thread][i]) : stage.risk;
  }
  return parts;
}

double Evaluator::with(const ActionSet& actions, unsigned thread) const {
  const std::vector<double> parts = parts_with(actions, thread);
  double sum = 0;
  for (size_t i = 0; i < stages_.size(); ++i) sum += stages_[i].weight * parts[i];
  return sum;
}

std::vector<double> Evaluator::with_each(const std::vector<ActionSet>& sets) const {
  std::vector<double> answers(sets.size());
  parallel_for(sets.size(), threads_, [&](size_t i, unsigned thread) { answers[i] = with(sets[i], thread); });
  return answers;
}

std::vector<std::vector<double>> Evaluator::trials_with(const ActionSet& actions) const {
  std::vector<std::vector<double>> result;
  for (const Stage& stage : stages_) {
    std::vector<double>& own = result.emplace_back();
    if (stage.network == nullptr) continue;
    own = trial_damages(*stage.network, stage.sample, stage.values, make_cut(*stage.network, priced_, actions), threads_);
  }
  return result;
}

Evaluator::Touch Evaluator::touch(const ActionSet& done) const {
  Touch result;
  const size_t actions = priced_.lead_days.size();
  std::vector<size_t> first_block;  // of each stage
  size_t blocks = 0;
  for (const Stage& stage : stages_) {
    first_block.push_back(blocks);
    blocks += stage.network == nullptr ? 0 : stage.sample.blocks;
  }
  result.most.assign(actions, 0);
  result.trials.resize(actions);
  result.damage.assign(blocks * kBlock, 0);
  std::vector<std::vector<double>> most(blocks, std::vector<double>(actions, 0));
  for (size_t action = 0; action < actions; ++action) {
    for (const Stage& stage : stages_) {
      if (stage.network == nullptr || stage.network->action_edges[action].empty()) continue;
      result.trials[action].resize(blocks);
      break;
    }
  }
  const std::vector<double> classes = lead_classes(priced_);
  for (size_t s = 0; s < stages_.size(); ++s) {
    const Stage& stage = stages_[s];
    if (stage.network == nullptr) continue;
    const Network& network = *stage.network;
    const Cut cut = make_cut(network, priced_, done);
    parallel_for(stage.sample.blocks, threads_, [&](size_t block, unsigned thread) {
      Walker& walker = walkers_[thread][s];
      walker.walk(stage.sample, block, cut);
      double* damage = result.damage.data() + (first_block[s] + block) * kBlock;
      walker.damages(stage.values, damage);
      for (size_t i = 0; i < kBlock; ++i) {
        damage[i] *= stage.weight * (stage.sample.weight.empty() ? stage.sample.unit() : stage.sample.weight[block * kBlock + i]);
      }
      for (size_t action = 0; action < actions; ++action) {
        Bits walked;
        for (const uint32_t e : network.action_edges[action]) {
          const Edge& edge = network.edges[e];
          Bits here = walker.reach(edge.from);
          if (!here.any()) continue;
          if (edge.row != kAlways) here &= stage.sample.row(block, edge.row);
          if (!cut.edges.empty() && cut.edges[e] != 0) {
            const Bits& closed = stage.sample.lead(block, cut.edges[e] - 1U);
            for (size_t w = 0; w < kWords; ++w) here.w[w] &= ~closed.w[w];
          }
          walked |= here;
        }
        if (!walked.any()) continue;
        const auto at = std::lower_bound(classes.begin(), classes.end(), priced_.lead_days[action]);
        walked &= stage.sample.lead(block, static_cast<size_t>(at - classes.begin()));
        result.trials[action][first_block[s] + block] = walked;
        most[first_block[s] + block][action] = sum_where(walked, damage);
      }
    });
  }
  for (const std::vector<double>& part : most) {
    for (size_t action = 0; action < actions; ++action) result.most[action] += part[action];
  }
  return result;
}

double Evaluator::Touch::both(size_t a, size_t b) const {
  if (trials[a].empty() || trials[b].empty()) return 0;
  double sum = 0;
  for (size_t block = 0; block < trials[a].size(); ++block) {
    Bits common = trials[a][block];
    common &= trials[b][block];
    if (common.any()) sum += sum_where(common, damage.data() + block * kBlock);
  }
  return sum;
}

}  // namespace bulkhead::risk
