#include "advisory/ranks.h"

#include <string>
#include <utility>
#include <vector>

#include "advisory/embedded.h"
#include "base/text.h"

namespace bulkhead::advisory {

int rank_of(int source_rank, std::string_view record_id) {
  static const auto kPublishers = [] {
    std::vector<std::pair<std::string, int>> out;
    for (const std::string_view line : base::split(embedded_text("advisory/publishers.tsv"), '\n')) {
      const auto columns = base::split(line, '\t');
      if (columns.size() >= 2 && !line.starts_with('#')) {
        if (const auto rank = base::parse_u64(columns[1])) {
          out.emplace_back(std::string(columns[0]), static_cast<int>(*rank));
        }
      }
    }
    return out;
  }();
  for (const auto& [prefix, rank] : kPublishers) {
    if (record_id.starts_with(prefix)) {
      return rank;
    }
  }
  return source_rank;
}

}  // namespace bulkhead::advisory
