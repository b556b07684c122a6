// Addresses and CIDRs as policies hold them: what is read is written back as the same range.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/address.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::access;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto range = parse_cidr(text)) {
    if (range->first > range->last) std::abort();
    if (parse_address(address_text(range->first)) != range->first || parse_address(address_text(range->last)) != range->last) std::abort();
    AddressSet set(all_ipv4());
    set.remove(*range);
    if (set.contains(range->first)) std::abort();
    set.add(*range);
    if (!set.contains(range->last)) std::abort();
    (void)partition(all_ipv4(), {*range, *parse_cidr("10.0.0.0/8")});
  }
  return 0;
}
