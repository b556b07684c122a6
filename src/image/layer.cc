#include "image/layer.h"

#include "base/text.h"

namespace bulkhead::image {
namespace {

using base::FileNode;

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kWhiteoutMeta = ".wh..wh.";  // AUFS bookkeeping; of these only the opaque mark means something
constexpr std::string_view kOpaque = ".wh..wh..opq";

}  // namespace

base::Status LayerApplier::apply(base::ByteStream& stream, uint32_t layer, std::string_view name) {
  layer_ = layer;
  last_folder_ = nullptr;
  base::TarReader tar(stream, limits_, std::string(name));
  for (;;) {
    BULKHEAD_TRY(const std::optional<base::TarEntry> entry, tar.next());
    if (!entry) {
      return {};
    }
    BULKHEAD_CHECK(apply_entry(tar, *entry));
  }
}

base::Status LayerApplier::apply_entry(base::TarReader& tar, const base::TarEntry& entry) {
  const auto names = base::path_names(entry.path, limits_.path_bytes, false);
  if (!names) {
    notes_.error("entry " + entry.path, names.error().what + ": refused (" + tar.where() + ")");
    notes_.tamper("path_leaves_root", entry.path, names.error().what + " in " + tar.where());
    return {};
  }
  if (names->empty()) {
    return {};  // the root itself
  }
  const std::string name(names->back());
  if (name.starts_with(kWhiteout)) {
    apply_whiteout(*names);
    return {};
  }
  auto parent = parent_of(*names);
  if (!parent) {
    notes_.error("entry " + entry.path, parent.error().what + ": refused (" + tar.where() + ")");
    return {};
  }
  const std::string path = parent->path.empty() ? name : parent->path + "/" + name;
  FileNode& folder = *parent->node;
  switch (entry.kind) {
    case base::TarEntry::Kind::folder: {
      const auto found = folder.children.find(name);
      if (found != folder.children.end() && found->second->kind == FileNode::Kind::folder) {
        found->second->layer = layer_;  // named again: a whiteout of this layer does not hide it
      } else {
        replace(folder, name, FileNode::Kind::folder);
      }
      return {};
    }
    case base::TarEntry::Kind::symlink: {
      if (entry.link_target.size() > limits_.path_bytes) {
        notes_.error("entry " + path, "its link target is longer than the limit (" + tar.where() + ")");
        return {};
      }
      replace(folder, name, FileNode::Kind::symlink).target = entry.link_target;
      return {};
    }
    case base::TarEntry::Kind::hard_link: apply_hard_link(entry, path, parent->path, name); return {};
    case base::TarEntry::Kind::device: replace(folder, name, FileNode::Kind::other); return {};
    case base::TarEntry::Kind::sparse:
      replace(folder, name, FileNode::Kind::file);
      notes_.skipped(path, "a sparse tar entry; its content is not read (" + tar.where() + ")");
      return {};
    case base::TarEntry::Kind::unknown:
      notes_.skipped(path, std::string("a tar entry of unknown type '") + entry.type + "' (" + tar.where() + ")");
      return {};
    case base::TarEntry::Kind::file: return apply_file(tar, entry, path, folder, name);
  }
  return {};
}

base::Result<base::FileTree::Place> LayerApplier::parent_of(const std::vector<std::string_view>& names) {
  // Most entries share their parent with the one before.
  std::string written;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    written.append(names[i]).push_back('/');
  }
  if (last_folder_ != nullptr && written == last_parent_) {
    return base::FileTree::Place{last_parent_path_, last_folder_};
  }
  BULKHEAD_TRY(base::FileTree::Place place, tree_.locate(written, true));
  if (place.path.size() + names.back().size() > limits_.path_bytes) {
    return base::fail(base::ErrorKind::limit, "a path is longer than the limit of " + base::human_bytes(limits_.path_bytes));
  }
  if (place.node == nullptr) {
    // Some writers leave parent folders out. locate() said that every existing name on the way is a folder.
    FileNode* here = &tree_.root();
    for (const std::string_view name : base::split(place.path, '/')) {
      auto found = here->children.find(name);
      if (found == here->children.end()) {
        found = here->children.emplace(std::string(name), std::make_unique<FileNode>()).first;
        found->second->layer = layer_;
      }
      here = found->second.get();
    }
    place.node = here;
  }
  if (place.node->kind != FileNode::Kind::folder) {
    return base::fail(base::ErrorKind::input, "its parent is no folder");
  }
  last_parent_ = std::move(written);
  last_parent_path_ = place.path;
  last_folder_ = place.node;
  return place;
}

FileNode& LayerApplier::replace(FileNode& folder, const std::string& name, FileNode::Kind kind) {
  std::unique_ptr<FileNode>& slot = folder.children[name];
  if (slot != nullptr && (slot->kind == FileNode::Kind::folder || slot->kind == FileNode::Kind::symlink)) {
    last_folder_ = nullptr;  // it may have been part of the remembered parent's way
  }
  if (kind == FileNode::Kind::symlink) {
    last_folder_ = nullptr;
  }
  slot = std::make_unique<FileNode>();
  slot->kind = kind;
  slot->layer = layer_;
  return *slot;
}

void LayerApplier::hide_lower_children(FileNode& folder) {
  for (auto it = folder.children.begin(); it != folder.children.end();) {
    FileNode& child = *it->second;
    if (child.kind == FileNode::Kind::folder) {
      hide_lower_children(child);
    }
    const bool hidden = child.layer < layer_ && (child.kind != FileNode::Kind::folder || child.children.empty());
    it = hidden ? folder.children.erase(it) : std::next(it);
  }
}

void LayerApplier::hide_lower(FileNode& folder, const std::string& name) {
  const auto found = folder.children.find(name);
  if (found == folder.children.end()) {
    return;
  }
  if (found->second->kind == FileNode::Kind::folder) {
    hide_lower_children(*found->second);
    if (!found->second->children.empty()) {
      return;
    }
  }
  if (found->second->layer < layer_) {
    folder.children.erase(found);
  }
}

void LayerApplier::apply_whiteout(const std::vector<std::string_view>& names) {
  const std::string_view mark = names.back();
  std::string parent;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    parent.append(names[i]).push_back('/');
  }
  const auto place = tree_.locate(parent, true);
  last_folder_ = nullptr;
  if (!place || place->node == nullptr || place->node->kind != FileNode::Kind::folder) {
    return;  // nothing there to hide
  }
  if (mark == kOpaque) {
    hide_lower_children(*place->node);
  } else if (!mark.starts_with(kWhiteoutMeta)) {
    hide_lower(*place->node, std::string(mark.substr(kWhiteout.size())));
  }
}

void LayerApplier::apply_hard_link(const base::TarEntry& entry, const std::string& path, const std::string& parent_path,
                                   const std::string& name) {
  const auto names = base::path_names(entry.link_target, limits_.path_bytes, true);
  if (!names) {
    notes_.error("entry " + path, "hard link to " + entry.link_target + ": " + names.error().what + ": refused");
    notes_.tamper("path_leaves_root", path, "hard link to " + entry.link_target + ": " + names.error().what);
    return;
  }
  const auto target = tree_.locate(entry.link_target, false);
  if (!target || target->node == nullptr || target->node->kind == FileNode::Kind::folder) {
    notes_.error("entry " + path, "hard link to " + entry.link_target + ", which is not there");
    return;
  }
  if (target->path == path) {
    return;
  }
  const FileNode::Kind kind = target->node->kind;
  const base::ContentId content = target->node->content;
  std::string link = target->node->target;
  const auto parent = tree_.locate(parent_path, true);
  FileNode& node = replace(*parent->node, name, kind);
  node.content = content;
  node.target = std::move(link);
  if (kind == FileNode::Kind::file && content != base::kNoContent && reader_.regrets({path, tree_.content(content).size, content})) {
    notes_.skipped(path, "a hard link to " + target->path + ", whose content had passed by before this name was known");
  }
}

base::Status LayerApplier::apply_file(base::TarReader& tar, const base::TarEntry& entry, const std::string& path, FileNode& folder,
                                      const std::string& name) {
  FileNode& node = replace(folder, name, FileNode::Kind::file);
  node.content = tree_.add_content(entry.size);
  const base::FileOffer offer{path, entry.size, node.content};
  BULKHEAD_TRY(const std::string_view head, tar.peek(base::ContentReader::kHeadBytes));
  base::ContentReader::Wish wish = reader_.wish(offer, head);
  if (wish.whole && entry.size > limits_.file_bytes) {
    const base::Error why{base::ErrorKind::limit, "is larger than the limit of " + base::human_bytes(limits_.file_bytes), path, {}, {}, {}};
    reader_.missed(offer, why);
    wish.whole = false;
  }
  if (!wish.whole && wish.digests == 0) {
    return {};
  }
  base::DigestRecorder digests(wish.digests);
  buffer_.clear();
  bool given = false;
  for (;;) {
    const auto piece = tar.data();
    if (!piece) {
      if (wish.whole) {
        reader_.missed(offer, piece.error());
      }
      node.content = base::kNoContent;
      return std::unexpected(piece.error());
    }
    if (piece->empty()) {
      break;
    }
    digests.update(*piece);
    if (wish.whole && piece->size() == entry.size) {
      reader_.take(offer, *piece);  // the usual small file: no copy
      given = true;
    } else if (wish.whole) {
      buffer_ += *piece;
    }
  }
  if (wish.whole && !given) {
    reader_.take(offer, buffer_);
    if (buffer_.capacity() > (64U << 20)) {
      buffer_ = std::string();
    }
  }
  digests.finish(tree_.content(node.content));
  return {};
}

}  // namespace bulkhead::image
