// The YAML tables of data/kubernetes that this room reads, out of the program itself.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "base/json.h"
#include "base/yaml.h"

namespace bulkhead::kube {

std::span<const base::EmbeddedFile> embedded_files();

// `name` below data/. Errors: internal (not in the program), input (not one document).
inline base::Result<base::JsonDocument> data_file(std::string_view name) {
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name != name) {
      continue;
    }
    BULKHEAD_TRY(auto documents, base::parse_yaml(file.content, {}, name));
    if (documents.size() != 1) {
      return base::fail(base::ErrorKind::input, "data file is not one document", std::string(name));
    }
    return std::move(documents.front());
  }
  return base::fail(base::ErrorKind::internal, "data file is not in the program", std::string(name));
}

}  // namespace bulkhead::kube
