// Photon's list: no input may crash the reader.
#include "feed_source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return bulkhead::fuzz::feed_source("photon_cve", "cve_data_photon5.0.json", data, size);
}
