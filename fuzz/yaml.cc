// YAML: no input may crash it, and what it gives must be JSON.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::base::Limits limits;
  limits.document_bytes = 1 << 20;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto texts = bulkhead::base::yaml_to_json(text, limits, "fuzz");
  if (texts) {
    bulkhead::base::Limits roomy;
    roomy.depth = 1024;
    for (const auto& one : *texts) {
      if (!bulkhead::base::JsonDocument::parse(one.json, roomy)) {
        std::abort();
      }
    }
  }
  return 0;
}
