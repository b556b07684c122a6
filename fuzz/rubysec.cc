// The importer of source row rubysec: no input may crash it.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("rubysec", "gems/a/CVE-2024-1.yml", data, size);
}
