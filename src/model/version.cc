// The only place that sees all version schemes. Adding one: docs/adding-a-version-scheme.md.
#include "model/version.h"

namespace bulkhead::model {
namespace version_scheme {

#define ROW(id) extern const Scheme id;
#include "model/version/rows.def"
#undef ROW

}  // namespace version_scheme

std::span<const Scheme* const> schemes() {
  static constexpr const Scheme* kRows[] = {
#define ROW(id) &version_scheme::id,
#include "model/version/rows.def"
#undef ROW
  };
  return kRows;
}

const Scheme* scheme(std::string_view name) {
  for (const Scheme* row : schemes()) {
    if (name == row->name) {
      return row;
    }
  }
  return nullptr;
}

const Scheme* scheme_for_purl_type(std::string_view type) {
  for (const Scheme* row : schemes()) {
    for (const std::string_view known : row->purl_types) {
      if (known == type) {
        return row;
      }
    }
  }
  return nullptr;
}

}  // namespace bulkhead::model
