// Reads tar archives as they stream by: ustar, GNU long names and base-256 sizes, PAX records, old v7 headers.
//
// Sources: POSIX.1-2017 pax(1) "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format" and
// "Extensions". Header-only types (links, devices, folders) carry no data whatever their size field says, as Docker's and
// containerd's readers have it. Sparse files (GNU type S, PAX GNU.sparse.*) are given as Kind::sparse; their data are packed
// and must not be taken for content.
//
// Limits: archive_entries, path_bytes per name and link target, 1 MiB of PAX records per entry. Errors name the entry's number.
// Threads: one thread per reader.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_stream.h"

namespace bulkhead::base {

struct TarEntry {
  enum class Kind { file, hard_link, symlink, folder, device, sparse, unknown } kind = Kind::file;
  std::string path;         // as the archive has it: may be absolute or hold ".."
  std::string link_target;  // for links
  uint64_t size = 0;        // bytes of data that follow; 0 for header-only kinds
  uint32_t mode = 0;
  char type = '0';  // the header's type flag
};

class TarReader {
 public:
  // `stream` must outlive the reader; `where` names the archive in errors.
  TarReader(ByteStream& stream, const Limits& limits, std::string where);

  // The next entry, passing over what is left of the last one; nullopt at the end of the archive.
  Result<std::optional<TarEntry>> next();
  // The first bytes of the entry's data, as many as there are up to `count` (at most 4096), without consuming them.
  Result<std::string_view> peek(size_t count);
  // The entry's data in pieces; an empty piece at its end. Between them they are exactly TarEntry::size bytes.
  Result<std::string_view> data();

  uint64_t entries() const { return entries_; }
  uint64_t offset() const { return offset_; }  // of the next unread byte in the archive
  std::string where() const;                   // "layer x, entry 12"

 private:
  struct Overrides {
    std::optional<std::string> path;
    std::optional<std::string> link_target;
    std::optional<uint64_t> size;
    bool sparse = false;
  };
  Status fill();                                // makes piece_ non-empty unless the stream ended
  Result<size_t> take(char* to, size_t count);  // fewer only at the end of the stream
  Status pass(uint64_t count);
  Status pass_data();
  Result<std::string> text_of_entry(uint64_t size, uint64_t limit);
  Status read_pax(std::string_view records, Overrides& overrides) const;
  Result<TarEntry> parse_header(const char* block, const Overrides& global, const Overrides& local) const;

  ByteStream& stream_;
  const Limits limits_;
  const std::string where_;
  std::string_view piece_;
  std::string peeked_;    // bytes taken out of the stream by peek() and not yet given
  std::string given_;     // what data() last gave of them
  uint64_t left_ = 0;     // of the entry's data, peeked bytes included
  uint64_t padding_ = 0;  // after the data
  uint64_t entries_ = 0;
  uint64_t offset_ = 0;
  Overrides global_;
  bool ended_ = false;
};

}  // namespace bulkhead::base
