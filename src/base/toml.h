// TOML in: one document as JSON.
//
// Source: toml.io, version 1.0.0, read by toml++. Tables are objects (keys sorted), dates and times are strings as TOML writes
// them, integers and floats numbers (infinities and NaN become null).
// Limits: document_bytes, depth. Errors: ErrorKind::input with `where` and the line, the parser's word as cause; ErrorKind::limit.
// Threads: pure function.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

Result<JsonDocument> parse_toml(std::string_view text, const Limits& limits = {}, std::string_view where = {});

}  // namespace bulkhead::base
