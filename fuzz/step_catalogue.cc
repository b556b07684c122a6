// Rows of the step catalogue: whatever YAML is given, a row is refused with its place or its page can be printed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "graph/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  if (size > 64 << 10) return 0;
  const base::EmbeddedFile file{"steps/x.yaml", std::string_view(reinterpret_cast<const char*>(data), size)};
  const auto catalogue = graph::Catalogue::parse({&file, 1});
  if (!catalogue) return 0;
  for (const graph::StepRow& row : catalogue->rows()) {
    if (graph::step_page(row).empty()) std::abort();
  }
  return 0;
}
