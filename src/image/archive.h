// The outer container of an image: a tar archive (plain, gzip or zstd) or a folder, as a set of named blobs.
//
// A tar archive is indexed in one pass over its headers. A compressed one cannot be sought in: blobs are then found by
// unpacking from the start again whenever they stand before the present place; correct, bounded by the worker's time limit,
// slow for archives whose blobs stand in an unlucky order.
//
// Limits: archive_entries, path_bytes, archive_bytes, compression_ratio. Errors name the archive and the entry.
// Threads: one thread; only one blob stream of an archive may be in use at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::image {

class Archive {
 public:
  virtual ~Archive() = default;
  virtual bool has(std::string_view name) const = 0;
  // As stored, still compressed. The stream must not outlive the archive.
  virtual base::Result<std::unique_ptr<base::ByteStream>> open(std::string_view name) = 0;
  base::Result<std::string> read(std::string_view name, uint64_t max_bytes);
};

// `fd` must be seekable and outlive the archive. `where` names it in errors.
base::Result<std::unique_ptr<Archive>> open_tar_archive(int fd, const base::Limits& limits, std::string where);
// Below `folder_fd` only; symbolic links are refused.
std::unique_ptr<Archive> open_folder_archive(int folder_fd, std::string where);

}  // namespace bulkhead::image
