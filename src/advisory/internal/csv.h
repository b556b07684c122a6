// CSV as RFC 4180 has it: fields in double quotes may hold commas, line breaks and doubled quotes. The first row names the columns.
// Limits: kMaxCsvColumns; the document's size is the caller's. Threads: pure function.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::advisory {

inline constexpr size_t kMaxCsvColumns = 200;

using CsvRow = std::map<std::string, std::string, std::less<>>;  // by column; missing fields are not there

// Calls `each` with every row and the line that it begins on. Errors: input where there is no header or a quote is not closed.
base::Status each_csv_row(std::string_view text, std::string_view where, const std::function<base::Status(const CsvRow&, uint64_t line)>& each);

}  // namespace bulkhead::advisory
