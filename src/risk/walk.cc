#include "risk/walk.h"

#include <algorithm>
#include <bit>

#include "risk/parallel.h"

namespace bulkhead::risk {

Cut make_cut(const Network& network, const Priced& priced, const std::vector<uint32_t>& actions) {
  return make_cut(network, lead_class_of_actions(priced), actions);
}

Cut make_cut(const Network& network, const std::vector<uint32_t>& lead_class, const std::vector<uint32_t>& actions) {
  Cut cut;
  if (actions.empty()) return cut;
  cut.edges.assign(network.edges.size(), 0);
  for (const uint32_t action : actions) add_cut(cut, network, action, lead_class[action]);
  return cut;
}

void add_cut(Cut& cut, const Network& network, uint32_t action, uint32_t lead_class) {
  const uint32_t mark = 1 + lead_class;
  for (const uint32_t edge : network.action_edges[action]) {
    if (cut.edges[edge] == 0 || mark < cut.edges[edge]) cut.edges[edge] = mark;
  }
}

std::vector<uint32_t> lead_class_of_actions(const Priced& priced) {
  const std::vector<double> classes = lead_classes(priced);
  std::vector<uint32_t> result;
  for (const double days : priced.lead_days) {
    result.push_back(static_cast<uint32_t>(std::lower_bound(classes.begin(), classes.end(), days) - classes.begin()));
  }
  return result;
}

Walker::Walker(const Network& network)
    : network_(network), reach_(network.position_count), dirty_((network.position_count + 63) / 64), visited_(dirty_.size()) {}

namespace {

// A block as one value: the compiler makes of it what the processor has.
using Lanes = uint64_t __attribute__((vector_size(kWords * sizeof(uint64_t)), may_alias));

struct Field {
  const Network& network;
  const Sample& sample;
  size_t block;
  const Cut& cut;
  const Bits* above;  // trials that are not walked on; null: there are none
  Bits* used;         // per edge; null: not asked for
  Bits* reach;
  uint64_t* dirty;
  uint64_t* visited;
};

Lanes& lanes(Bits& bits) { return reinterpret_cast<Lanes&>(bits); }
const Lanes& lanes(const Bits& bits) { return reinterpret_cast<const Lanes&>(bits); }

[[gnu::always_inline]] inline bool any(const Lanes& bits) {
  uint64_t all = 0;
  for (size_t w = 0; w < kWords; ++w) all |= bits[w];
  return all != 0;
}

// What has been gained at a position goes on along its edges. No branch on whether it is new there: half of the time it is.
template <bool kUsed>
[[gnu::always_inline]] inline void spread(const Field& field, uint32_t position) {
  Lanes here = lanes(field.reach[position]);
  if (field.above != nullptr) {
    here &= ~lanes(*field.above);
    if (!any(here)) return;
  }
  const Bits* const rows = field.sample.rows.data() + field.block * field.sample.row_count;
  const uint32_t* const cuts = field.cut.edges.empty() ? nullptr : field.cut.edges.data();
  for (uint32_t e = field.network.first[position]; e < field.network.first[position + 1]; ++e) {
    const Link edge = field.network.links[e];
    if (edge.to == field.cut.without) continue;
    Lanes come = here;
    if (edge.row != kAlways) come &= lanes(rows[edge.row]);
    if (cuts != nullptr && cuts[e] != 0) come &= ~lanes(field.sample.lead(field.block, cuts[e] - 1U));
    Lanes& there = lanes(field.reach[edge.to]);
    const Lanes fresh = come & ~there;
    there |= come;
    if constexpr (kUsed) lanes(field.used[e]) |= fresh;
    field.dirty[edge.to / 64] |= uint64_t{any(fresh)} << (edge.to % 64);
  }
}

// Sweeps in order of position. A position is walked at most once a sweep, so that a hub which gains bits again and again
// is not walked again for each of them.
[[gnu::always_inline]] inline void sweep(const Field& field, size_t words) {
  for (bool again = true; again;) {
    again = false;
    for (size_t word = 0; word < words; ++word) {
      uint64_t passed = 0;  // positions of this word that the sweep is past
      for (uint64_t left = field.dirty[word]; left != 0; left = field.dirty[word] & ~passed) {
        const int bit = std::countr_zero(left);
        passed |= (uint64_t{2} << bit) - 1;
        field.dirty[word] &= ~(uint64_t{1} << bit);
        field.visited[word] |= uint64_t{1} << bit;
        const uint32_t position = static_cast<uint32_t>(word * 64 + static_cast<size_t>(bit));
        if (field.used == nullptr) {
          spread<false>(field, position);
        } else {
          spread<true>(field, position);
        }
      }
    }
    for (size_t word = 0; word < words; ++word) again = again || field.dirty[word] != 0;
  }
}

using Sweep = void (*)(const Field&, size_t);

void sweep_plain(const Field& field, size_t words) { sweep(field, words); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void sweep_256(const Field& field, size_t words) { sweep(field, words); }
[[gnu::target("avx512f")]] void sweep_512(const Field& field, size_t words) { sweep(field, words); }

Sweep widest() { return __builtin_cpu_supports("avx512f") ? sweep_512 : __builtin_cpu_supports("avx2") ? sweep_256 : sweep_plain; }
#else
Sweep widest() { return sweep_plain; }
#endif

}  // namespace

void Walker::walk(const Sample& sample, size_t block, const Cut& cut, Extent extent, const Asked& asked) {
  static const Sweep run = widest();  // the same answers in any width
  for (size_t word = 0; word < visited_.size(); ++word) {
    for (uint64_t left = visited_[word]; left != 0; left &= left - 1) reach_[word * 64 + static_cast<size_t>(std::countr_zero(left))] = {};
    visited_[word] = 0;
  }
  for (size_t i = 0; i < network_.entries.size(); ++i) {
    const uint32_t position = network_.entries[i];
    if (position == cut.without) continue;
    Bits here = sample.entry(block, i);
    if (asked.only != nullptr) here &= *asked.only;
    if (!here.any()) continue;
    reach_[position] = here;
    dirty_[position / 64] |= uint64_t{1} << (position % 64);
  }
  if (asked.used != nullptr) asked.used->assign(network_.edges.size(), {});
  run({network_, sample, block, cut, extent == Extent::damage ? above() : nullptr, asked.used == nullptr ? nullptr : asked.used->data(),
       reach_.data(), dirty_.data(), visited_.data()},
      dirty_.size());
}

Bits Walker::held(const AssetClass& asset) const {
  Bits bits;
  for (const Hold& hold : asset.holds) bits |= reach_[hold.position];
  return bits;
}

// Calls fn(class, share, trials): the trials, but for those at the summit, in which the strongest hold on the class is that share.
template <typename Fn>
void Walker::each_share(const Fn& fn) const {
  const Bits summit = above() == nullptr ? Bits{} : *above();
  for (size_t a = 0; a < network_.assets.size(); ++a) {
    const std::vector<Hold>& holds = network_.assets[a].holds;
    Bits before = summit;
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

double most_damage(const Network& network, const std::vector<double>& values) {
  double sum = 0;
  for (size_t a = 0; a < network.assets.size(); ++a) sum += values[a] * network.assets[a].holds.front().share;
  return sum;
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
  double sum = above() == nullptr ? 0 : most_damage(network_, values) * weigh(sample, block, *above());
  each_share([&](size_t a, double share, const Bits& trials) { sum += values[a] * share * weigh(sample, block, trials); });
  return sum;
}

void Walker::damages(const std::vector<double>& values, double* out) const {
  std::fill_n(out, kBlock, 0.0);
  const auto add = [&](const Bits& trials, double damage) {
    for (size_t w = 0; w < kWords; ++w) {
      for (uint64_t left = trials.w[w]; left != 0; left &= left - 1) out[w * 64 + static_cast<size_t>(std::countr_zero(left))] += damage;
    }
  };
  if (above() != nullptr) add(*above(), most_damage(network_, values));
  each_share([&](size_t a, double share, const Bits& trials) { add(trials, values[a] * share); });
}

double mean_damage(const Sample& sample, const std::vector<double>& values, const Cut& cut, Walker& walker) {
  double sum = 0;
  for (size_t block = 0; block < sample.blocks; ++block) {
    walker.walk(sample, block, cut, Extent::damage);
    sum += walker.damage(sample, block, values);
  }
  return sum;
}

std::vector<double> trial_damages(const Network& network, const Sample& sample, const std::vector<double>& values, const Cut& cut,
                                  unsigned threads) {
  std::vector<double> out(sample.blocks * kBlock);
  std::vector<Walker> walkers(std::max(1U, threads), Walker(network));
  parallel_for(sample.blocks, threads, [&](size_t block, unsigned thread) {
    walkers[thread].walk(sample, block, cut, Extent::damage);
    walkers[thread].damages(values, out.data() + block * kBlock);
  });
  return out;
}

}  // namespace bulkhead::risk
