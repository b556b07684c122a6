// VEX statements in the database file: written compact, read back whole. data/advisory/schema.sql describes the tables.
#pragma once

#include <functional>

#include "advisory/content.h"
#include "advisory/sqlite.h"

namespace bulkhead::advisory {

// Feeds are numbered from 1 in the order of `content`.
base::Status write_vex(sqlite::Connection& db, const Content& content);
base::Status read_vex(sqlite::Connection& db, const std::function<void(int64_t feed, VexRow row)>& each);

}  // namespace bulkhead::advisory
