// The only place that sees all sources. Adding one: docs/adding-a-source.md.
#include "advisory/source.h"

namespace bulkhead::advisory {
namespace source {

#define ROW(id) extern const Source id;
#include "advisory/source/rows.def"
#undef ROW

}  // namespace source

std::span<const Source* const> sources() {
  static constexpr const Source* kRows[] = {
#define ROW(id) &source::id,
#include "advisory/source/rows.def"
#undef ROW
  };
  return kRows;
}

const Source* find_source(std::string_view name) {
  for (const Source* row : sources()) {
    if (name == row->name) {
      return row;
    }
  }
  return nullptr;
}

base::Status Sink::add(const Record& record) {
  std::string line = to_line(record);
  if (line.size() >= kMaxLine) {
    return put_(to_line(Skipped{"record", "the record is longer than the limit of 16 MiB"}));
  }
  return put_(line);
}

base::Status Sink::skip(const Document& document, std::string where, std::string why) {
  return add(Skipped{where.empty() ? document.place : document.place + ", " + where, std::move(why)});
}

}  // namespace bulkhead::advisory
