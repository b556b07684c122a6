// Alpine's package database and list of repositories.
#include <cstdint>
#include <string_view>

#include "catalog_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_tree({{"lib/apk/db/installed", bytes}, {"etc/apk/repositories", bytes}, {"etc/hostname", bytes}});
  return 0;
}
