// Risk dumps: whatever is read must be assessed without a crash, and written and read again to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "risk/assess.h"
#include "risk/dump.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const auto document = base::JsonDocument::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!document) return 0;
  const auto dump = risk::read_dump(document->root(), "fuzz");
  if (!dump) return 0;
  risk::Options options;
  options.trials = 512;
  options.exact_budget = size % 2 == 0 ? 256 : 0;
  const auto report = risk::assess(dump->graph, dump->priced, options);
  if (!report) return 0;
  const std::string bytes = risk::write_dump(dump->graph, dump->priced, *report);
  const auto again = base::JsonDocument::parse(bytes);
  if (!again) std::abort();
  const auto twice = risk::read_dump(again->root(), "fuzz");
  if (!twice || risk::write_dump(twice->graph, twice->priced, *report) != bytes) std::abort();
  return 0;
}
