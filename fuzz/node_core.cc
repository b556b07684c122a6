// The importer of source row node_core: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("node_core", "1.json", data, size);
}
