// The dependency file beside a .NET program.
#include <cstdint>
#include <string_view>

#include "catalog_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_tree({{"app/a.deps.json", bytes}});
  return 0;
}
