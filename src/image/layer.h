// Applies image layers, base first, to a file tree, as containerd and Docker unpack them, without unpacking.
//
// Source: OCI image specification v1.1, layer.md ("Applying Changesets", "Whiteouts"). Semantics kept:
//   - `.wh.NAME` hides NAME of lower layers only; `.wh..wh..opq` hides all that lower layers put into its folder.
//   - A file over a folder removes the folder; a folder over a folder keeps its content; anything over a symbolic link
//     replaces the link. The last entry of a name wins.
//   - Symbolic links in an entry's parent folders are followed inside the tree (lib -> usr/lib in a lower layer).
//   - A hard link takes the content of its target in this or a lower layer.
// Refused and named: entries that leave the root ("..", absolute), that go through a file or a circle of links. Not read and
// named: sparse files, unknown entry types. Devices, FIFOs and sockets hold no content and need no note.
//
// Limits: base/limits.h, for the tar reader and file_bytes for one wanted file. Threads: one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/file_tree.h"
#include "base/limits.h"
#include "base/tar.h"
#include "image/notes.h"

namespace bulkhead::image {

class LayerApplier {
 public:
  LayerApplier(base::FileTree& tree, base::ContentReader& reader, const base::Limits& limits, Notes& notes)
      : tree_(tree), reader_(reader), limits_(limits), notes_(notes) {}

  // Reads one layer's unpacked tar stream to the end of the archive. On an error what came before stays applied.
  base::Status apply(base::ByteStream& tar, uint32_t layer, std::string_view name);

 private:
  base::Status apply_entry(base::TarReader& tar, const base::TarEntry& entry);
  void apply_whiteout(const std::vector<std::string_view>& names);
  base::Status apply_file(base::TarReader& tar, const base::TarEntry& entry, const std::string& path, base::FileNode& folder,
                          const std::string& name);
  void apply_hard_link(const base::TarEntry& entry, const std::string& path, const std::string& parent_path, const std::string& name);
  base::Result<base::FileTree::Place> parent_of(const std::vector<std::string_view>& names);
  base::FileNode& replace(base::FileNode& folder, const std::string& name, base::FileNode::Kind kind);
  void hide_lower(base::FileNode& folder, const std::string& name);
  void hide_lower_children(base::FileNode& folder);

  base::FileTree& tree_;
  base::ContentReader& reader_;
  const base::Limits& limits_;
  Notes& notes_;
  uint32_t layer_ = 0;
  std::string buffer_;       // one wanted file that came in several pieces
  std::string last_parent_;  // parent folder of the last entry as written, and where it led
  std::string last_parent_path_;
  base::FileNode* last_folder_ = nullptr;
};

}  // namespace bulkhead::image
