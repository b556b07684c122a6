// Joins the names of one flaw over all feeds (CVE, GHSA, GO, DEBIAN-CVE, BIT, …) and computes what all together say of it.
//
// Rule: aliases are symmetric and transitive, as the OSV schema defines them; `related` and several `upstream` names join
// nothing, nor does a record that names more than three CVEs (it collects flaws). Withdrawn records join nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisory/content.h"
#include "model/finding.h"

namespace bulkhead::advisory {

struct Flaw {
  int64_t id = 0;                    // row in the database
  std::string name;                  // preferred: the oldest CVE id, else the first of GHSA-, then by alphabet
  std::vector<std::string> aliases;  // sorted, without name
  std::string published;             // earliest date
  std::string summary;
  std::string severity = "unknown";
  std::string cvss;  // empty none
  double cvss_score = -1;
  model::FlawEffect effect = model::FlawEffect::unknown;
  bool network = false, needs_login = false, needs_user = false, high_complexity = false;
  int64_t epss = -1;         // × 10⁻⁵
  int64_t epss_before = -1;  // in the feed before
  model::ExploitEvidence exploit = model::ExploitEvidence::none;
  std::vector<std::string> exploit_sources;
  std::vector<std::string> sources;  // rows that speak of it, sorted
};

struct Joined {
  std::vector<Flaw> flaws;                    // sorted by name; id = position + 1
  std::vector<std::vector<int64_t>> flaw_of;  // per feed (in the order of Content), per advisory: flaw id, 0 where no package is named
};

Joined join_flaws(const Content& content);

// "CVE-YEAR-NUMBER" → year × 10⁸ + number, the order of CVE ids; nullopt for other names.
std::optional<int64_t> cve_number(std::string_view name);

}  // namespace bulkhead::advisory
