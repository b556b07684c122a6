// Matching again after the database changed, touching only what can have changed.
//
// A stored result holds each component's findings, and the keys of all that its matching asked the database, with a fingerprint
// of every answer (Database::watch, Database::print). Later the fingerprints are taken again; a component is matched again
// only where one of its own answers may be another. Answers about whole distributions (releases, life cycles) stand for everybody:
// where one changed, all components are matched again. What comes out is what matching everything would give.
//
// Threads: one at a time on one database (the watcher is the database's).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/matcher.h"

namespace bulkhead::match {

struct StoredMatch {
  std::string program;  // version that matched; another one matches everything again
  model::Inventory inventory;
  std::vector<std::string> keys;  // questions, sorted
  std::vector<uint64_t> prints;   // their answers' fingerprints
  std::vector<uint32_t> common;   // indices into keys: questions that stand for all components
  struct Part {
    std::vector<uint32_t> keys;  // this component's own questions
    std::vector<model::Finding> findings;
  };
  std::vector<Part> parts;                    // by component
  std::vector<model::CoverageNote> coverage;  // what could not be judged
};

struct RematchCount {
  size_t components = 0, matched = 0;  // all, and those matched again
  size_t questions = 0, changed = 0;   // all, and those with another answer
  std::string why_all;                 // why everything was matched again; empty: it was not
};

base::Result<StoredMatch> match_and_store(const model::Inventory& inventory, const advisory::Database& database, base::Moment as_of,
                                          std::string_view program);
// Brings `stored` up to date. `program`: this program's version.
base::Result<RematchCount> rematch(StoredMatch& stored, const advisory::Database& database, base::Moment as_of, std::string_view program);
// All findings in the order of match_inventory.
std::vector<model::Finding> findings_of(const StoredMatch& stored);

// "bulkhead.stored_match/1".
std::string to_json(const StoredMatch& stored);
base::Result<StoredMatch> stored_match_from_json(std::string_view json, std::string_view where);

}  // namespace bulkhead::match
