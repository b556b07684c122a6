// The importer of source row nvd: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { return bulkhead::fuzz::feed_source("nvd", "x.json", data, size); }
