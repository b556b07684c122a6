// What standard output is: a terminal and how wide, with colour or not.
#pragma once

#include <cstddef>
#include <string>

namespace bulkhead::app {

struct OutputStyle {
  size_t width = 100;
  bool color = false;
};

// `color`: auto | always | never. auto: a terminal, and NO_COLOR is unset or empty (no-color.org), and TERM is not dumb.
// Width: the terminal's, else $COLUMNS, else 100.
OutputStyle output_style(const std::string& color);

}  // namespace bulkhead::app
