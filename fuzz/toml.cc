// base/toml.h on bytes.
#include <cstdint>
#include <string_view>

#include "base/toml.h"

using namespace bulkhead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  base::Limits limits;
  limits.document_bytes = 1 << 20;
  (void)base::parse_toml({reinterpret_cast<const char*>(data), size}, limits, "x");
  return 0;
}
