// The importer of source row kernel_cna: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("kernel_cna", "CVE-2024-1.json", data, size);
}
