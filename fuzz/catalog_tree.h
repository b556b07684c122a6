// A root file system of a few files, read through the catalog as a source gives them.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "catalog/catalog.h"

inline void read_as_tree(std::initializer_list<std::pair<std::string_view, std::string_view>> files) {
  using namespace bulkhead;
  catalog::Catalog catalog({});
  base::FileTree tree;
  for (const auto& [path, bytes] : files) {
    base::FileNode* here = &tree.root();
    for (const std::string_view name : base::split(path, '/')) {
      auto& slot = here->children[std::string(name)];
      if (slot == nullptr) {
        slot = std::make_unique<base::FileNode>();
      }
      here = slot.get();
    }
    here->kind = base::FileNode::Kind::file;
    here->content = tree.add_content(bytes.size());
    const base::FileOffer offer{path, bytes.size(), here->content};
    const auto wish = catalog.wish(offer, bytes.substr(0, base::ContentReader::kHeadBytes));
    if (wish.whole) {
      catalog.take(offer, bytes);
    }
    base::DigestRecorder digests(wish.digests);
    digests.update(bytes);
    digests.finish(tree.content(here->content));
  }
  model::Inventory inventory;
  catalog.finish(tree, inventory);
}
