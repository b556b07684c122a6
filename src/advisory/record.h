// What a feed says, in one form for all sources: the records that a source parser gives and the database keeps.
//
// Between the jailed worker and the parent a record is one JSON line (to_line, from_line); the parent believes nothing of it
// and checks every field again. Sizes are bounded by Limits of the worker and by kMaxLine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace bulkhead::advisory {

inline constexpr size_t kMaxLine = 16U << 20;  // bytes of one record as a line
inline constexpr size_t kMaxSummary = 240;     // bytes kept of a summary
inline constexpr double kScoreUnit = 100'000;  // EPSS has five decimals; kept as whole numbers of 10⁻⁵

// What the source says about the package beside its ranges. The numbers are stored; do not renumber.
enum class AffectedState : uint8_t {
  affected = 0,             // the ranges decide
  no_fix = 1,               // affected, nothing fixed yet
  will_not_fix = 2,         // affected, the publisher will not fix it
  deferred = 3,             // affected, fixed some day
  under_investigation = 4,  // not decided by the publisher
  not_affected = 5,         // the publisher says: no version is
  frozen = 6,               // kernel: the source ended; a stream that its ranges do not name is unknown
};
inline constexpr int kAffectedStates = 7;

// One package in one ecosystem. `ranges` is a list of lines, each `introduced V`, `fixed V`, `last_affected V` or `limit V`,
// in the source's order; empty where only `versions` speak. For the kernel each `introduced` opens a pair of its own.
struct Affected {
  std::string ecosystem;  // "npm", "Debian:12", "Kubernetes", "Linux", "Runtime"
  std::string package;    // as the ecosystem's components are looked up
  std::string ranges;
  std::vector<std::string> versions;  // versions named one by one, beside the ranges
  AffectedState state = AffectedState::affected;
  std::string note;     // the source's own words: "nodsa: Minor issue", "urgency unimportant"
  std::string symbols;  // lines "import/path: Symbol, Type.Method" of what holds the flaw; empty where the source does not say
};

struct Advisory {
  std::string id;                              // the source's own: "GHSA-…", "DEBIAN-CVE-…"
  std::vector<std::string> aliases;            // other names of the same flaw
  std::string published, modified, withdrawn;  // RFC 3339 as the source has it, or empty
  std::string summary;
  std::vector<std::string> cvss;   // vectors
  std::string severity;            // the source's word, lower case: none low medium high critical; empty none
  std::string effect;              // "control"; "malicious": the package itself is the attack; empty none
  std::vector<Affected> affected;  // may be empty: the record only adds to what others say
};

struct EpssScore {
  std::string cve;
  uint32_t score = 0;     // × 10⁻⁵
  int32_t previous = -1;  // the score of the feed before this one; -1 none. Not in lines: the import fills it in
};
struct EpssScores {
  std::vector<EpssScore> rows;
};
struct Exploited {  // known to be exploited
  std::string id;
  std::string date;  // date added
  bool ransomware = false;
  std::string name;
};
struct Exploit {  // a public exploit
  std::string id;
  std::vector<std::string> sources;  // "metasploit", "nuclei", "exploitdb", "kernelctf", "poc"
};
struct Cycle {  // one release of a product; dates RFC 3339, "" unknown, "never" for no end
  std::string product, cycle, codename;
  std::string released, support, end_of_life, extended, latest;
};
struct Checks {  // preconditions of a Kubernetes flaw, as the file has them
  std::string id;
  std::string json;
};
// What a publisher says of one flaw in products: OpenVEX, CSAF or CycloneDX statement. Products and subcomponents are purls or
// CPEs as written; a statement with subcomponents speaks of those inside the products, one without of the products themselves.
struct VexStatement {
  std::vector<std::string> flaws;  // the first is the name that the statement has, others are its aliases
  std::vector<std::string> products;
  std::vector<std::string> subcomponents;
  std::string status;         // not_affected affected fixed under_investigation
  std::string justification;  // OpenVEX's words: component_not_present vulnerable_code_not_present … ; empty none
  std::string words;          // impact or action statement, short
  std::string document;       // id of the document
  std::string author;
  std::string date;  // RFC 3339, or empty
};
// One small fact by name, for which a table of its own would be too much. `kind` says what `value` is (database.h has the readers):
// "ssvc" CISA's decision points of a CVE, "reach" of a kernel flaw, "repository_cpe" of a Red Hat repository.
struct Fact {
  std::string kind, name, value;
};
struct FeedInfo {    // about the feed itself
  std::string date;  // the feed's own date; the newest wins
  std::string note;
  std::string part;  // what of its source it holds ("Alpine:v3.19/main"): files of one name and several parts are several feeds
};
struct Skipped {
  std::string where;  // file, entry, line
  std::string why;
};

using Record = std::variant<Advisory, EpssScores, Exploited, Exploit, Cycle, Checks, VexStatement, Fact, FeedInfo, Skipped>;

std::string to_line(const Record& record);  // without a line break
base::Result<Record> from_line(std::string_view line);

// "2021-12-10", "2021-12-10T00:00:00Z" → the same; anything else → empty.
std::string checked_date(std::string_view text);
// First line of a text, at most kMaxSummary bytes on a UTF-8 border, blanks joined.
std::string short_summary(std::string_view text);
// One of none low medium high critical for what publishers write ("MODERATE", "Important", "negligible"); empty for others.
std::string severity_word(std::string_view text);
// "cve-year-number " → "CVE-YEAR-NUMBER"; other names trimmed. Empty for what cannot be a name.
std::string advisory_name(std::string_view text);
bool is_cve(std::string_view name);

}  // namespace bulkhead::advisory
