#include "advisory/internal/csv.h"

#include <gmock/gmock.h>

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(Csv, QuotesCommasAndLineBreaks) {
  // The rules of RFC 4180, section 2.
  std::vector<std::string> seen;
  ASSERT_TRUE(each_csv_row("a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\r\nlast\n", "t", [&](const CsvRow& row, uint64_t line) -> base::Status {
    seen.push_back(row.at("a") + "|" + (row.contains("b") ? row.at("b") : "-") + "|" + std::to_string(line));
    return {};
  }));
  EXPECT_THAT(seen, testing::ElementsAre("x, \"y\"|1\n2|2", "last|-|4"));
}

TEST(Csv, AnOpenQuoteNamesItsLine) {
  const auto status = each_csv_row("a\n\"x\ny\n", "t.csv", [](const CsvRow&, uint64_t) -> base::Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().text(), HasSubstr("t.csv:2"));
}

TEST(Csv, TooManyColumnsAreRefused) {
  EXPECT_FALSE(each_csv_row(std::string(1000, ','), "t", [](const CsvRow&, uint64_t) -> base::Status { return {}; }));
}

}  // namespace
}  // namespace bulkhead::advisory
