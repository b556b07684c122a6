// Writes a whole advisory database beside its path, checks it, and renames it over the old one.
// The same content gives the same bytes. Killed at any moment, the old file stays as it was.
#pragma once

#include <string>

#include "advisory/content.h"

namespace bulkhead::advisory {

struct WriteCounts {
  uint64_t flaws = 0, advisories = 0, packages = 0, affected = 0, bytes = 0;
};

base::Result<WriteCounts> write_database(const Content& content, const std::string& path);

// The content of a database, to be changed and written again. Errors as Database::open's.
base::Result<Content> read_content(const std::string& path);

// SQLite's own check of every page. Seconds for a large file: for what comes from elsewhere.
base::Status check_structure(const std::string& path);

}  // namespace bulkhead::advisory
