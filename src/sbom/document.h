// Any SBOM that Bulkhead reads: CycloneDX 1.2 to 1.6 as JSON or XML, SPDX 2.2 and 2.3 as JSON or tag-value, also inside an in-toto
// statement (what `cosign attest` signs).
//
// Errors: kind `input`; a document of another kind is named ("is an SPDX 3 document, which is not read"). Threads: pure functions.
#pragma once

#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::sbom {

// By a file's first bytes: text that read_sbom takes, or at least gives a clear error for. Archives never look like one.
bool looks_like_sbom(std::string_view head);
base::Result<model::Inventory> read_sbom(std::string_view text, const base::Limits& limits, std::string_view where);

}  // namespace bulkhead::sbom
