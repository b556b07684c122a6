// CycloneDX VEX and disclosure reports: no input may crash the reader.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("cyclonedx_vex", "vdr.cdx.xml", data, size);
}
