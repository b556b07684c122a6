// An advisory that applies to a component in a place, with the comparison that says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace bulkhead::model {

enum class FindingStatus : uint8_t { affected, fixed_available, no_fix, will_not_fix, deferred, end_of_life, under_investigation, unknown };
const char* status_name(FindingStatus status);

// What an attacker gains by the flaw, from the CVSS vector or the catalogue's word. Taking control needs `control`.
// `malicious`: the package itself is the attacker's code and runs where it is installed. Stored as numbers: add at the end.
enum class FlawEffect : uint8_t { unknown, control, disclosure, availability, other, malicious };
const char* effect_name(FlawEffect effect);

// Best direct evidence of exploitation, weakest first.
enum class ExploitEvidence : uint8_t { none, proof_of_concept, weaponised, kev, kev_ransomware };
const char* exploit_name(ExploitEvidence evidence);

// Why it matches: enough to repeat the comparison by hand.
struct MatchReason {
  std::string record;      // advisory id in the source, "DEBIAN-CVE-2023-…", "GHSA-…"
  std::string scheme;      // version scheme used
  std::string package;     // name that was looked up (source package for distributions)
  std::string ecosystem;   // "Debian:12", "npm"
  std::string version;     // version compared
  std::string range;       // "introduced 0, fixed 7.88.1-10+deb12u5"
  std::string comparison;  // "7.88.1-10 < 7.88.1-10+deb12u5"
};

// What somebody decided on a finding, in VEX words (docs/decisions.md). It is shown beside the finding, never instead of it.
struct Disposition {
  std::string status;         // not_affected | affected | fixed | under_investigation; empty: nothing was decided
  std::string justification;  // OpenVEX's word; may be empty
  std::string reason, author;
  std::string decided, expires;  // dates; empty: not said
  std::string origin;            // "decision 3f2a…", "vex advisory.json"

  explicit operator bool() const { return !status.empty(); }
  // The finding needs no work: it counts as decided.
  bool settles() const { return status == "not_affected" || status == "fixed"; }
};

struct Finding {
  std::string id;                    // preferred id (CVE where there is one)
  std::vector<std::string> aliases;  // sorted, without id
  std::string purl;
  std::string component;  // name and version for people
  FindingStatus status = FindingStatus::affected;
  std::string fixed_version;  // empty where there is none
  std::string severity;       // none | low | medium | high | critical | unknown
  std::string cvss;           // vector; empty where there is none
  double cvss_score = -1;     // base score; -1 unknown
  double epss = -1;           // probability in 30 days; -1 no score
  double epss_before = -1;    // the same in the scores before these; -1 none
  bool kev = false;
  ExploitEvidence exploit = ExploitEvidence::none;
  std::vector<std::string> exploit_sources;  // "metasploit", "nuclei", "exploitdb", "kev"
  FlawEffect effect = FlawEffect::unknown;
  bool network = false;          // CVSS AV:N
  bool needs_login = false;      // CVSS PR:L or PR:H
  bool needs_user = false;       // CVSS UI:R
  bool high_complexity = false;  // CVSS AC:H
  std::string published;         // date, RFC 3339; empty unknown
  std::string summary;
  std::string source;                // row name of the source that decides
  std::vector<std::string> sources;  // all sources that speak of it
  MatchReason reason;
  std::vector<std::string> paths;
  std::string layer;
  bool runs_no_code = false;  // headers, docs, debug: kept, but no step
  Disposition disposition;
};

void write_finding(base::JsonWriter& writer, const Finding& finding);
// Its members without the braces, for an object that says more.
void write_finding_members(base::JsonWriter& writer, const Finding& finding);
base::Result<Finding> finding_from_json(base::JsonView view);

}  // namespace bulkhead::model
