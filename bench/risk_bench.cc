// The risk engine's speed: trials × steps a second beside a plain scalar implementation of the same walk, and a whole
// assessment of a synthetic cluster.
//
//   cmake --preset bench && cmake --build --preset bench --target risk_bench && build/bench/bin/risk_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>

#include "risk/assess.h"
#include "risk/measure.h"
#include "risk/random.h"

namespace bulkhead::risk {
namespace {

struct Synthetic {
  model::AttackGraph graph;
  Priced priced;
};

// A cluster of `templates` workloads in namespaces of twenty, each on a few of `nodes` nodes: ways in from the internet, from
// the namespace and from everywhere, by flaws that images share; tokens, Secrets, kernel escapes, control-plane nodes.
class Builder {
 public:
  Synthetic build(uint32_t nodes, uint32_t templates, uint32_t classes) {
    const uint32_t internet = position("internet");
    const uint32_t control = position("control-plane");
    hold(control, asset(100));
    std::vector<uint32_t> node;
    for (uint32_t n = 0; n < nodes; ++n) {
      node.push_back(position("node:" + std::to_string(n)));
      hold(node.back(), asset(5));
      if (n < 3) step(node.back(), control, {variable("config.node_cp", 0.98)}, {});
    }
    const uint32_t everywhere = position("net:all");
    std::vector<uint32_t> spaces, secrets;
    for (uint32_t s = 0; s <= templates / 20; ++s) {
      spaces.push_back(position("net:" + std::to_string(s)));
      step(spaces.back(), everywhere, {}, {});
    }
    for (uint32_t t = 0; t < templates; ++t) {
      secrets.push_back(position("secret:" + std::to_string(t)));
      hold(secrets.back(), asset(8));
    }
    std::vector<PricedStart> starts;
    for (uint32_t t = 0; t < templates; ++t) workload(t, internet, everywhere, spaces[t / 20], node, secrets, control, classes, starts);
    for (PricedStart& start : starts) start.p = 1.0 / static_cast<double>(starts.size());
    made_.priced.attackers = {{"external", 1, {{internet, 1}}}, {"container", 0.1, starts}};
    for (const PricedAttacker& attacker : made_.priced.attackers) {
      made_.graph.attackers.push_back({attacker.name, {}});
      for (const PricedStart& start : attacker.starts) made_.graph.attackers.back().starts.push_back({start.position, start.p});
    }
    return std::move(made_);
  }

 private:
  void workload(uint32_t t, uint32_t internet, uint32_t everywhere, uint32_t space, const std::vector<uint32_t>& node,
                const std::vector<uint32_t>& secrets, uint32_t control, uint32_t classes, std::vector<PricedStart>& starts) {
    const std::string name = std::to_string(t);
    const uint32_t rebuild = action("rebuild:" + name, 14), policy = action("policy:" + name, 1), harden = action("harden:" + name, 1);
    const uint32_t identity = position("sa:" + name);
    if (chance(0.03)) {
      const uint32_t rbac = action("rbac:" + name, 1);
      for (uint32_t o = t / 20 * 20; o < std::min<uint32_t>(t / 20 * 20 + 20, static_cast<uint32_t>(secrets.size())); ++o) {
        step(identity, secrets[o], {variable("config.secret_list", 0.99)}, {rbac});
      }
      if (chance(0.1)) step(identity, control, {variable("config.pod_create", 0.97)}, {rbac});
    }
    const bool exposed = chance(0.05), open = chance(0.4), privileged = chance(0.03);
    const uint32_t flaws = 1 + number(8);
    std::vector<uint32_t> flaw;
    for (uint32_t i = 0; i < flaws; ++i) flaw.push_back(number(400));
    const uint32_t work = asset(4);
    for (uint32_t c = 0; c < classes; ++c) {
      const uint32_t on = number(static_cast<uint32_t>(node.size()));
      const uint32_t pod = position("workload:" + name + "@" + std::to_string(on) + "." + std::to_string(c));
      hold(pod, work);
      starts.push_back({pod, 0});
      for (const uint32_t f : flaw) {
        const std::string id = std::to_string(f);
        const uint32_t exploit = variable("exploit:" + id, f % 7 == 0 ? 0.9 : 0.05, "component:" + std::to_string(f / 5));
        const uint32_t works = variable("works:" + id + "@" + name, 0.8);
        if (exposed) step(internet, pod, {exploit, works, variable("attempt:" + id + "@" + name, 0.3)}, {rebuild, policy});
        step(space, pod, {exploit, works}, {rebuild, policy});
        if (open) step(everywhere, pod, {exploit, works}, {rebuild, policy});
      }
      step(space, pod, {variable("residual:" + name, 0.01)}, {policy});
      step(pod, space, {}, {});
      step(pod, identity, {variable("config.mounted_token", 0.98)}, {});
      step(pod, secrets[t], {variable("config.mounted_secret", 0.98)}, {});
      if (privileged) step(pod, node[on], {variable("config.priv", 0.97)}, {harden});
      for (uint32_t k = 0; k < 3; ++k) {
        const std::string kernel = std::to_string(on % 4 * 3 + k);
        std::vector<uint32_t> needs{variable("kernel:" + kernel, k == 0 ? 0.9 : 0.2), variable("kworks:" + kernel + "@" + name, 0.1)};
        if (k > 0) needs.push_back(variable("fact:seccomp@" + std::to_string(on), 0.85, {}, true));
        step(pod, node[on], needs, {action("kernel:" + std::to_string(on % 4), 30), harden});
      }
      step(node[on], pod, {variable("config.node_pods", 0.98)}, {});
    }
  }

  uint32_t number(uint32_t below) { return static_cast<uint32_t>(random_() % below); }
  bool chance(double p) { return static_cast<double>(random_()) < p * 0x1p64; }
  uint32_t position(std::string id) {
    made_.graph.positions.push_back({.id = std::move(id)});
    made_.graph.holds.emplace_back();
    return static_cast<uint32_t>(made_.graph.positions.size() - 1);
  }
  uint32_t asset(double value) {
    made_.graph.assets.push_back({.id = "asset:" + std::to_string(made_.graph.assets.size()), .value = value});
    made_.priced.asset_value.push_back(value);
    return static_cast<uint32_t>(made_.graph.assets.size() - 1);
  }
  void hold(uint32_t at, uint32_t what) { made_.graph.holds[at].push_back({what, 1}); }
  uint32_t variable(const std::string& id, double p, const std::string& group = {}, bool unknown = false) {
    const auto [at, fresh] = variables_.try_emplace(id, static_cast<uint32_t>(variables_.size()));
    if (fresh) {
      made_.graph.variables.push_back({.id = id, .group = group, .unknown = unknown});
      made_.priced.chance.push_back(p);
    }
    return at->second;
  }
  uint32_t action(const std::string& id, double lead) {
    const auto [at, fresh] = actions_.try_emplace(id, static_cast<uint32_t>(actions_.size()));
    if (fresh) {
      made_.graph.actions.push_back({.id = id, .title = id});
      made_.priced.lead_days.push_back(lead);
      made_.priced.effort.push_back(lead < 2 ? 1 : 3);
      made_.priced.effort_band.emplace_back("low");
    }
    return at->second;
  }
  void step(uint32_t from, uint32_t to, std::vector<uint32_t> variables, const std::vector<uint32_t>& actions) {
    const uint32_t index = static_cast<uint32_t>(made_.graph.steps.size());
    made_.graph.steps.push_back({.id = "step:" + std::to_string(index), .from = from, .to = to, .variables = std::move(variables)});
    for (const uint32_t a : actions) made_.graph.actions[a].cuts.push_back(index);
  }

  Synthetic made_;
  std::map<std::string, uint32_t> variables_, actions_;
  std::mt19937_64 random_{1};
};

const Synthetic& cluster() {
  static const Synthetic made = Builder().build(100, 300, 4);
  return made;
}

// The plain way: one trial at a time, a queue and a flag a position, variables drawn from the same numbers beforehand.
void scalar_walk(benchmark::State& state) {
  const Synthetic& made = cluster();
  const size_t trials = 512;
  std::vector<std::vector<uint32_t>> out(made.graph.positions.size());
  for (uint32_t i = 0; i < made.graph.steps.size(); ++i) out[made.graph.steps[i].from].push_back(i);
  std::vector<std::vector<bool>> truth(trials, std::vector<bool>(made.graph.variables.size()));
  for (size_t v = 0; v < made.graph.variables.size(); ++v) {
    const uint64_t key = draw_key("variable:" + made.graph.variables[v].id, 1);
    for (size_t t = 0; t < trials; ++t) truth[t][v] = (below(key, t / 64, made.priced.chance[v]) >> (t % 64)) & 1;
  }
  double damage = 0;
  for (auto _ : state) {
    for (size_t t = 0; t < trials; ++t) {
      std::vector<char> held(made.graph.positions.size(), 0);
      std::vector<uint32_t> queue{made.priced.attackers[0].starts[0].position};
      held[queue[0]] = 1;
      while (!queue.empty()) {
        const uint32_t position = queue.back();
        queue.pop_back();
        for (const uint32_t i : out[position]) {
          const model::Step& step = made.graph.steps[i];
          if (held[step.to]) continue;
          const bool open = std::all_of(step.variables.begin(), step.variables.end(), [&](uint32_t v) { return truth[t][v]; });
          if (!open) continue;
          held[step.to] = 1;
          queue.push_back(step.to);
        }
      }
      for (size_t p = 0; p < held.size(); ++p) {
        if (!held[p]) continue;
        for (const model::Holding& holding : made.graph.holds[p]) damage += made.priced.asset_value[holding.asset];
      }
    }
  }
  benchmark::DoNotOptimize(damage);
  state.counters["trial_steps/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(trials * made.graph.steps.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(scalar_walk)->Unit(benchmark::kMillisecond);

// The engine's way: condensed, 512 trials at once. Steps are counted as the graph has them.
void bit_parallel_walk(benchmark::State& state) {
  const Synthetic& made = cluster();
  const Network network = condense(made.graph, made.priced.attackers[0]);
  const Sample sample = std::move(draw({&made.graph, &network, &made.priced, 0, 1, 16'384, 1}, {Reading::as_is})[0]);
  const std::vector<double> values = class_values(network, made.priced);
  Walker walker(network);
  for (auto _ : state) benchmark::DoNotOptimize(mean_damage(sample, values, {}, walker));
  state.counters["trial_steps/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(sample.trials * made.graph.steps.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(bit_parallel_walk)->Unit(benchmark::kMillisecond);

void draw_trials(benchmark::State& state) {
  const Synthetic& made = cluster();
  const Network network = condense(made.graph, made.priced.attackers[0]);
  for (auto _ : state) benchmark::DoNotOptimize(draw({&made.graph, &network, &made.priced, 0, 1, 16'384, 1}, {Reading::as_is}));
}
BENCHMARK(draw_trials)->Unit(benchmark::kMillisecond);

// Risk, every single action, plan, paths and choke points; templates as argument, four node classes each.
void whole_assessment(benchmark::State& state) {
  const uint32_t templates = static_cast<uint32_t>(state.range(0));
  const Synthetic made = Builder().build(std::max(10U, templates / 8), templates, 4);
  Options options;
  options.threads = 2;
  for (auto _ : state) {
    const auto report = assess(made.graph, made.priced, options);
    if (!report) state.SkipWithError(report.error().text().c_str());
  }
  state.counters["steps"] = static_cast<double>(made.graph.steps.size());
  state.counters["actions"] = static_cast<double>(made.graph.actions.size());
}
BENCHMARK(whole_assessment)->Arg(50)->Arg(300)->Arg(1500)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace bulkhead::risk
