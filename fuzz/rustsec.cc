// The importer of source row rustsec: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("rustsec", "RUSTSEC-2024-0001.md", data, size);
}
