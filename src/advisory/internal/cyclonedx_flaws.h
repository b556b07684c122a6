// CycloneDX `vulnerabilities` in one form for JSON and XML, and what becomes of it: records where versions are given (a vulnerability
// disclosure report), VEX statements where an analysis is.
//
// Sources: CycloneDX 1.4 to 1.6 (vulnerability, impactAnalysisState, impactAnalysisJustification), the purl specification's
// "vers" (VERSION-RANGE-SPEC). Threads: pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "advisory/source.h"

namespace bulkhead::advisory {

struct CycloneTarget {
  std::string ref;
  std::vector<std::string> ranges;    // "vers:maven/>=2.0|<2.3.1", affected ones
  std::vector<std::string> versions;  // single ones, affected
};
struct CycloneFlaw {
  std::string id, published, updated, summary, severity;
  std::vector<std::string> vectors;  // complete: "CVSS:3.1/…"
  std::string state, justification, detail;
  std::vector<CycloneTarget> targets;
};
struct CycloneDocument {
  std::string id, author, date;
  std::map<std::string, std::string> identifiers;  // bom-ref → purl, else CPE
  std::vector<CycloneFlaw> flaws;
};

// "CVSSv31" and "AV:N/…" → "CVSS:3.1/AV:N/…".
std::string cyclone_vector(const std::string& method, const std::string& vector);
// "vers:maven/>=2.0|<2.3.1|>=2.4|<2.12" → lines; nullopt for what is no range or cannot be said in events ("!=").
std::optional<std::string> vers_lines(std::string_view text);
base::Status give_cyclone(const CycloneDocument& cyclone, const Document& document, Sink& sink);

}  // namespace bulkhead::advisory
