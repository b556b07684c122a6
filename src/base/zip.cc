#include "base/zip.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kEnd64Signature = 0x06064b50;
constexpr uint32_t kLocator64Signature = 0x07064b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr size_t kEndBytes = 22;
constexpr size_t kLocator64Bytes = 20;
constexpr size_t kEnd64Bytes = 56;
constexpr size_t kCentralBytes = 46;
constexpr size_t kLocalBytes = 30;
constexpr size_t kMaxComment = 65535;
constexpr uint16_t kZip64Extra = 1;
constexpr uint64_t kRatioFree = 16 << 20;

// Little-endian number of `width` bytes; the caller has checked that it lies inside.
uint64_t get(std::string_view bytes, uint64_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) {
    value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

struct Directory {
  uint64_t entries = 0;
  uint64_t size = 0;
  uint64_t offset = 0;  // as stated
  uint64_t end = 0;     // where it must end in the bytes
};

std::optional<Directory> find_directory(std::string_view bytes) {
  if (bytes.size() < kEndBytes) {
    return std::nullopt;
  }
  const uint64_t last = bytes.size() - kEndBytes;
  const uint64_t first = last > kMaxComment ? last - kMaxComment : 0;
  for (uint64_t at = last + 1; at-- > first;) {
    if (get(bytes, at, 4) != kEndSignature || at + kEndBytes + get(bytes, at + 20, 2) > bytes.size()) {
      continue;
    }
    Directory found{get(bytes, at + 10, 2), get(bytes, at + 12, 4), get(bytes, at + 16, 4), at};
    if (at >= kLocator64Bytes && get(bytes, at - kLocator64Bytes, 4) == kLocator64Signature &&
        (found.entries == 0xffff || found.size == 0xffffffff || found.offset == 0xffffffff)) {
      // The locator's offset does not count bytes before the archive, so the record is sought right before the locator first.
      for (const uint64_t record : {at - kLocator64Bytes - kEnd64Bytes, get(bytes, at - kLocator64Bytes + 8, 8)}) {
        if (record < bytes.size() && bytes.size() - record >= kEnd64Bytes && get(bytes, record, 4) == kEnd64Signature) {
          return Directory{get(bytes, record + 32, 8), get(bytes, record + 40, 8), get(bytes, record + 48, 8), record};
        }
      }
      return std::nullopt;
    }
    return found;
  }
  return std::nullopt;
}

// Sizes and offset that do not fit into 32 bits stand in the zip64 extra field, in this order, only those that are missing.
bool read_zip64(std::string_view extra, ZipMember& member) {
  const bool wanted[] = {member.unpacked == 0xffffffff, member.packed == 0xffffffff, member.header == 0xffffffff};
  if (!wanted[0] && !wanted[1] && !wanted[2]) {
    return true;
  }
  while (extra.size() >= 4) {
    const uint64_t id = get(extra, 0, 2);
    const uint64_t size = get(extra, 2, 2);
    if (size > extra.size() - 4) {
      return false;
    }
    if (id == kZip64Extra) {
      uint64_t at = 4;
      uint64_t* const fields[] = {&member.unpacked, &member.packed, &member.header};
      for (size_t i = 0; i < 3; ++i) {
        if (wanted[i]) {
          if (at + 8 > size + 4) {
            return false;
          }
          *fields[i] = get(extra, at, 8);
          at += 8;
        }
      }
      return true;
    }
    extra.remove_prefix(4 + size);
  }
  return false;
}

}  // namespace

Result<ZipReader> ZipReader::open(std::string_view bytes, const Limits& limits, std::string where) {
  ZipReader zip;
  zip.bytes_ = bytes;
  zip.limits_ = limits;
  zip.where_ = std::move(where);
  const std::optional<Directory> directory = find_directory(bytes);
  if (!directory) {
    return fail(ErrorKind::input, "is no zip archive, or cut short: no end record", zip.where_);
  }
  if (directory->entries > limits.archive_entries) {
    return fail(ErrorKind::limit, "holds more than the limit of " + with_thousands(limits.archive_entries) + " members", zip.where_);
  }
  if (directory->size > directory->end || directory->offset > directory->end - directory->size) {
    return fail(ErrorKind::input, "its directory lies outside of the archive", zip.where_);
  }
  zip.start_ = directory->end - directory->size - directory->offset;
  uint64_t at = directory->end - directory->size;
  zip.members_.reserve(static_cast<size_t>(std::min<uint64_t>(directory->entries, directory->size / kCentralBytes)));
  for (uint64_t i = 0; i < directory->entries; ++i) {
    const std::string place = zip.where_ + ", member " + with_thousands(i + 1);
    if (directory->end - at < kCentralBytes || get(bytes, at, 4) != kCentralSignature) {
      return fail(ErrorKind::input, "its directory is broken", place);
    }
    ZipMember member;
    member.encrypted = (get(bytes, at + 8, 2) & 1) != 0;
    member.method = static_cast<uint16_t>(get(bytes, at + 10, 2));
    member.crc = static_cast<uint32_t>(get(bytes, at + 16, 4));
    member.packed = get(bytes, at + 20, 4);
    member.unpacked = get(bytes, at + 24, 4);
    const uint64_t name = get(bytes, at + 28, 2);
    const uint64_t extra = get(bytes, at + 30, 2);
    const uint64_t comment = get(bytes, at + 32, 2);
    member.header = get(bytes, at + 42, 4);
    if (directory->end - at - kCentralBytes < name + extra + comment) {
      return fail(ErrorKind::input, "its directory is broken", place);
    }
    if (name > limits.path_bytes) {
      return fail(ErrorKind::limit, "a name is longer than the limit of " + human_bytes(limits.path_bytes), place);
    }
    member.name = bytes.substr(at + kCentralBytes, name);
    if (!read_zip64(bytes.substr(at + kCentralBytes + name, extra), member)) {
      return fail(ErrorKind::input, "its zip64 sizes are broken", place);
    }
    zip.members_.push_back(member);
    at += kCentralBytes + name + extra + comment;
  }
  return zip;
}

Result<std::string_view> ZipReader::read(const ZipMember& member, uint64_t max_bytes, std::string& buffer) const {
  const std::string place = where_ + "!/" + std::string(member.name);
  if (member.encrypted) {
    return fail(ErrorKind::input, "is encrypted", place);
  }
  if (member.unpacked > max_bytes) {
    return fail(ErrorKind::limit, "is larger than the limit of " + human_bytes(max_bytes), place);
  }
  const uint64_t room = bytes_.size() - start_;
  if (member.header > room || room - member.header < kLocalBytes || get(bytes_, start_ + member.header, 4) != kLocalSignature) {
    return fail(ErrorKind::input, "its header lies outside of the archive", place);
  }
  const uint64_t local = start_ + member.header;
  const uint64_t data = local + kLocalBytes + get(bytes_, local + 26, 2) + get(bytes_, local + 28, 2);
  if (data > bytes_.size() || member.packed > bytes_.size() - data) {
    return fail(ErrorKind::input, "its data lie outside of the archive", place);
  }
  const std::string_view packed = bytes_.substr(data, member.packed);
  std::string_view content;
  if (member.method == 0) {
    if (member.packed != member.unpacked) {
      return fail(ErrorKind::input, "is stored, but its sizes differ", place);
    }
    content = packed;
  } else if (member.method == 8) {
    if (member.unpacked > kRatioFree && member.unpacked / limits_.compression_ratio > member.packed) {
      return fail(ErrorKind::limit, "claims to unpack to more than " + std::to_string(limits_.compression_ratio) + " times its size",
                  place);
    }
    const auto state = std::make_unique<inflate_state>();
    isal_inflate_init(state.get());
    state->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(packed.data()));
    state->avail_in = static_cast<uint32_t>(packed.size());
    buffer.clear();
    // Memory grows with what really comes out, not with what is claimed.
    constexpr uint64_t kStep = 1 << 20;
    while (state->block_state != ISAL_BLOCK_FINISH) {
      const size_t old = buffer.size();
      const uint64_t step = std::min<uint64_t>(member.unpacked + 1 - old, std::max<uint64_t>(kStep, old));
      buffer.resize(old + static_cast<size_t>(step));
      state->next_out = reinterpret_cast<uint8_t*>(buffer.data() + old);
      state->avail_out = static_cast<uint32_t>(step);
      const int code = isal_inflate(state.get());
      buffer.resize(old + static_cast<size_t>(step) - state->avail_out);
      if (code < 0) {
        return fail(ErrorKind::input, "its deflate data are broken", place, "inflate error " + std::to_string(code));
      }
      if (buffer.size() > member.unpacked) {
        return fail(ErrorKind::input, "unpacks to more than the stated " + std::to_string(member.unpacked) + " bytes", place);
      }
      if (buffer.size() == old && state->block_state != ISAL_BLOCK_FINISH) {
        return fail(ErrorKind::input, "its deflate data end early", place);
      }
    }
    if (buffer.size() != member.unpacked) {
      return fail(ErrorKind::input, "unpacks to less than the stated " + std::to_string(member.unpacked) + " bytes", place);
    }
    content = buffer;
  } else {
    return fail(ErrorKind::input, "is compressed by method " + std::to_string(member.method) + ", which is not read", place);
  }
  if (crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(content.data()), content.size()) != member.crc) {
    return fail(ErrorKind::input, "its checksum does not fit", place);
  }
  return content;
}

}  // namespace bulkhead::base
