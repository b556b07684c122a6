// What differs between two lists of connections: pairs that were opened, closed or changed.
//
// External addresses are cut at the blocks of both sides, and neighbours that differ in the same way are put together again, so
// that a new block in a rule is no change by itself. Deterministic: sorted by kind, source, target.
#pragma once

#include <string>
#include <vector>

#include "access/connection_list.h"
#include "access/connections.h"

namespace bulkhead::access {

struct ConnectionChange {
  enum class Kind : uint8_t { changed, added, removed } kind = Kind::changed;
  std::string from, to;
  Connections before, after;
  bool undecided = false;      // on either side
  std::string workloads;       // "workload shop/web[Deployment] added"; empty: both are on both sides
  Connections opened() const;  // in after and not in before
  Connections closed() const;
};
std::vector<ConnectionChange> diff_connections(const ConnectionList& before, const ConnectionList& after);

}  // namespace bulkhead::access
