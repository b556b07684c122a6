// Any SBOM: what reads must be written as SPDX and read again to the same components.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sbom/document.h"
#include "sbom/spdx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const base::Limits limits;
  if (const auto inventory = sbom::read_sbom({reinterpret_cast<const char*>(data), size}, limits, "fuzz")) {
    const auto again = sbom::read_sbom(sbom::write_spdx(*inventory), limits, "fuzz");
    if (!again || again->components.size() != inventory->components.size()) {
      std::abort();
    }
  }
  return 0;
}
