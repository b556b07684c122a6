// Numbers that the writer and the readers of the database share. docs/advisory-database.md explains the file.
#pragma once

#include <cstdint>

#include "advisory/join.h"

namespace bulkhead::advisory {

inline constexpr int64_t kApplicationId = 0x42486164;  // "BHad"
inline constexpr int64_t kSchemaVersion = 2;

inline int64_t traits_of(const Flaw& f) {
  return (f.network ? 1 : 0) | (f.needs_login ? 2 : 0) | (f.needs_user ? 4 : 0) | (f.high_complexity ? 8 : 0);
}

}  // namespace bulkhead::advisory
