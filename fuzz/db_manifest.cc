// Manifests of databases and mirrors: what is read is written and read again to the same text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)advisory::SignedText::parse(text, "fuzz");
  const std::string_view line = text.substr(0, text.find('\n'));
  if (const auto mirror = advisory::mirror_manifest_from_json(line, "fuzz")) {
    const auto again = advisory::mirror_manifest_from_json(to_json(*mirror), "fuzz");
    if (!again || to_json(*again) != to_json(*mirror)) {
      std::abort();
    }
  }
  if (const auto database = advisory::database_manifest_from_json(line, "fuzz")) {
    const auto again = advisory::database_manifest_from_json(to_json(*database), "fuzz");
    if (!again || to_json(*again) != to_json(*database)) {
      std::abort();
    }
  }
  return 0;
}
