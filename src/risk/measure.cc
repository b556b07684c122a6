#include "risk/measure.h"

#include <algorithm>
#include <cmath>

#include "risk/evaluator.h"
#include "risk/interval.h"
#include "risk/parallel.h"

namespace bulkhead::risk {
namespace {

// Rows of one attacker's trials are kept in memory; a graph that needs more than this is refused with a word of advice.
constexpr uint64_t kMaxSampleBytes = 3ULL << 30;
// Edges × trials × actions spent on single actions: larger graphs get fewer trials an action, and wider intervals.
constexpr uint64_t kActionWork = 1ULL << 33;

double weighed(const Sample& sample, const std::vector<double>& numbers) {
  double sum = 0;
  for (size_t i = 0; i < numbers.size(); ++i) sum += numbers[i] * (sample.weight.empty() ? 1 : sample.weight[i]);
  return sample.weight.empty() ? sum * sample.unit() : sum;
}

model::Estimate estimate_of(const Sample& sample, const std::vector<double>& numbers, double largest) {
  if (sample.exact) return exactly(weighed(sample, numbers));
  double sum = 0, squares = 0;
  for (const double x : numbers) {
    sum += x;
    squares += x * x;
  }
  return mean_of(sum, squares, static_cast<double>(sample.trials), largest);
}

struct View {                        // risk of one reading of the missing facts
  std::vector<double> damage;        // per bit
  std::vector<double> class_chance;  // per asset class
};

View view(const Network& network, const Sample& sample, const std::vector<double>& values, unsigned threads) {
  View result;
  result.damage.resize(sample.blocks * kBlock);
  std::vector<std::vector<double>> held(sample.blocks, std::vector<double>(network.assets.size(), 0));
  std::vector<Walker> walkers(std::max(1U, threads), Walker(network));
  parallel_for(sample.blocks, threads, [&](size_t block, unsigned thread) {
    Walker& walker = walkers[thread];
    walker.walk(sample, block, {}, Extent::damage);
    walker.damages(values, result.damage.data() + block * kBlock);
    for (size_t a = 0; a < network.assets.size(); ++a) held[block][a] = weigh(sample, block, walker.held(network.assets[a]));
  });
  result.class_chance.assign(network.assets.size(), 0);
  for (const std::vector<double>& part : held) {
    for (size_t a = 0; a < part.size(); ++a) result.class_chance[a] += part[a];
  }
  return result;
}

Stage thinned_stage(const Network& network, size_t attacker, double weight, Sample sample, std::vector<double> values,
                    std::vector<double> damage) {
  Stage stage;
  stage.attacker = attacker;
  stage.weight = weight;
  stage.network = &network;
  stage.risk = weighed(sample, damage);
  stage.largest = most_damage(network, values);
  stage.values = std::move(values);
  std::vector<Bits> keep(sample.blocks);
  size_t kept = 0;
  for (size_t i = 0; i < damage.size(); ++i) {
    if (damage[i] <= 0) continue;
    keep[i / kBlock].w[(i % kBlock) / 64] |= uint64_t{1} << (i % 64);
    ++kept;
  }
  if (kept * 4 > damage.size() * 3) {
    stage.sample = std::move(sample);
    stage.damage = std::move(damage);
    return stage;
  }
  stage.sample = thin(sample, keep);
  for (const double x : damage) {
    if (x > 0) stage.damage.push_back(x);
  }
  stage.damage.resize(stage.sample.blocks * kBlock, 0);
  return stage;
}

}  // namespace

Stage make_stage(const Network& network, const Priced& priced, size_t attacker, Sample sample, unsigned threads) {
  std::vector<double> values = class_values(network, priced);
  std::vector<double> damage = trial_damages(network, sample, values, {}, threads);
  return thinned_stage(network, attacker, priced.attackers[attacker].weight, std::move(sample), std::move(values), std::move(damage));
}

Stage make_stage(const model::AttackGraph& graph, const Network& network, const Priced& priced, size_t attacker, uint64_t seed,
                 uint64_t trials, const Options& options) {
  const DrawRequest request{&graph, &network, &priced, attacker, seed, trials, options.threads};
  std::optional<Sample> sample = enumerate(request, Reading::as_is, options.exact_budget);
  if (!sample) sample = std::move(draw(request, {Reading::as_is})[0]);
  return make_stage(network, priced, attacker, *std::move(sample), options.threads);
}

Stage first_blocks(const Stage& stage, size_t blocks) {
  if (stage.sample.exact || stage.sample.blocks <= blocks) return stage;
  Stage part;
  part.attacker = stage.attacker;
  part.weight = stage.weight;
  part.network = stage.network;
  part.values = stage.values;
  part.largest = stage.largest;
  part.damage.assign(stage.damage.begin(), stage.damage.begin() + static_cast<std::ptrdiff_t>(blocks * kBlock));
  const Sample& whole = stage.sample;
  Sample& sample = part.sample;
  sample.blocks = blocks;
  sample.row_count = whole.row_count;
  sample.entry_count = whole.entry_count;
  sample.lead_count = whole.lead_count;
  sample.rows.assign(whole.rows.begin(), whole.rows.begin() + static_cast<std::ptrdiff_t>(blocks * whole.row_count));
  sample.entries.assign(whole.entries.begin(), whole.entries.begin() + static_cast<std::ptrdiff_t>(blocks * whole.entry_count));
  sample.leads.assign(whole.leads.begin(), whole.leads.begin() + static_cast<std::ptrdiff_t>(blocks * whole.lead_count));
  // A thinned sample stands for more trials than it holds; its part for the same share of them.
  const auto damaging = [](const std::vector<double>& all) {
    return static_cast<double>(std::count_if(all.begin(), all.end(), [](double x) { return x > 0; }));
  };
  const double share = damaging(stage.damage) > 0 ? damaging(part.damage) / damaging(stage.damage) : 1;
  sample.trials = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(share * static_cast<double>(whole.trials))));
  part.risk = weighed(sample, part.damage);
  return part;
}

model::Estimate removed(const Stage& stage, const std::vector<double>& before, const std::vector<double>& after) {
  std::vector<double> gone(before.size());
  for (size_t i = 0; i < before.size(); ++i) gone[i] = before[i] - after[i];
  return estimate_of(stage.sample, gone, stage.largest);
}

namespace {

// What each action alone removes, on as many of the trials as the work allows.
void measure_actions(const model::AttackGraph& graph, const Priced& priced, const std::vector<Stage>& stages, const Options& options,
                     model::RiskReport& report) {
  uint64_t work = 1;
  for (const Stage& stage : stages) {
    if (stage.network == nullptr) continue;
    const auto cutting =
        std::count_if(stage.network->action_edges.begin(), stage.network->action_edges.end(), [](const auto& e) { return !e.empty(); });
    work += stage.network->edges.size() * static_cast<uint64_t>(cutting);
  }
  const size_t blocks = static_cast<size_t>(std::max<uint64_t>(1, kActionWork / work / kBlock));
  std::vector<Stage> asked;
  for (const Stage& stage : stages) asked.push_back(stage.network == nullptr ? stage : first_blocks(stage, blocks));
  const Evaluator evaluator(priced, std::move(asked), options.threads);
  const Way way = evaluator.way({});
  report.actions.resize(graph.actions.size());
  parallel_for(graph.actions.size(), options.threads, [&](size_t action, unsigned thread) {
    model::ActionValue& value = report.actions[action];
    value.action = static_cast<uint32_t>(action);
    value.removes = evaluator.removed(way, value.action, thread);
    for (size_t s = 0; s < evaluator.stages().size(); ++s) value.blended += evaluator.stages()[s].weight * value.removes[s].mean;
  });
}

}  // namespace

base::Result<std::vector<Stage>> measure(const model::AttackGraph& graph, const Priced& priced, const std::vector<Network>& networks,
                                         const Options& options, model::RiskReport& report) {
  report.horizon_days = priced.horizon_days;
  report.trials = (options.trials + kBlock - 1) / kBlock * kBlock;
  report.seed = options.seed;
  std::vector<Stage> stages(priced.attackers.size());
  const size_t assets = graph.assets.size();
  for (size_t a = 0; a < priced.attackers.size(); ++a) {
    model::AttackerRisk& risk = report.attackers.emplace_back();
    risk.attacker = priced.attackers[a].name;
    risk.weight = priced.attackers[a].weight;
    risk.on = risk.weight > 0;
    risk.assets.assign(assets, exactly(0));
    risk.asset_floor.assign(assets, 0);
    risk.asset_ceiling.assign(assets, 0);
    if (!risk.on) continue;
    const Network& network = networks[a];
    const DrawRequest request{&graph, &network, &priced, a, options.seed, options.trials, options.threads};
    bool unknowns = false;
    for (const uint32_t variable : network.variables) unknowns = unknowns || graph.variables[variable].unknown;
    std::vector<Sample> samples;
    std::optional<Sample> all = enumerate(request, Reading::as_is, options.exact_budget);
    if (all) {
      samples.push_back(*std::move(all));
      // Fewer things vary when the missing facts do not: the ends fit where the middle does.
      if (unknowns) {
        samples.push_back(*enumerate(request, Reading::floor, options.exact_budget));
        samples.push_back(*enumerate(request, Reading::ceiling, options.exact_budget));
      }
    } else {
      const uint64_t bytes =
          report.trials / 8 * (unknowns ? 3 : 1) * (network.rows.size() + network.entries.size() + lead_classes(priced).size());
      if (bytes > kMaxSampleBytes) {
        return base::fail(base::ErrorKind::limit, "the attack graph is too large for this number of trials", risk.attacker,
                          std::to_string(bytes >> 20) + " MiB needed; take fewer with --trials");
      }
      samples = unknowns ? draw(request, {Reading::as_is, Reading::floor, Reading::ceiling}) : draw(request, {Reading::as_is});
    }
    std::vector<double> values = class_values(network, priced);
    std::vector<View> views;
    for (const Sample& sample : samples) views.push_back(view(network, sample, values, options.threads));
    const View& low = views.size() > 1 ? views[1] : views[0];
    const View& high = views.size() > 1 ? views[2] : views[0];
    const double largest = most_damage(network, values);
    risk.risk = estimate_of(samples[0], views[0].damage, largest);
    risk.floor = samples.size() > 1 ? weighed(samples[1], low.damage) : risk.risk.mean;
    risk.ceiling = samples.size() > 1 ? weighed(samples[2], high.damage) : risk.risk.mean;
    const double count = static_cast<double>(samples[0].trials);
    for (uint32_t asset = 0; asset < assets && !samples[0].exact; ++asset) risk.assets[asset] = exactly(0);
    for (size_t c = 0; c < network.assets.size(); ++c) {
      for (const uint32_t asset : network.assets[c].assets) {
        const double chance = views[0].class_chance[c];
        risk.assets[asset] = samples[0].exact ? exactly(std::min(chance, 1.0)) : share_of(chance * count, count);
        risk.asset_floor[asset] = std::min(low.class_chance[c], 1.0);
        risk.asset_ceiling[asset] = std::min(high.class_chance[c], 1.0);
      }
    }
    stages[a] = thinned_stage(network, a, risk.weight, std::move(samples[0]), std::move(values), std::move(views[0].damage));
    report.blended += risk.weight * risk.risk.mean;
    report.blended_floor += risk.weight * risk.floor;
    report.blended_ceiling += risk.weight * risk.ceiling;
  }

  measure_actions(graph, priced, stages, options, report);
  return stages;
}

}  // namespace bulkhead::risk
