// One layer twice over, so that whiteouts, links and replacements meet what the first pass left.
#include <cstdint>
#include <string_view>

#include "catalog/catalog.h"
#include "image/layer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  base::Limits limits;
  limits.archive_bytes = 16 << 20;
  limits.file_bytes = 4 << 20;
  base::FileTree tree;
  catalog::Catalog catalog(limits);
  model::Inventory inventory;
  image::Notes notes(inventory);
  image::LayerApplier applier(tree, catalog, limits, notes);
  for (uint32_t layer = 0; layer < 2; ++layer) {
    auto unpacked = base::decompressed(base::memory_stream({reinterpret_cast<const char*>(data), size}), limits, "fuzz");
    if (unpacked) {
      (void)applier.apply(*unpacked->stream, layer, "fuzz");
    }
  }
  catalog.finish(tree, inventory);
  return 0;
}
