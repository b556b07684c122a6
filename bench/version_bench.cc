// Pairs of versions compared per second, each scheme on the readable pairs of its golden file.
#include <benchmark/benchmark.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "model/version.h"

namespace {

using bulkhead::model::Scheme;

std::vector<std::pair<std::string, std::string>> pairs_of(const Scheme& scheme) {
  std::ifstream file(std::string(BULKHEAD_SOURCE_DIR "/src/model/version/testdata/") + scheme.name + "/pairs.tsv");
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string line;
  while (std::getline(file, line)) {
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    if (second != std::string::npos && line[first + 1] != '!') {
      pairs.emplace_back(line.substr(0, first), line.substr(second + 1));
    }
  }
  return pairs;
}

void compare(benchmark::State& state, const Scheme* scheme) {
  const auto pairs = pairs_of(*scheme);
  int64_t count = 0;
  for (auto _ : state) {
    for (const auto& [a, b] : pairs) {
      benchmark::DoNotOptimize(scheme->compare(a, b));
    }
    count += static_cast<int64_t>(pairs.size());
  }
  state.SetItemsProcessed(count);
}

const bool kRegistered = [] {
  for (const Scheme* scheme : bulkhead::model::schemes()) {
    benchmark::RegisterBenchmark(scheme->name, compare, scheme);
  }
  return true;
}();

}  // namespace
