// Who is believed when two records of one flaw judge the same package differently: the smaller rank.
// The publishers' order is data: data/advisory/publishers.tsv.
#pragma once

#include <string_view>

namespace bulkhead::advisory {

// The source row's rank, unless the record's id names a publisher that the table knows ("GHSA-…", "NSWG-ECO-…").
int rank_of(int source_rank, std::string_view record_id);

}  // namespace bulkhead::advisory
