// Every importer on bytes: the first byte chooses the source row, the rest is one document of it. Records must survive
// their own line form.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/source.h"

using namespace bulkhead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const auto rows = advisory::sources();
  const advisory::Source& row = *rows[data[0] % rows.size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  base::Limits limits;
  limits.document_bytes = 1 << 20;
  (void)row.recognises("x.json", bytes.substr(0, advisory::kHeadBytes));
  advisory::Sink sink([](std::string_view line) -> base::Status {
    const auto record = advisory::from_line(line);
    if (!record || advisory::to_line(*record) != line) {
      std::abort();
    }
    return {};
  });
  (void)row.parse({"CVE-2024-26581.dyad", "CVE-2024-26581.dyad", bytes}, limits, sink);
  return 0;
}
