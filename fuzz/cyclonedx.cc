// CycloneDX documents: what reads must be written and read again to the same components.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sbom/cyclonedx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const base::Limits limits;
  if (const auto inventory = sbom::read_cyclonedx({reinterpret_cast<const char*>(data), size}, limits, "fuzz")) {
    const auto again = sbom::read_cyclonedx(sbom::write_cyclonedx(*inventory), limits, "fuzz");
    if (!again || again->components.size() != inventory->components.size()) {
      std::abort();
    }
  }
  return 0;
}
