// JSON text: whatever parses must be written back to JSON that parses.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto document = JsonDocument::parse(text)) {
    const std::string again = document->root().dump();
    if (!JsonDocument::parse(again)) {
      std::abort();
    }
    document->root().each([](std::string_view key, JsonView value) { (void)json_quote(key), (void)value.texts(); });
  }
  return 0;
}
