// Archives as a stream of entries: tar and zip, plain or through gzip, bzip2, xz or zstd, and single compressed files.
//
// Nothing is unpacked to disk; an entry's bytes are given as they come. A file that is no archive is given as one entry
// without a name, so that a reader of feeds needs no second way. Formats and filters are libarchive's, named ones only:
// no external programs, no encryption. zstd windows up to 128 MiB (`--long=27`).
//
// Limits: archive_entries, archive_bytes, compression_ratio (after the first 16 MiB), path_bytes.
// Errors: ErrorKind::input with the place (`where`, entry number and name) and libarchive's word; ErrorKind::limit.
// Threads: one reader per thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

struct ArchiveEntry {
  std::string name;              // as the archive has it; empty for a file that is no archive
  uint64_t number = 0;           // from 1
  std::optional<uint64_t> size;  // as the archive claims; never trusted
  bool regular = true;           // false: folder, link, device
};

// True when a file's name ends as those of archives and of single compressed files do.
bool has_packed_name(std::string_view name);

class ArchiveReader {
 public:
  // Reads `fd` from its present position; the descriptor stays the caller's. `where` names it in errors.
  static Result<ArchiveReader> open(int fd, std::string where, const Limits& limits = {});
  // The same of bytes in memory (an archive inside another): they must outlive the reader.
  static Result<ArchiveReader> open_bytes(std::string_view bytes, std::string where, const Limits& limits = {});
  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) noexcept;
  ~ArchiveReader();

  Result<std::optional<ArchiveEntry>> next();    // nullopt at the end; skips what was not read of the entry before
  Result<std::string> read(uint64_t max_bytes);  // the rest of this entry; ErrorKind::limit above max_bytes
  // The next bytes of this entry, empty at its end; the view holds until the next call. At most 1 MiB at a time.
  Result<std::string_view> read_some();
  // "osv/Go.zip, entry 17 (GO-2022-0001.json)".
  std::string place() const;

 private:
  struct Impl;
  explicit ArchiveReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::base
