// A folder that holds a root file system becomes a file tree.
//
// Everything is opened relative to the passed descriptor, name by name, and no symbolic link is ever followed by the kernel:
// the host's files stay out of reach. Links are kept in the tree and resolved there, against the root. Mounts named proc, sys
// and dev at the top are passed over; other mounts are part of the running system and are read.
//
// Limits: archive_entries, Limits::depth folders deep, file_bytes for one wanted file. What cannot be opened is noted and
// makes the inventory incomplete. Errors: the folder itself cannot be read, or holds too many entries.
#pragma once

#include "base/file_tree.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::image {

base::Result<base::FileTree> read_root_folder(int folder_fd, base::ContentReader& reader, const base::Limits& limits,
                                              model::Inventory& inventory);

}  // namespace bulkhead::image
