// The form that the project's own catalogues share: {"schema", "compiled": date, "rows": [object, …]}.
#pragma once

#include <functional>
#include <string>

#include "advisory/source.h"
#include "base/json.h"

namespace bulkhead::advisory::source {

// `place` names the row: "rows[3]". A row that cannot be read is skipped through the sink; an error ends the file.
using ReadRow = std::function<base::Status(base::JsonView row, const Document& document, const std::string& place, Sink& sink)>;

base::Status read_catalogue(const Document& document, const base::Limits& limits, Sink& sink, const ReadRow& read_row);

}  // namespace bulkhead::advisory::source
