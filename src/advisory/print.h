// Fingerprints of what the database says, so that a stored result can tell what may have changed without being computed again.
//
// Equal fingerprints stand for equal answers (XXH3, 64 bits: two of a million packages collide once in ten million databases).
// Numbers of rows go in nowhere: they shift when a record is added. Threads: as the connection's.
#pragma once

#include <cstdint>
#include <string_view>

#include "advisory/sqlite.h"
#include "base/result.h"

namespace bulkhead::advisory {

uint64_t print_of(std::string_view bytes, uint64_t seed = 0);

// Every column of the current row from `first` on.
uint64_t print_of_row(const sqlite::Statement& row, int first, uint64_t seed = 0);

// Fills `package_print` from all other tables. The writer's last step.
base::Status write_prints(sqlite::Connection& db);

}  // namespace bulkhead::advisory
