// Why a component matches an advisory, or why it does not: every record with its comparison.
#pragma once

#include <string>

#include "base/result.h"

namespace bulkhead::app {

// `format`: "text" or "json". Prints and returns 0; not_found where no record joins the two, with what was looked up.
base::Result<int> explain_match(const std::string& purl, const std::string& advisory_id, const std::string& database,
                                const std::string& format);

}  // namespace bulkhead::app
