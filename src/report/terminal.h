// Text for terminals: styles, tables that fit a width, bars. Everything given to these functions is hostile until it came
// through base::escape_terminal; the table does that for every cell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::report {

struct TerminalStyle {
  size_t width = 100;  // columns
  bool color = false;
};

enum class Tone { plain, strong, faint, bad, warn, good };

// `text` is escaped here. Without colour it is the escaped text alone.
std::string tinted(std::string_view text, Tone tone, const TerminalStyle& style);

// The first `width` columns, with "…" at the end where something was cut. Counts wide characters as two.
std::string fitted(std::string_view escaped, size_t width);

// Breaks at blanks; later lines start with `indent` blanks. A word longer than a line stands alone on its line, whole.
std::string wrapped(std::string_view escaped, size_t width, size_t indent);

// As lines of at most `width` columns each, broken at a blank or behind a slash, colon or comma, elsewhere only where that would
// leave half a line empty. Past `most`
// lines the last one ends with "…". At least one line.
std::vector<std::string> folded(std::string_view escaped, size_t width, size_t most);

// 0…1 as blocks of an eighth, `width` columns at most: "███▍".
std::string bar(double share, size_t width);

struct Cell {
  std::string text;  // escaped by the table
  Tone tone = Tone::plain;
};
struct Column {
  std::string title;
  bool right = false;    // right-aligned
  bool shrinks = false;  // gives way when the table is too wide; else never cut
  size_t lines = 1;      // a cell that does not fit goes on below, on so many lines at most; what is over ends with "…"
};
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Lines with `indent` blanks before each; two blanks between columns; no header line when every title is empty.
  std::string render(const TerminalStyle& style, size_t indent = 0) const;

 private:
  std::vector<size_t> widths_of(const std::vector<std::vector<std::string>>& texts, const TerminalStyle& style, size_t indent) const;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace bulkhead::report
