// dpkg's status file and a checksum list, through the catalog as a root file system gives them.
#include <cstdint>
#include <string_view>

#include "catalog/catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  catalog::Catalog catalog({});
  base::FileTree tree;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto add = [&](base::FileNode& folder, const char* name, const char* path) {
    auto node = std::make_unique<base::FileNode>();
    node->kind = base::FileNode::Kind::file;
    node->content = tree.add_content(size);
    const base::FileOffer offer{path, size, node->content};
    if (catalog.wish(offer, text.substr(0, base::ContentReader::kHeadBytes)).whole) {
      catalog.take(offer, text);
    }
    folder.children[name] = std::move(node);
  };
  base::FileNode* here = &tree.root();
  for (const char* name : {"var", "lib", "dpkg"}) {
    here = (here->children[name] = std::make_unique<base::FileNode>()).get();
  }
  add(*here, "status", "var/lib/dpkg/status");
  add(*here, "diversions", "var/lib/dpkg/diversions");
  base::FileNode& info = *(here->children["info"] = std::make_unique<base::FileNode>());
  add(info, "a.md5sums", "var/lib/dpkg/info/a.md5sums");
  model::Inventory inventory;
  catalog.finish(tree, inventory);
  return 0;
}
