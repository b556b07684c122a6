// A whole image archive, as `bulkhead components` reads it: outer tar, manifests, layers, catalogers.
#include <cstdint>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "catalog/catalog.h"
#include "image/archive.h"
#include "image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const base::UniqueFd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  if (!fd || ::write(fd.get(), data, size) != static_cast<ssize_t>(size)) {
    return 0;
  }
  base::Limits limits;
  limits.archive_bytes = 16 << 20;
  limits.file_bytes = 4 << 20;
  const auto archive = image::open_tar_archive(fd.get(), limits, "fuzz");
  if (archive) {
    catalog::Catalog catalog(limits);
    model::Inventory inventory;
    if (const auto tree = image::read_image(**archive, catalog, limits, inventory)) {
      catalog.finish(*tree, inventory);
    }
  }
  return 0;
}
