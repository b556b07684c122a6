#include "advisory/embedded.h"

#include "base/embedded.h"

namespace bulkhead::advisory {

std::span<const base::EmbeddedFile> embedded_files();

std::string_view embedded_text(std::string_view name) {
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name == name) {
      return file.content;
    }
  }
  return {};
}

}  // namespace bulkhead::advisory
