// A snapshot archive (plain tar, so that the fuzzer gets past the compression): no input may crash the loader.
#include <sys/mman.h>
#include <cstdint>
#include <string_view>

#include "base/file.h"
#include "kube/snapshot_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const bulkhead::base::UniqueFd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  if (fd && bulkhead::base::write_all(fd.get(), std::string_view(reinterpret_cast<const char*>(data), size), "fuzz")) {
    bulkhead::base::Limits limits;
    limits.archive_bytes = 16 << 20;
    (void)bulkhead::kube::load_snapshot(fd.get(), limits);
  }
  return 0;
}
