// One package header as rpm's databases hold it: tags with typed values, big-endian.
//
// Layout: number of entries, number of data bytes (32 bit each); entries of 16 bytes {tag, type, offset into the data, count}; the data.
// Entries that rpm adds after installing ("dribbles") stand behind the package's own and replace those of the same tag.
// Source: rpm's documentation "RPM v4 header format", lib/header.c and lib/rpmtag.h (tag numbers).
//
// Limits: rpm's own: 65,535 entries, 256 MiB of data; 1,000,000 values in one entry. Every offset and count is checked against the
// data. Errors: kind `input` with the place. Threads: a value over bytes that must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::catalog {

enum class RpmTag : uint32_t {
  name = 1000,
  version = 1001,
  release = 1002,
  epoch = 1003,
  vendor = 1011,
  license = 1014,
  arch = 1022,
  file_states = 1029,
  file_modes = 1030,
  file_digests = 1035,
  file_flags = 1037,
  source_rpm = 1044,
  dir_indexes = 1116,
  base_names = 1117,
  dir_names = 1118,
  file_digest_algorithm = 5011,
  modularity_label = 5096,
};

class RpmHeader {
 public:
  static base::Result<RpmHeader> open(std::string_view blob, std::string_view where);

  // Empty or nullopt: not there, or of another type.
  std::string_view text(RpmTag tag) const;                // a string, or the first of several
  std::optional<uint32_t> number(RpmTag tag) const;       // the first
  std::vector<std::string_view> texts(RpmTag tag) const;  // as many as the data holds
  std::vector<uint32_t> numbers(RpmTag tag) const;        // 8, 16 or 32 bit wide

 private:
  struct Entry {
    uint32_t type;
    uint32_t count;
    std::string_view data;  // from the entry's offset to the end
  };
  std::map<uint32_t, Entry> entries_;
};

}  // namespace bulkhead::catalog
