// A Python distribution's metadata and record.
#include <cstdint>
#include <string_view>

#include "catalog_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_tree({{"lib/site-packages/a-1.dist-info/METADATA", bytes}, {"lib/site-packages/a-1.dist-info/RECORD", bytes}, {"lib/site-packages/b-1.egg-info", bytes}});
  return 0;
}
