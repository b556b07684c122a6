// Opening the advisory database, matching one CycloneDX document, matching one node.
// $BULKHEAD_BENCH_DB names the database, $BULKHEAD_BENCH_SBOM the document; without them nothing is measured.
#include <benchmark/benchmark.h>
#include <cstdlib>

#include "base/file.h"
#include "match/matcher.h"
#include "sbom/cyclonedx.h"

using namespace bulkhead;

namespace {

constexpr base::Moment kAsOf = 1'795'000'000;

const char* setting(benchmark::State& state, const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    state.SkipWithError("not set");
  }
  return value;
}

void open_database(benchmark::State& state) {
  const char* path = setting(state, "BULKHEAD_BENCH_DB");
  for (auto _ : state) {
    benchmark::DoNotOptimize(advisory::Database::open(path == nullptr ? "" : path));
  }
}
BENCHMARK(open_database)->Unit(benchmark::kMicrosecond);

void match_sbom(benchmark::State& state) {
  const char* path = setting(state, "BULKHEAD_BENCH_DB");
  const char* sbom = setting(state, "BULKHEAD_BENCH_SBOM");
  const auto database = advisory::Database::open(path == nullptr ? "" : path);
  const auto text = base::read_file(sbom == nullptr ? "" : sbom, 1ULL << 30);
  const auto inventory = text ? sbom::read_cyclonedx(*text, {}, sbom) : base::Result<model::Inventory>(std::unexpected(text.error()));
  if (!database || !inventory) {
    state.SkipWithError("the database or the document cannot be read");
    return;
  }
  size_t findings = 0;
  for (auto _ : state) {
    findings = match::match_inventory(*inventory, *database, kAsOf).size();
  }
  state.counters["components"] = static_cast<double>(inventory->components.size());
  state.counters["findings"] = static_cast<double>(findings);
}
BENCHMARK(match_sbom)->Unit(benchmark::kMillisecond);

void match_node(benchmark::State& state) {
  const char* path = setting(state, "BULKHEAD_BENCH_DB");
  const auto database = advisory::Database::open(path == nullptr ? "" : path);
  if (!database) {
    state.SkipWithError("the database cannot be read");
    return;
  }
  model::Node node;
  node.kernel_version = "6.1.55";
  node.container_runtime_version = "containerd://1.7.12";
  node.kubelet_version = "v1.29.4";
  for (auto _ : state) {
    benchmark::DoNotOptimize(match::match_node(node, *database, kAsOf));
  }
}
BENCHMARK(match_node)->Unit(benchmark::kMillisecond);

}  // namespace
