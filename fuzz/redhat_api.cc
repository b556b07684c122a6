// The importer of source row redhat_api: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("redhat_api", "x.json", data, size);
}
