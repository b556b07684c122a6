// Calico's selector language: any text gives a condition or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kube/calico_selector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)bulkhead::kube::parse_calico_selector(text, bulkhead::model::EndSelector::Of::pod);
  return 0;
}
