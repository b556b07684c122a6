// Reads zip archives that lie in memory: central directory, zip64, stored and deflated members.
//
// Source: PKWARE APPNOTE.TXT 6.3.10. The central directory decides (as Java's reader has it); bytes before the archive, as
// self-starting jars have, are allowed. Sizes are checked while unpacking; checksums are checked.
//
// Limits: archive_entries, path_bytes per name, `max_bytes` per member, compression_ratio after the first 16 MiB of a member.
// Errors name the archive and the member. Threads: a reader may be used by one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

struct ZipMember {
  std::string_view name;  // into the archive's bytes; '/' between folders
  uint64_t packed = 0;
  uint64_t unpacked = 0;  // as stated
  uint64_t header = 0;    // offset of the local header
  uint32_t crc = 0;
  uint16_t method = 0;  // 0 stored, 8 deflate
  bool encrypted = false;
};

class ZipReader {
 public:
  // `bytes` must outlive the reader.
  static Result<ZipReader> open(std::string_view bytes, const Limits& limits, std::string where);

  const std::vector<ZipMember>& members() const { return members_; }
  // The member's content. A stored member is a view into the archive; a deflated one lives in `buffer`.
  Result<std::string_view> read(const ZipMember& member, uint64_t max_bytes, std::string& buffer) const;

 private:
  std::string_view bytes_;
  Limits limits_;
  std::string where_;
  uint64_t start_ = 0;  // where the archive begins in `bytes_`
  std::vector<ZipMember> members_;
};

}  // namespace bulkhead::base
