// The small tools: lines in, as many lines out, in order. They show what the comparing and scoring code does, one line at a time.
//
// Each reads standard input to its end. A line without its newline at the end counts. Lines longer than kMaxToolLine are
// answered with an error and do not stop the run.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace bulkhead::app {

inline constexpr size_t kMaxToolLine = 1 << 20;

// Names of all version schemes, for the help text.
std::string scheme_names();

// `A<TAB>B` → `<`, `=`, `>` or `error: why`.
base::Result<int> tool_version(const std::string& scheme);
// A purl, or a JSON object of its parts → {"canonical", …} or {"error"}.
base::Result<int> tool_purl();
// A CVSS vector → its scores, or {"error"}.
base::Result<int> tool_cvss();

}  // namespace bulkhead::app
