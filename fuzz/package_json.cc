// An installed package's package.json.
#include <cstdint>
#include <cstring>
#include <string_view>

#include "catalog/cataloger.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const base::Limits limits;
  for (const catalog::Cataloger* row : catalog::catalogers()) {
    if (std::strcmp(row->name, "npm") == 0) {
      catalog::Sink sink;
      (void)row->read({"srv/node_modules/x/package.json", {reinterpret_cast<const char*>(data), size}, limits}, sink);
    }
  }
  return 0;
}
