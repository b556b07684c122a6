// How one release of a distribution is judged.
#pragma once

#include <string>

#include "advisory/database.h"
#include "base/clock.h"

namespace bulkhead::match {

struct Release {
  std::string ecosystem;  // where its records are looked up
  bool borrowed = false;  // there are none for it: those of a newer release stand in, and the answer is unknown
  bool ended = false;     // out of support, by the life-cycle feed
  std::string note;       // coverage; empty where all is well
};
base::Result<Release> release_of(const std::string& ecosystem, const advisory::Database& database, base::Moment as_of);

}  // namespace bulkhead::match
