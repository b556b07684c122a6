// The importer of source row ubuntu_tracker: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("ubuntu_tracker", "CVE-2024-1", data, size);
}
