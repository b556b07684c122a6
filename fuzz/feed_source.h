// One importer on bytes: records must survive their own line form. Each fuzz target names its row and a file name that the row reads.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/source.h"

namespace bulkhead::fuzz {

inline int feed_source(const char* row_name, std::string_view file, const uint8_t* data, size_t size) {
  const advisory::Source* row = advisory::find_source(row_name);
  if (row == nullptr) {
    std::abort();
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  base::Limits limits;
  limits.document_bytes = 1 << 20;
  (void)row->recognises(file, bytes.substr(0, advisory::kHeadBytes));
  advisory::Sink sink([](std::string_view line) -> base::Status {
    const auto record = advisory::from_line(line);
    if (!record || advisory::to_line(*record) != line) {
      std::abort();
    }
    return {};
  });
  (void)row->parse({file, std::string(file), bytes}, limits, sink);
  return 0;
}

}  // namespace bulkhead::fuzz
