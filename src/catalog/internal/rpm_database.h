// The package headers in rpm's three database formats, read page by page from memory: no database library sees an image's bytes.
//
//   sqlite  rpmdb.sqlite (rpm 4.16 and later): the table Packages(hnum, blob); what a left-over write-ahead log holds counts, as far
//           as its checksums and its last commit go. Source: sqlite.org/fileformat2.html.
//   ndb     Packages.db (SUSE): slots that point to blobs. Source: rpm's lib/backend/ndb/rpmpkg.c.
//   bdb     Packages (rpm before 4.16): Berkeley DB, hash method, versions 7 to 10. Source: Berkeley DB 5.3, dbinc/db_page.h.
//
// Each function calls `visit` with every package header (rpm_header.h) in the order of the file. `visit` keeps no view of the bytes.
//
// Limits: a page counts once, so that links between pages cannot go round; a header is at most 256 MiB, and no larger than the file.
// Errors: kind `input` with file and page; headers already given stay. Threads: pure functions.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace bulkhead::catalog {

using RpmVisit = std::function<void(std::string_view header)>;

base::Status each_sqlite_header(std::string_view database, std::string_view log, std::string_view where, const RpmVisit& visit);
base::Status each_ndb_header(std::string_view database, std::string_view where, const RpmVisit& visit);
base::Status each_bdb_header(std::string_view database, std::string_view where, const RpmVisit& visit);

inline constexpr uint64_t kMaxRpmHeader = 256ULL << 20;

}  // namespace bulkhead::catalog
