// Every importer on bytes: the first line names the source row and the document ("osv x.json"), the rest is the document.
// Records must survive their own line form.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "advisory/source.h"
#include "base/text.h"

using namespace bulkhead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = all.find('\n');
  if (end == all.npos || end > 200) {
    return 0;
  }
  const auto [row_name, document_name] = base::split_once(all.substr(0, end), ' ');
  const advisory::Source* row = advisory::find_source(row_name);
  if (row == nullptr) {
    return 0;
  }
  const std::string name(document_name.value_or("x"));
  const std::string_view bytes = all.substr(end + 1);
  base::Limits limits;
  limits.document_bytes = 1 << 20;
  (void)row->recognises(name, bytes.substr(0, advisory::kHeadBytes));
  (void)row->wants(name);
  advisory::Sink sink([](std::string_view line) -> base::Status {
    const auto record = advisory::from_line(line);
    if (!record || advisory::to_line(*record) != line) {
      std::abort();
    }
    return {};
  });
  (void)row->parse({name, name, bytes}, limits, sink);
  return 0;
}
