// npm ranges: an error or a range that answers.
#include <cstdint>
#include <string_view>

#include "model/npm_range.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool include_prerelease : {false, true}) {
    if (const auto range = model::NpmRange::parse(text, include_prerelease)) {
      (void)range->contains("1.2.3-alpha.1");
    }
  }
  return 0;
}
