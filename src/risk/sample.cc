#include "risk/sample.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "risk/parallel.h"
#include "risk/random.h"

namespace bulkhead::risk {
namespace {

double read_chance(const model::Variable& variable, double chance, Reading reading) {
  if (!variable.unknown || reading == Reading::as_is) return chance;
  return reading == Reading::floor ? 0 : 1;
}

uint64_t variable_key(const model::Variable& variable, uint64_t seed) {
  return variable.group.empty() ? draw_key("variable:" + variable.id, seed) : draw_key("group:" + variable.group, seed);
}

Bits open_in(const Row& row, const Bits* variables) {
  Bits open;
  for (const std::vector<uint32_t>& term : row.terms) {
    Bits all = variables[term[0]];
    for (size_t i = 1; i < term.size(); ++i) all &= variables[term[i]];
    open |= all;
  }
  return open;
}

void set_rows(const Network& network, const std::vector<Bits>& variables, Bits* rows) {
  for (size_t r = 0; r < network.rows.size(); ++r) rows[r] = open_in(network.rows[r], variables.data());
}

// Which start wins each trial: an exponential race (largest u^(1/weight)), so that a further start takes trials from
// the others in proportion and moves none between them. Starts of one weight need no logarithm among themselves.
struct Race {
  struct Lane {
    double weight;
    std::vector<size_t> starts;
  };
  std::vector<Lane> lanes;
  std::vector<uint64_t> keys;  // per start

  Race(const DrawRequest& request, const PricedAttacker& attacker) {
    std::map<double, std::vector<size_t>> by_weight;
    for (size_t i = 0; i < attacker.starts.size(); ++i) {
      keys.push_back(draw_key("start:" + request.graph->positions[attacker.starts[i].position].id, request.seed));
      if (attacker.starts[i].p > 0) by_weight[attacker.starts[i].p].push_back(i);
    }
    for (auto& [weight, starts] : by_weight) lanes.push_back({weight, std::move(starts)});
  }

  void run(size_t block, const Network& network, Bits* entries) const {
    if (lanes.size() == 1 && lanes[0].starts.size() == 1) {
      const uint32_t entry = network.entry_of_start[lanes[0].starts[0]];
      if (entry != kNone) entries[entry].w.fill(~uint64_t{0});
      return;
    }
    std::vector<double> best(kBlock, -INFINITY);
    std::vector<size_t> winner(kBlock, 0);
    std::vector<uint32_t> top(kBlock);
    std::vector<size_t> holder(kBlock);
    for (const Lane& lane : lanes) {
      std::fill(top.begin(), top.end(), 0);
      std::fill(holder.begin(), holder.end(), lane.starts[0]);
      for (const size_t start : lane.starts) {
        for (size_t quad = 0; quad < kBlock / 4; ++quad) {
          const std::array<uint32_t, 4> numbers = four_numbers(keys[start], block * (kBlock / 4) + quad);
          for (size_t i = 0; i < 4; ++i) {
            if (numbers[i] <= top[4 * quad + i]) continue;
            top[4 * quad + i] = numbers[i];
            holder[4 * quad + i] = start;
          }
        }
      }
      for (size_t trial = 0; trial < kBlock; ++trial) {
        const double score = std::log((top[trial] + 0.5) * 0x1p-32) / lane.weight;
        if (score <= best[trial]) continue;
        best[trial] = score;
        winner[trial] = holder[trial];
      }
    }
    for (size_t trial = 0; trial < kBlock; ++trial) {
      const uint32_t entry = network.entry_of_start[winner[trial]];
      if (entry != kNone) entries[entry].w[trial / 64] |= uint64_t{1} << (trial % 64);
    }
  }
};

Sample empty_sample(const Network& network, const Priced& priced, size_t blocks) {
  Sample sample;
  sample.blocks = blocks;
  sample.row_count = network.rows.size();
  sample.entry_count = network.entries.size();
  sample.lead_count = lead_classes(priced).size();
  sample.rows.resize(blocks * sample.row_count);
  sample.entries.resize(blocks * sample.entry_count);
  sample.leads.resize(blocks * sample.lead_count);
  return sample;
}

}  // namespace

std::vector<double> lead_classes(const Priced& priced) {
  std::vector<double> classes = priced.lead_days;
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

std::vector<Sample> draw(const DrawRequest& request, const std::vector<Reading>& readings) {
  const Network& network = *request.network;
  const Priced& priced = *request.priced;
  const size_t blocks = std::max<size_t>(1, (request.trials + kBlock - 1) / kBlock);
  std::vector<Sample> samples;
  for (size_t i = 0; i < readings.size(); ++i) {
    samples.push_back(empty_sample(network, priced, blocks));
    samples.back().trials = blocks * kBlock;
  }
  std::vector<uint64_t> keys;
  for (const uint32_t variable : network.variables) keys.push_back(variable_key(request.graph->variables[variable], request.seed));
  const Race race(request, priced.attackers[request.attacker]);
  const std::vector<double> classes = lead_classes(priced);
  const uint64_t time_key = draw_key("time", request.seed);
  std::vector<std::vector<Bits>> scratch(std::max(1U, request.threads), std::vector<Bits>(network.variables.size()));

  parallel_for(blocks, request.threads, [&](size_t block, unsigned thread) {
    std::vector<Bits>& bits = scratch[thread];
    for (size_t i = 0; i < network.variables.size(); ++i) {
      const double chance = priced.chance[network.variables[i]];
      for (size_t w = 0; w < kWords; ++w) bits[i].w[w] = below(keys[i], block * kWords + w, chance);
    }
    for (size_t r = 0; r < readings.size(); ++r) {
      Sample& sample = samples[r];
      if (readings[r] != Reading::as_is) {
        for (size_t i = 0; i < network.variables.size(); ++i) {
          if (request.graph->variables[network.variables[i]].unknown) bits[i].w.fill(readings[r] == Reading::floor ? 0 : ~uint64_t{0});
        }
      }
      set_rows(network, bits, sample.rows.data() + block * sample.row_count);
      if (r == 0) {
        race.run(block, network, sample.entries.data() + block * sample.entry_count);
        for (size_t c = 0; c < classes.size(); ++c) {
          for (size_t w = 0; w < kWords; ++w) {
            sample.leads[block * sample.lead_count + c].w[w] = ~below(time_key, block * kWords + w, classes[c] / priced.horizon_days);
          }
        }
      } else {
        std::copy_n(samples[0].entries.begin() + block * sample.entry_count, sample.entry_count,
                    sample.entries.begin() + block * sample.entry_count);
        std::copy_n(samples[0].leads.begin() + block * sample.lead_count, sample.lead_count,
                    sample.leads.begin() + block * sample.lead_count);
      }
    }
  });
  return samples;
}

ToldSample::ToldSample(const DrawRequest& request) : network_(request.network), sample_(std::move(draw(request, {Reading::as_is})[0])) {
  const size_t count = network_->variables.size();
  bits_.resize(sample_.blocks * count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t key = variable_key(request.graph->variables[network_->variables[i]], request.seed);
    const double chance = request.priced->chance[network_->variables[i]];
    for (size_t block = 0; block < sample_.blocks; ++block) {
      for (size_t w = 0; w < kWords; ++w) bits_[block * count + i].w[w] = below(key, block * kWords + w, chance);
    }
  }
  rows_of_.resize(count);
  for (uint32_t r = 0; r < network_->rows.size(); ++r) {
    for (const std::vector<uint32_t>& term : network_->rows[r].terms) {
      for (const uint32_t v : term) {
        if (rows_of_[v].empty() || rows_of_[v].back() != r) rows_of_[v].push_back(r);
      }
    }
  }
}

void ToldSample::set_rows_of(uint32_t variable) {
  for (size_t block = 0; block < sample_.blocks; ++block) {
    const Bits* const bits = bits_.data() + block * network_->variables.size();
    for (const uint32_t r : rows_of_[variable]) sample_.rows[block * sample_.row_count + r] = open_in(network_->rows[r], bits);
  }
}

const Sample& ToldSample::tell(uint32_t variable, bool value) {
  const size_t count = network_->variables.size();
  if (told_) {
    for (size_t block = 0; block < sample_.blocks; ++block) bits_[block * count + *told_] = saved_[block];
    if (*told_ != variable) set_rows_of(*told_);
  }
  told_ = variable;
  saved_.resize(sample_.blocks);
  for (size_t block = 0; block < sample_.blocks; ++block) {
    Bits& bits = bits_[block * count + variable];
    saved_[block] = bits;
    bits.w.fill(value ? ~uint64_t{0} : 0);
  }
  set_rows_of(variable);
  return sample_;
}

namespace {

// One thing that can be in a few ways, with their chances. A way sets variables, an entry or lead classes.
struct Atom {
  std::vector<double> chance;
  std::vector<std::vector<uint32_t>> on;  // per way: what is true in it
  enum class Kind { variable, entry, lead } kind = Kind::variable;
};

// Ways of one uniform number: it falls between two neighbouring thresholds. Member i is true iff u < threshold i.
void add_ways(Atom& atom, const std::vector<std::pair<double, uint32_t>>& members) {
  std::vector<double> cuts{0, 1};
  for (const auto& [chance, member] : members) {
    if (chance > 0 && chance < 1) cuts.push_back(chance);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    atom.chance.push_back(cuts[i + 1] - cuts[i]);
    std::vector<uint32_t>& on = atom.on.emplace_back();
    for (const auto& [chance, member] : members) {
      if (chance >= cuts[i + 1]) on.push_back(member);
    }
  }
}

// True where the network has more combinations than `budget`, told without making the ways: each variable, or group of
// variables, that can be either doubles them. Large networks are asked very often.
bool too_many(const DrawRequest& request, Reading reading, uint64_t budget) {
  const Network& network = *request.network;
  if (network.entries.size() > budget) return true;
  std::unordered_set<std::string_view> groups;
  uint64_t combinations = 1;
  for (const uint32_t index : network.variables) {
    const model::Variable& variable = request.graph->variables[index];
    const double chance = read_chance(variable, request.priced->chance[index], reading);
    if (!(chance > 0 && chance < 1) || (!variable.group.empty() && !groups.insert(variable.group).second)) continue;
    combinations *= 2;
    if (combinations > budget) return true;
  }
  return false;
}

std::vector<Atom> atoms(const DrawRequest& request, Reading reading) {
  const Network& network = *request.network;
  const Priced& priced = *request.priced;
  std::vector<Atom> all;
  std::map<std::string, std::vector<std::pair<double, uint32_t>>> groups;
  for (uint32_t i = 0; i < network.variables.size(); ++i) {
    const model::Variable& variable = request.graph->variables[network.variables[i]];
    const std::string name = variable.group.empty() ? "variable:" + variable.id : "group:" + variable.group;
    groups[name].emplace_back(read_chance(variable, priced.chance[network.variables[i]], reading), i);
  }
  for (const auto& [name, members] : groups) add_ways(all.emplace_back(), members);

  Atom start;
  start.kind = Atom::Kind::entry;
  std::vector<double> chance(network.entries.size(), 0);
  double none = 1;
  for (size_t i = 0; i < network.entry_of_start.size(); ++i) {
    const double p = priced.attackers[request.attacker].starts[i].p;
    if (network.entry_of_start[i] == kNone) continue;
    chance[network.entry_of_start[i]] += p;
    none -= p;
  }
  for (uint32_t i = 0; i < chance.size(); ++i) {
    start.chance.push_back(chance[i]);
    start.on.push_back({i});
  }
  if (none > 1e-15 || start.chance.empty()) {
    start.chance.push_back(std::max(none, 0.0));
    start.on.emplace_back();
  }
  all.push_back(std::move(start));

  Atom time;  // lead class c holds iff the attack time is not below it: iff 1 - u is not
  time.kind = Atom::Kind::lead;
  const std::vector<double> classes = lead_classes(priced);
  std::vector<bool> used(classes.size(), false);
  for (size_t action = 0; action < network.action_edges.size(); ++action) {
    if (network.action_edges[action].empty()) continue;
    used[std::lower_bound(classes.begin(), classes.end(), priced.lead_days[action]) - classes.begin()] = true;
  }
  std::vector<std::pair<double, uint32_t>> members;
  for (uint32_t c = 0; c < classes.size(); ++c) {
    if (used[c]) members.emplace_back(1 - classes[c] / priced.horizon_days, c);
  }
  add_ways(time, members);
  all.push_back(std::move(time));
  return all;
}

}  // namespace

std::optional<Sample> enumerate(const DrawRequest& request, Reading reading, uint64_t budget) {
  const Network& network = *request.network;
  if (too_many(request, reading, budget)) return std::nullopt;
  const std::vector<Atom> parts = atoms(request, reading);
  uint64_t combinations = 1;
  for (const Atom& atom : parts) {
    if (atom.chance.size() > budget / combinations) return std::nullopt;
    combinations *= atom.chance.size();
  }
  const size_t blocks = static_cast<size_t>((combinations + kBlock - 1) / kBlock);
  Sample sample = empty_sample(network, *request.priced, blocks);
  sample.trials = combinations;
  sample.exact = true;
  sample.weight.assign(blocks * kBlock, 0);
  std::vector<Bits> variables(network.variables.size());
  for (size_t block = 0; block < blocks; ++block) {
    std::fill(variables.begin(), variables.end(), Bits{});
    for (size_t bit = 0; bit < kBlock; ++bit) {
      uint64_t rest = block * kBlock + bit;
      if (rest >= combinations) break;
      double weight = 1;
      for (const Atom& atom : parts) {
        const size_t way = static_cast<size_t>(rest % atom.chance.size());
        rest /= atom.chance.size();
        weight *= atom.chance[way];
        for (const uint32_t on : atom.on[way]) {
          Bits& bits = atom.kind == Atom::Kind::variable ? variables[on]
                       : atom.kind == Atom::Kind::entry  ? sample.entries[block * sample.entry_count + on]
                                                         : sample.leads[block * sample.lead_count + on];
          bits.w[bit / 64] |= uint64_t{1} << (bit % 64);
        }
      }
      sample.weight[block * kBlock + bit] = weight;
    }
    set_rows(network, variables, sample.rows.data() + block * sample.row_count);
  }
  return sample;
}

Sample thin(const Sample& sample, const std::vector<Bits>& keep) {
  uint64_t kept = 0;
  for (const Bits& bits : keep) {
    for (const uint64_t word : bits.w) kept += static_cast<uint64_t>(std::popcount(word));
  }
  Sample result;
  result.blocks = std::max<size_t>(1, static_cast<size_t>((kept + kBlock - 1) / kBlock));
  result.trials = sample.trials;
  result.exact = sample.exact;
  result.row_count = sample.row_count;
  result.entry_count = sample.entry_count;
  result.lead_count = sample.lead_count;
  result.rows.resize(result.blocks * result.row_count);
  result.entries.resize(result.blocks * result.entry_count);
  result.leads.resize(result.blocks * result.lead_count);
  if (sample.exact) result.weight.assign(result.blocks * kBlock, 0);

  const auto gather = [&](const std::vector<Bits>& from, std::vector<Bits>& to, size_t count) {
    for (size_t column = 0; column < count; ++column) {
      size_t out = 0;
      for (size_t block = 0; block < sample.blocks; ++block) {
        const Bits& bits = from[block * count + column];
        for (size_t w = 0; w < kWords; ++w) {
          for (uint64_t left = keep[block].w[w]; left != 0; left &= left - 1) {
            const uint64_t value = (bits.w[w] >> std::countr_zero(left)) & 1;
            to[(out / kBlock) * count + column].w[(out % kBlock) / 64] |= value << (out % 64);
            ++out;
          }
        }
      }
    }
  };
  gather(sample.rows, result.rows, sample.row_count);
  gather(sample.entries, result.entries, sample.entry_count);
  gather(sample.leads, result.leads, sample.lead_count);
  if (sample.exact) {
    size_t out = 0;
    for (size_t block = 0; block < sample.blocks; ++block) {
      for (size_t bit = 0; bit < kBlock; ++bit) {
        if ((keep[block].w[bit / 64] >> (bit % 64)) & 1) result.weight[out++] = sample.weight[block * kBlock + bit];
      }
    }
  }
  return result;
}

}  // namespace bulkhead::risk
