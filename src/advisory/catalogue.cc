#include "advisory/internal/catalogue.h"

namespace bulkhead::advisory::source {

base::Status read_catalogue(const Document& document, const base::Limits& limits, Sink& sink, const ReadRow& read_row) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const base::JsonView rows = json.root().get("rows");
  if (rows.kind() != base::JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the catalogue has no `rows`", document.place);
  }
  size_t index = 0;
  for (const base::JsonView& row : rows.items()) {
    BULKHEAD_CHECK(read_row(row, document, "rows[" + std::to_string(index++) + "]", sink));
  }
  return sink.date(checked_date(json.root().get("compiled").text()));
}

}  // namespace bulkhead::advisory::source
