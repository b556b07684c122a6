// A delta: the bytes of one database file told by those of an older one. Applying it gives the newer file to the byte.
//
// File: the line "BHdelta1", a line of JSON with the schema "bulkhead.db_delta/1" (size and digest of both whole files; the blocks),
// then the blocks one behind the other. The new file is cut into blocks of kDeltaBlock bytes; each is one zstd frame whose dictionary
// is a window of the old file. Rows keep their order between two states and only shift, so the window lies where the block's
// content anchors (places picked by a rolling hash, the same in both files) lie in the old file. docs/advisory-database.md.
//
// The same two files give the same delta, whatever the threads (with one version of zstd). Memory: some 100 MB, whatever the size.
// Errors: input (no delta, damaged, another old file), limit (kMaxDatabase), io.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace bulkhead::advisory {

inline constexpr uint64_t kDeltaBlock = 8U << 20;
inline constexpr uint64_t kMaxDatabase = 16ULL << 30;  // bytes

struct FileState {
  uint64_t bytes = 0;
  std::string sha256;
};
struct DeltaHead {
  FileState from, to;
  uint64_t blocks = 0;
};

// Writes the delta aside and renames it to `delta_path`. Returns what it says of itself.
base::Result<DeltaHead> make_delta(const std::string& old_path, const std::string& new_path, const std::string& delta_path);

// Only the head.
base::Result<DeltaHead> read_delta_head(const std::string& delta_path);

// Checks the old file's digest, writes the new file to `out_fd` (empty, at its start), and checks its digest.
// Where `old_verified` says that the caller has compared the old file's digest already, it is not read once more.
base::Result<DeltaHead> apply_delta(const std::string& old_path, const std::string& delta_path, int out_fd, bool old_verified = false);

// Size and SHA-256 of a whole file.
base::Result<FileState> file_state(const std::string& path);

// zstd over a whole file: `pack_file` writes it to `out_fd`; `unpack_file` refuses more than `max_bytes`. Both return what was written.
base::Result<FileState> pack_file(const std::string& path, int out_fd);
base::Result<FileState> unpack_file(const std::string& path, int out_fd, uint64_t max_bytes);

}  // namespace bulkhead::advisory
