// The importer of source row stackrox_k8s: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("stackrox_k8s", "CVE-2024-1.yaml", data, size);
}
