// A Java archive: the zip reader, properties, manifests and nested archives.
#include <cstdint>
#include <cstring>
#include <string_view>

#include "catalog/cataloger.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const base::Limits limits;
  for (const catalog::Cataloger* row : catalog::catalogers()) {
    if (std::strcmp(row->name, "java") == 0) {
      catalog::Sink sink;
      (void)row->read({"srv/app-1.0.jar", {reinterpret_cast<const char*>(data), size}, limits}, sink);
    }
  }
  return 0;
}
