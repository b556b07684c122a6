// The advisory database as the commands see it: importing feeds, opening, showing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisory/database.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/result.h"

namespace bulkhead::app {

struct ImportRequest {
  std::string database;              // path of the file to make or change
  std::vector<std::string> files;    // feeds: files or folders (app/feed_files.h); the source is found by content
  std::vector<std::string> sources;  // "ROW=FILE": feeds whose source the user names
  bool quiet = false;                // no progress on stderr
  bool force = false;                // a feed may have lost more than max_shrink of its records
  double max_shrink = 20;            // percent
};

// Reads every feed in a jailed worker, replaces those feeds in the database and keeps its others; prints a JSON report.
// Any unreadable feed is an error and the old database stays; what no source knows in a folder of feeds is named and passed over; so is a
// feed that shrank by more than `max_shrink` percent.
base::Result<int> import_feeds(const ImportRequest& request);

// One feed, read in a worker; `source`: its row, empty: by content. An archive may hold documents of several rows: one content each.
base::Result<std::vector<advisory::FeedContent>> read_feed_file(const std::string& path, const std::string& source);

// `given`, else $BULKHEAD_DB, else ~/.cache/bulkhead/advisories.db.
std::string database_path(const std::optional<std::string>& given);
// Opens it and checks where it is from: a signature that does not fit is an error (app/database_trust.h); an unsigned one is not.
base::Result<advisory::Database> open_database(const std::string& path);
// Two writers of one file wait for one another (PATH.lock).
base::Result<base::UniqueFd> lock_database(const std::string& path);

base::Result<int> print_database_info(const std::string& path, base::Moment as_of, bool sources_only);
// What the database knows of a package, version or not: JSON, one line a record.
base::Result<int> print_lookup(const std::string& path, const std::string& purl);

}  // namespace bulkhead::app
