// Keys, signatures, deltas and mirrors of the advisory database: what a publisher does. What a user does is database_update.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace bulkhead::app {

// Writes NAME.key (mode 0600) and NAME.pub; never over a file that is there. Prints the key's id.
base::Result<int> make_key(const std::string& name);

// Puts a signature behind the database's pages (in place of one that is there), as of `serial`.
base::Status sign_database_file(const std::string& path, const std::string& key_file, base::Moment serial);
base::Result<int> sign_database(const std::string& path, const std::string& key_file, base::Moment serial);

// Checks signature, digest, schema and SQLite's own structure. Exit code 0 for good, 1 for anything else, unsigned included.
base::Result<int> verify_database(const std::string& path, const std::vector<std::string>& keys);

// `db diff`: a delta from one file to another; prints what it holds.
base::Result<int> diff_databases(const std::string& old_path, const std::string& new_path, const std::string& output);
// `db apply`: the new file from the old and a delta; `output` may be the old one's path.
base::Result<int> apply_database_delta(const std::string& old_path, const std::string& delta, const std::string& output,
                                       const std::vector<std::string>& keys, bool force);

struct MirrorRequest {
  std::string folder;
  std::string database;           // the new state; signed on the way where it is not
  std::vector<std::string> from;  // older states: a delta for each
  std::string key_file;           // private key; empty: a mirror without signature, which `db update` takes only when forced
  base::Moment serial = 0;        // of a database that is signed now
};
// Writes the folder that any web server can hand out: manifest.json last, and what the last two manifests do not name is removed.
base::Result<int> publish_mirror(const MirrorRequest& request);

}  // namespace bulkhead::app
