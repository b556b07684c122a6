#include <vector>

#include "advisory/internal/csv.h"

namespace bulkhead::advisory {

base::Status each_csv_row(std::string_view text, std::string_view where,
                          const std::function<base::Status(const CsvRow&, uint64_t)>& each) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  std::vector<std::string> columns, fields(1);
  uint64_t line = 1, began = 1;
  bool quoted = false;
  const auto finish = [&]() -> base::Status {
    const bool empty = fields.size() == 1 && fields[0].empty();
    if (columns.empty()) {
      columns = std::move(fields);
    } else if (!empty) {
      CsvRow row;
      for (size_t i = 0; i < fields.size() && i < columns.size(); ++i) {
        row.emplace(columns[i], std::move(fields[i]));
      }
      BULKHEAD_CHECK(each(row, began));
    }
    fields.assign(1, {});
    began = line;
    return {};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n' ? 1 : 0;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      if (fields.size() == kMaxCsvColumns) {
        return base::fail(base::ErrorKind::limit, "a row has more than " + std::to_string(kMaxCsvColumns) + " columns",
                          std::string(where) + ":" + std::to_string(line));
      }
      fields.emplace_back();
    } else if (c == '\n') {
      BULKHEAD_CHECK(finish());
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (quoted) {
    return base::fail(base::ErrorKind::input, "a quote is not closed", std::string(where) + ":" + std::to_string(began));
  }
  BULKHEAD_CHECK(finish());
  return columns.empty() || (columns.size() == 1 && columns[0].empty())
             ? base::Status(base::fail(base::ErrorKind::input, "no header row", std::string(where)))
             : base::Status{};
}

}  // namespace bulkhead::advisory
