// Strongly connected components of a directed graph, without recursion.
#pragma once

#include <cstdint>
#include <vector>

namespace bulkhead::risk {

struct Components {
  uint32_t count = 0;
  std::vector<uint32_t> of;     // per node; an edge between two components goes from the lower number to the higher
  std::vector<uint32_t> order;  // nodes, sorted by component
};

// `first` and `targets` are the compressed rows: the successors of node n are targets[first[n] … first[n + 1]).
// Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1972. Linear time.
Components strong_components(const std::vector<uint32_t>& first, const std::vector<uint32_t>& targets);

}  // namespace bulkhead::risk
