// The findings of one source as documents that other programs read: SARIF for code scanning, OpenVEX for other scanners.
//
// Sources: SARIF 2.1.0 (OASIS standard, with errata 01), OpenVEX 0.2.0 (openvex.dev). docs/output-formats.md says what stands where.
// Same input, same bytes: times come from `as_of`, ids from the content. Texts go through the JSON writer, which escapes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/finding.h"
#include "model/inventory.h"
#include "model/priority.h"

namespace bulkhead::report {

struct ReportedFinding {
  const model::Finding* finding = nullptr;
  model::Priority priority;
  model::Ssvc ssvc;
};

struct FindingsReport {
  const model::Inventory* inventory = nullptr;
  std::vector<ReportedFinding> findings;
  std::vector<model::CoverageNote> not_judged;  // what matching could not say
  std::string tool_version;
  std::string author;  // of the VEX document
  base::Moment as_of = 0;
  double advisory_age_days = -1;  // of the newest feed; -1 unknown
};

// One run, one rule a flaw, one result a finding. Decided findings are results with a suppression, so that they stay visible.
std::string render_sarif(const FindingsReport& report);

// One statement a flaw and component. Empty where there is no finding: the format knows no document without statements.
std::string render_openvex(const FindingsReport& report);

// The package URL of the whole source: of an image by its digest, else the first reference or the file's name as a generic package.
std::string product_purl(const model::Inventory& inventory);

}  // namespace bulkhead::report
