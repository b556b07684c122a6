// For tests only: a folder on disk, or files given in code, as a file tree read through a Catalog.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "base/file.h"
#include "base/hash.h"
#include "catalog/catalog.h"

namespace bulkhead::catalog {

class FixtureTree {
 public:
  explicit FixtureTree(const base::Limits& limits = {}) : catalog_(limits) {}

  FixtureTree& folder(const std::string& path) {
    std::map<std::string, std::filesystem::path> sorted;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      sorted.emplace(entry.path().lexically_relative(path).string(), entry.path());
    }
    for (const auto& [name, full] : sorted) {
      if (std::filesystem::is_symlink(full)) {
        link(name, std::filesystem::read_symlink(full).string());
      } else if (std::filesystem::is_regular_file(full)) {
        file(name, base::read_file(full.string(), 1 << 28).value());
      }
    }
    return *this;
  }

  FixtureTree& file(const std::string& path, std::string_view bytes) {
    base::FileNode& node = place(path);
    node.kind = base::FileNode::Kind::file;
    node.content = tree_.add_content(bytes.size());
    const base::FileOffer offer{path, bytes.size(), node.content};
    const auto wish = catalog_.wish(offer, bytes.substr(0, base::ContentReader::kHeadBytes));
    if (wish.whole) {
      catalog_.take(offer, bytes);
    }
    base::DigestRecorder digests(wish.digests);
    digests.update(bytes);
    digests.finish(tree_.content(node.content));
    return *this;
  }

  FixtureTree& link(const std::string& path, const std::string& target) {
    base::FileNode& node = place(path);
    node.kind = base::FileNode::Kind::symlink;
    node.target = target;
    return *this;
  }

  base::FileTree& tree() { return tree_; }

  model::Inventory finish() {
    model::Inventory inventory;
    catalog_.finish(tree_, inventory);
    return inventory;
  }

 private:
  base::FileNode& place(const std::string& path) {
    base::FileNode* here = &tree_.root();
    const std::vector<std::string_view> names = base::path_names(path, 4096, false).value();
    for (const std::string_view name : names) {
      auto& slot = here->children[std::string(name)];
      if (slot == nullptr) {
        slot = std::make_unique<base::FileNode>();
      }
      here = slot.get();
    }
    return *here;
  }

  base::FileTree tree_;
  Catalog catalog_;
};

// Lines "name TAB version TAB arch TAB source TAB source version", sorted by byte, as the tools' answers beside the fixtures have them.
inline std::string component_lines(const model::Inventory& inventory) {
  std::vector<std::string> lines;
  for (const model::Component& c : inventory.components) {
    lines.push_back(c.name + "\t" + c.version + "\t" + c.arch + "\t" + c.source_name + "\t" + c.source_version + "\n");
  }
  std::ranges::sort(lines);
  std::string out;
  for (const std::string& line : lines) {
    out += line;
  }
  return out;
}

// Lines "name TAB version", sorted by byte.
inline std::string name_lines(const model::Inventory& inventory) {
  std::vector<std::string> lines;
  for (const model::Component& c : inventory.components) {
    lines.push_back(c.name + "\t" + c.version + "\n");
  }
  std::ranges::sort(lines);
  std::string out;
  for (const std::string& line : lines) {
    out += line;
  }
  return out;
}

inline std::string fixture(const std::string& path) { return std::string(BULKHEAD_SOURCE_DIR) + "/src/catalog/ecosystem/testdata/" + path; }

inline const model::Component* component_named(const model::Inventory& inventory, std::string_view name) {
  const auto found = std::ranges::find(inventory.components, name, &model::Component::name);
  return found == inventory.components.end() ? nullptr : &*found;
}

}  // namespace bulkhead::catalog
