// The importer of source row php_advisories: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("php_advisories", "a/b/x.yaml", data, size);
}
