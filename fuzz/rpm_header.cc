// One package header: every accessor on every kind of value.
#include <cstdint>
#include <string_view>

#include "catalog/internal/rpm_header.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::catalog;
  const auto header = RpmHeader::open({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (header) {
    for (const RpmTag tag : {RpmTag::name, RpmTag::epoch, RpmTag::file_states, RpmTag::file_modes, RpmTag::file_digests, RpmTag::file_flags,
                             RpmTag::dir_indexes, RpmTag::base_names, RpmTag::dir_names}) {
      (void)header->text(tag);
      (void)header->number(tag);
      (void)header->texts(tag);
      (void)header->numbers(tag);
    }
  }
  return 0;
}
