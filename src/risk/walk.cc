#include "risk/walk.h"

#include <algorithm>
#include <bit>

#include "risk/parallel.h"

namespace bulkhead::risk {

Cut make_cut(const Network& network, const Priced& priced, const std::vector<uint32_t>& actions) {
  Cut cut;
  if (actions.empty()) return cut;
  cut.edges.assign(network.edges.size(), 0);
  const std::vector<double> classes = lead_classes(priced);
  for (const uint32_t action : actions) {
    const auto at = std::lower_bound(classes.begin(), classes.end(), priced.lead_days[action]);
    const uint32_t mark = static_cast<uint32_t>(1 + (at - classes.begin()));
    for (const uint32_t edge : network.action_edges[action]) {
      if (cut.edges[edge] == 0 || mark < cut.edges[edge]) cut.edges[edge] = mark;
    }
  }
  return cut;
}

Walker::Walker(const Network& network) : network_(network), reach_(network.position_count), dirty_((network.position_count + 63) / 64) {}

void Walker::walk(const Sample& sample, size_t block, const Cut& cut) {
  std::fill(reach_.begin(), reach_.end(), Bits{});
  for (size_t i = 0; i < network_.entries.size(); ++i) {
    const uint32_t position = network_.entries[i];
    if (position == cut.without) continue;
    reach_[position] = sample.entry(block, i);
    if (reach_[position].any()) dirty_[position / 64] |= uint64_t{1} << (position % 64);
  }
  // Sweeps in order of position. A position is walked at most once a sweep, so that a hub which gains bits again and again
  // is not walked again for each of them.
  for (bool again = true; again;) {
    again = false;
    for (size_t word = 0; word < dirty_.size(); ++word) {
      uint64_t passed = 0;  // positions of this word that the sweep is past
      for (uint64_t left = dirty_[word]; left != 0; left = dirty_[word] & ~passed) {
        const int bit = std::countr_zero(left);
        passed |= (uint64_t{2} << bit) - 1;
        dirty_[word] &= ~(uint64_t{1} << bit);
        walk_position(sample, block, cut, static_cast<uint32_t>(word * 64 + static_cast<size_t>(bit)));
      }
    }
    for (const uint64_t word : dirty_) again = again || word != 0;
  }
}

void Walker::walk_position(const Sample& sample, size_t block, const Cut& cut, uint32_t position) {
  const Bits here = reach_[position];
  for (uint32_t e = network_.first[position]; e < network_.first[position + 1]; ++e) {
    const Link edge = network_.links[e];
    Bits come = here;
    if (edge.row != kAlways) come &= sample.row(block, edge.row);
    if (!cut.edges.empty() && cut.edges[e] != 0) {
      const Bits& closed = sample.lead(block, cut.edges[e] - 1U);
      for (size_t w = 0; w < kWords; ++w) come.w[w] &= ~closed.w[w];
    }
    Bits& there = reach_[edge.to];
    uint64_t fresh = 0;
    for (size_t w = 0; w < kWords; ++w) fresh |= come.w[w] & ~there.w[w];
    if (fresh == 0 || edge.to == cut.without) continue;
    there |= come;
    dirty_[edge.to / 64] |= uint64_t{1} << (edge.to % 64);
  }
}

Bits Walker::held(const AssetClass& asset) const {
  Bits bits;
  for (const Hold& hold : asset.holds) bits |= reach_[hold.position];
  return bits;
}

// Calls fn(class, share, trials): the trials in which the strongest hold on the class is that share.
template <typename Fn>
void Walker::each_share(const Fn& fn) const {
  for (size_t a = 0; a < network_.assets.size(); ++a) {
    const std::vector<Hold>& holds = network_.assets[a].holds;
    Bits before;
    for (size_t i = 0; i < holds.size();) {
      Bits now;
      const double share = holds[i].share;
      for (; i < holds.size() && holds[i].share == share; ++i) now |= reach_[holds[i].position];
      for (size_t w = 0; w < kWords; ++w) now.w[w] &= ~before.w[w];
      if (!now.any()) continue;
      fn(a, share, now);
      before |= now;
    }
  }
}

double weigh(const Sample& sample, size_t block, const Bits& bits) {
  if (sample.weight.empty()) {
    int count = 0;
    for (const uint64_t word : bits.w) count += std::popcount(word);
    return count * sample.unit();
  }
  double sum = 0;
  for (size_t w = 0; w < kWords; ++w) {
    for (uint64_t left = bits.w[w]; left != 0; left &= left - 1) {
      sum += sample.weight[block * kBlock + w * 64 + static_cast<size_t>(std::countr_zero(left))];
    }
  }
  return sum;
}

double Walker::damage(const Sample& sample, size_t block, const std::vector<double>& values) const {
  double sum = 0;
  each_share([&](size_t a, double share, const Bits& trials) { sum += values[a] * share * weigh(sample, block, trials); });
  return sum;
}

void Walker::damages(const std::vector<double>& values, double* out) const {
  std::fill_n(out, kBlock, 0.0);
  each_share([&](size_t a, double share, const Bits& trials) {
    for (size_t w = 0; w < kWords; ++w) {
      for (uint64_t left = trials.w[w]; left != 0; left &= left - 1) {
        out[w * 64 + static_cast<size_t>(std::countr_zero(left))] += values[a] * share;
      }
    }
  });
}

double mean_damage(const Sample& sample, const std::vector<double>& values, const Cut& cut, Walker& walker) {
  double sum = 0;
  for (size_t block = 0; block < sample.blocks; ++block) {
    walker.walk(sample, block, cut);
    sum += walker.damage(sample, block, values);
  }
  return sum;
}

std::vector<double> trial_damages(const Network& network, const Sample& sample, const std::vector<double>& values, const Cut& cut,
                                  unsigned threads) {
  std::vector<double> out(sample.blocks * kBlock);
  std::vector<Walker> walkers(std::max(1U, threads), Walker(network));
  parallel_for(sample.blocks, threads, [&](size_t block, unsigned thread) {
    walkers[thread].walk(sample, block, cut);
    walkers[thread].damages(values, out.data() + block * kBlock);
  });
  return out;
}

}  // namespace bulkhead::risk
