// The only place that sees all catalogers. Adding one: docs/adding-a-cataloger.md.
#include "catalog/cataloger.h"

namespace bulkhead::catalog {
namespace ecosystem {

#define ROW(id) extern const Cataloger id;
#include "catalog/ecosystem/rows.def"
#undef ROW

}  // namespace ecosystem

const std::vector<const Cataloger*>& catalogers() {
  static const std::vector<const Cataloger*> rows = {
#define ROW(id) &ecosystem::id,
#include "catalog/ecosystem/rows.def"
#undef ROW
  };
  return rows;
}

const std::string_view* KeptFiles::find(const base::FileTree& tree, std::string_view path) const {
  const base::FileNode* node = tree.find(path);
  if (node == nullptr || node->kind != base::FileNode::Kind::file) {
    return nullptr;
  }
  const auto found = by_content.find(node->content);
  return found == by_content.end() ? nullptr : &found->second;
}

}  // namespace bulkhead::catalog
