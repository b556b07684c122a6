// A kubeconfig's text: no input may crash it. Files that it names are below a folder that does not exist.
#include <cstdint>
#include <string_view>

#include "kube/kubeconfig.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::base::Limits limits;
  limits.document_bytes = 1 << 20;
  (void)bulkhead::kube::check_kubeconfig(std::string_view(reinterpret_cast<const char*>(data), size), limits, "fuzz");
  return 0;
}
