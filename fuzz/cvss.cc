// CVSS vectors: a score between 0 and 10 or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/cvss.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scores = model::score_cvss(text);
  if (scores.has_value() != model::cvss_impact(text).has_value() || (scores && (scores->base < 0 || scores->base > 100))) {
    std::abort();
  }
  return 0;
}
