// The whole content of an advisory database in memory, by feed: what importing changes and the writer writes.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "advisory/record.h"
#include "advisory/text_pool.h"

namespace bulkhead::advisory {

struct Feed {
  std::string key;     // "kev", "osv/Go.zip"
  std::string source;  // row name
  std::string file;    // name without folders
  std::string sha256;
  uint64_t bytes = 0;
  std::string date;  // RFC 3339, or empty where the feed has none
  uint64_t records = 0;
  uint64_t skipped = 0;
  std::vector<Skipped> skips;  // the first kSkipsKept
  std::string note;
};
inline constexpr size_t kSkipsKept = 20;

// A VEX statement taken apart: one product, one subcomponent at most.
struct VexRow {
  std::string flaws;  // names, one a line; the first is the statement's own
  std::string product, subcomponent;
  std::string status, justification, words, document, author, date;

  auto operator<=>(const VexRow&) const = default;
};

// An Affected with its texts in FeedContent::texts: a tenth of the memory.
struct KeptAffected {
  uint32_t ecosystem = 0, package = 0, ranges = 0, versions = 0, note = 0, symbols = 0;  // versions: one a line
  AffectedState state = AffectedState::affected;

  bool operator==(const KeptAffected&) const = default;
};

struct FeedContent {
  Feed feed;
  std::vector<std::string> parts;               // at most two: of several parts, the file's name tells feeds apart
  std::vector<Advisory> advisories;             // their `affected` move to `kept` as they come
  std::vector<std::vector<KeptAffected>> kept;  // of each advisory
  TextPool texts;
  std::vector<EpssScore> scores;
  std::vector<Exploited> exploited;
  std::vector<Exploit> exploits;
  std::vector<Cycle> cycles;
  std::vector<Checks> checks;
  std::vector<VexRow> vex;
  std::vector<Fact> facts;

  base::Status add_line(std::string_view line);
  // Moves what advisories still say in full form into `kept`.
  void keep();
  // Sorts, joins records of one id, drops repetitions: after it, the order in which records came does not matter.
  void finish();
  // Takes the scores of the feed that this one replaces as each score's previous one.
  void carry_scores(const FeedContent& older);
};

// By feed key, sorted.
using Content = std::map<std::string, FeedContent>;

}  // namespace bulkhead::advisory
