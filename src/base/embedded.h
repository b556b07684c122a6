// A data file that was put into the program at build time (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace bulkhead::base {

struct EmbeddedFile {
  std::string_view name;     // path below data/
  std::string_view content;  // lives as long as the program
};

}  // namespace bulkhead::base
