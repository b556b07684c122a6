// SPDX: 2.3 JSON out; 2.2 and 2.3 as JSON or tag-value in. SPDX 3 is another format and is refused.
//
// Source: https://spdx.github.io/spdx-spec/v2.3/ (ISO/IEC 5962:2021 is version 2.2.1). What the format has no field for stands in
// annotations by "Tool: bulkhead", one on the document ("bulkhead:inventory:" and the inventory without its components as JSON) and one
// on each package ("bulkhead:component:" and the component), so that read(write(x)) gives back x but for notes of what was read well.
// The same inventory gives the same bytes: the time is the image's own, and 1970 where it is not known.
//
// Documents of others: packages with a purl among their external references are components. A package without one is noted as unread,
// unless it is no software: a layer ("sha256:…"), the operating system (read as such), trivy's "Application" (a lock file or binary that
// packages were found in), or the one package that the document describes. syft's and trivy's words in sourceInfo, attribution texts and
// annotations give source packages, paths and layers. A document that names no component is no evidence of anything: incomplete.
//
// Limits: Limits::document_bytes, depth, components, string_bytes. Errors: kind `input` with line (tag-value) or the parser's place.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::sbom {

std::string write_spdx(const model::Inventory& inventory);
base::Result<model::Inventory> read_spdx(std::string_view json, const base::Limits& limits, std::string_view where);
base::Result<model::Inventory> read_spdx_tag_value(std::string_view text, const base::Limits& limits, std::string_view where);

}  // namespace bulkhead::sbom
