// Package URLs: what parses has a canonical text that parses to itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/purl.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const auto purl = model::parse_purl({reinterpret_cast<const char*>(data), size});
  if (!purl) {
    return 0;
  }
  const std::string canonical = model::to_text(*purl);
  const auto again = model::parse_purl(canonical);
  if ((!again && again.error().kind != base::ErrorKind::limit) || (again && model::to_text(*again) != canonical)) {
    std::abort();
  }
  return 0;
}
