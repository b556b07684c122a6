// `db update`: the newest state of the database from a mirror, as a delta where there is one, else whole.
//
// A mirror is a folder that any web server hands out (`db mirror`): manifest.json, which is signed and names files with size and
// digest. Nothing of the mirror is read before its signature fits; each file is checked against the manifest; what comes out is
// checked again. The old database serves until the new one is whole: files are written aside, fsynced, renamed.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::app {

struct UpdateRequest {
  std::string database;
  std::string mirror;             // URL of the folder; empty: $BULKHEAD_DB_MIRROR
  std::vector<std::string> keys;  // files; empty: the user's own (app/database_trust.h)
  std::string proxy;              // empty: the environment's
  bool force = false;             // take an unsigned, older or shrunk state
  double max_shrink = 20;         // percent
  double patience = 20;           // seconds for which a server may send next to nothing
  bool quiet = false;
};

// Prints a JSON report. Exit code 0 also where the database was up to date.
base::Result<int> update_database(const UpdateRequest& request);

}  // namespace bulkhead::app
