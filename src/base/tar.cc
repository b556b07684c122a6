#include "base/tar.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr size_t kBlock = 512;
constexpr uint64_t kMaxPaxBytes = 1 << 20;
constexpr size_t kMaxPeek = 4096;

// Fields of the header block: offset and length.
struct Field {
  size_t offset;
  size_t length;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kSize{124, 12};
constexpr Field kChecksum{148, 8};
constexpr size_t kType = 156;
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};
constexpr size_t kSparseExtended = 482;  // GNU header: another sparse map block follows
constexpr size_t kMapExtended = 504;     // the same in such a block

std::string_view field(const char* block, Field f) {
  const std::string_view all(block + f.offset, f.length);
  return all.substr(0, all.find('\0'));
}

// Octal text, or GNU's base-256 (first bit set). nullopt: neither, negative, or over 2⁶³.
std::optional<uint64_t> number(const char* block, Field f) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(block + f.offset);
  if ((bytes[0] & 0x80) != 0) {
    if ((bytes[0] & 0x40) != 0) {
      return std::nullopt;  // negative
    }
    uint64_t value = bytes[0] & 0x3f;
    for (size_t i = 1; i < f.length; ++i) {
      if (value >> 55 != 0) {
        return std::nullopt;
      }
      value = value << 8 | bytes[i];
    }
    return value;
  }
  std::string_view text = trim(field(block, f));
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7' || value >> 60 != 0) {
      return std::nullopt;
    }
    value = value << 3 | static_cast<uint64_t>(c - '0');
  }
  return value;
}

// The sum of all bytes with the checksum field as blanks; old writers summed signed characters.
bool checksum_fits(const char* block) {
  const std::optional<uint64_t> recorded = number(block, kChecksum);
  if (!recorded) {
    return false;
  }
  int64_t plain = 0;
  int64_t with_sign = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const bool inside = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.length;
    const char c = inside ? ' ' : block[i];
    plain += static_cast<uint8_t>(c);
    with_sign += static_cast<signed char>(c);
  }
  return static_cast<int64_t>(*recorded) == plain || static_cast<int64_t>(*recorded) == with_sign;
}

TarEntry::Kind kind_of(char type, bool named_as_folder) {
  switch (type) {
    case '0':
    case '\0':
    case '7': return named_as_folder ? TarEntry::Kind::folder : TarEntry::Kind::file;  // v7 marks folders by their slash only
    case '1': return TarEntry::Kind::hard_link;
    case '2': return TarEntry::Kind::symlink;
    case '3':
    case '4':
    case '6': return TarEntry::Kind::device;
    case '5': return TarEntry::Kind::folder;
    case 'S': return TarEntry::Kind::sparse;
    default: return TarEntry::Kind::unknown;
  }
}

}  // namespace

TarReader::TarReader(ByteStream& stream, const Limits& limits, std::string where)
    : stream_(stream), limits_(limits), where_(std::move(where)) {}

std::string TarReader::where() const { return where_ + ", entry " + with_thousands(entries_); }

Status TarReader::fill() {
  if (piece_.empty()) {
    BULKHEAD_TRY(piece_, stream_.next());
  }
  return {};
}

Result<size_t> TarReader::take(char* to, size_t count) {
  size_t done = 0;
  while (done < count) {
    BULKHEAD_CHECK(fill());
    if (piece_.empty()) {
      break;
    }
    const size_t step = std::min(count - done, piece_.size());
    std::memcpy(to + done, piece_.data(), step);
    piece_.remove_prefix(step);
    done += step;
  }
  offset_ += done;
  return done;
}

Status TarReader::pass(uint64_t count) {
  offset_ += count;
  while (count > 0) {
    if (piece_.empty() && count > kBlock) {
      count -= stream_.skip(count);
    }
    BULKHEAD_CHECK(fill());
    if (piece_.empty()) {
      return fail(ErrorKind::input, "the archive ends inside an entry", where());
    }
    const uint64_t step = std::min<uint64_t>(count, piece_.size());
    piece_.remove_prefix(step);
    count -= step;
  }
  return {};
}

Status TarReader::pass_data() {
  const uint64_t count = left_ - peeked_.size() + padding_;
  peeked_.clear();
  left_ = padding_ = 0;
  return pass(count);
}

Result<std::string_view> TarReader::peek(size_t count) {
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>({count, left_, kMaxPeek}));
  if (peeked_.empty()) {
    if (wanted > 0) {
      BULKHEAD_CHECK(fill());
    }
    if (piece_.size() >= wanted) {
      return piece_.substr(0, wanted);
    }
  }
  if (peeked_.size() < wanted) {
    const size_t had = peeked_.size();
    peeked_.resize(wanted);
    BULKHEAD_TRY(const size_t got, take(peeked_.data() + had, wanted - had));
    if (had + got < wanted) {
      return fail(ErrorKind::input, "the archive ends inside an entry", where());
    }
  }
  return std::string_view(peeked_).substr(0, wanted);
}

Result<std::string_view> TarReader::data() {
  if (left_ == 0) {
    peeked_.clear();
    return std::string_view();
  }
  if (!peeked_.empty()) {
    // Given from a second buffer, so that the view lives until the next call.
    left_ -= peeked_.size();
    given_.swap(peeked_);
    peeked_.clear();
    return std::string_view(given_);
  }
  BULKHEAD_CHECK(fill());
  if (piece_.empty()) {
    return fail(ErrorKind::input, "the archive ends inside an entry", where());
  }
  const std::string_view part = piece_.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, piece_.size())));
  piece_.remove_prefix(part.size());
  left_ -= part.size();
  offset_ += part.size();
  return part;
}

Result<std::string> TarReader::text_of_entry(uint64_t size, uint64_t limit) {
  if (size > limit) {
    return fail(ErrorKind::limit, "a name or PAX record is longer than the limit of " + human_bytes(limit), where());
  }
  std::string text(static_cast<size_t>(size), '\0');
  BULKHEAD_TRY(const size_t got, take(text.data(), text.size()));
  if (got < text.size()) {
    return fail(ErrorKind::input, "the archive ends inside an entry", where());
  }
  BULKHEAD_CHECK(pass((kBlock - size % kBlock) % kBlock));
  return text;
}

// Records "LENGTH KEY=VALUE\n", the length counting itself.
Status TarReader::read_pax(std::string_view records, Overrides& overrides) const {
  while (!records.empty()) {
    const size_t blank = records.find(' ');
    const std::optional<uint64_t> length = blank == std::string_view::npos ? std::nullopt : parse_u64(records.substr(0, blank));
    if (!length || *length <= blank + 1 || *length > records.size() || records[*length - 1] != '\n') {
      return fail(ErrorKind::input, "a PAX record is broken", where());
    }
    const std::string_view record = records.substr(blank + 1, *length - blank - 2);
    records.remove_prefix(*length);
    const auto [key, value] = split_once(record, '=');
    if (!value) {
      return fail(ErrorKind::input, "a PAX record has no value", where());
    }
    if (key == "path" || key == "linkpath") {
      if (value->size() > limits_.path_bytes) {
        return fail(ErrorKind::limit, "a path is longer than the limit of " + human_bytes(limits_.path_bytes), where());
      }
      if (value->find('\0') != std::string_view::npos) {
        return fail(ErrorKind::input, "a PAX path holds a zero byte", where());
      }
      (key == "path" ? overrides.path : overrides.link_target) = value->empty() ? std::nullopt : std::optional(std::string(*value));
    } else if (key == "size") {
      overrides.size = parse_u64(*value);
      if (!overrides.size && !value->empty()) {
        return fail(ErrorKind::input, "a PAX size is no number", where());
      }
    } else if (key.starts_with("GNU.sparse.")) {
      overrides.sparse = true;
      if (key == "GNU.sparse.name" && value->size() <= limits_.path_bytes) {
        overrides.path = std::string(*value);
      }
    }
  }
  return {};
}

Result<TarEntry> TarReader::parse_header(const char* block, const Overrides& global, const Overrides& local) const {
  TarEntry entry;
  entry.type = block[kType];
  const std::optional<uint64_t> size = number(block, kSize);
  if (!size) {
    return fail(ErrorKind::input, "the size field is no number", where());
  }
  entry.mode = static_cast<uint32_t>(number(block, kMode).value_or(0));
  const std::string_view magic(block + kMagic.offset, kMagic.length);
  std::string path(field(block, kName));
  if (magic.starts_with(std::string_view("ustar\0", 6))) {
    if (const std::string_view prefix = field(block, kPrefix); !prefix.empty()) {
      path = std::string(prefix) + "/" + path;
    }
  }
  entry.path = local.path.value_or(global.path.value_or(path));
  entry.link_target = local.link_target.value_or(global.link_target.value_or(std::string(field(block, kLink))));
  entry.kind = kind_of(entry.type, entry.path.ends_with('/'));
  if (local.sparse || global.sparse) {
    entry.kind = TarEntry::Kind::sparse;
  }
  switch (entry.kind) {
    case TarEntry::Kind::file:
    case TarEntry::Kind::sparse:
    case TarEntry::Kind::unknown: entry.size = local.size.value_or(global.size.value_or(*size)); break;
    default: entry.size = 0;
  }
  if (entry.size > INT64_MAX - kBlock) {
    return fail(ErrorKind::input, "the size field is out of range", where());
  }
  return entry;
}

Result<std::optional<TarEntry>> TarReader::next() {
  BULKHEAD_CHECK(pass_data());
  Overrides local;
  while (!ended_) {
    char block[kBlock];
    BULKHEAD_TRY(const size_t got, take(block, kBlock));
    if (got == 0 && entries_ > 0) {
      ended_ = true;  // some writers leave the end marker out
      break;
    }
    if (got < kBlock) {
      ++entries_;
      return fail(ErrorKind::input, got == 0 ? "is empty" : "the archive ends inside a header", where());
    }
    if (std::all_of(block, block + kBlock, [](char c) { return c == '\0'; })) {
      ended_ = true;
      break;
    }
    if (++entries_ > limits_.archive_entries) {
      return fail(ErrorKind::limit, "holds more than the limit of " + with_thousands(limits_.archive_entries) + " entries", where_);
    }
    if (!checksum_fits(block)) {
      return fail(ErrorKind::input, "the header's checksum does not fit: no tar archive, or broken", where());
    }
    const char type = block[kType];
    if (type == 'L' || type == 'K' || type == 'x' || type == 'X' || type == 'g') {
      const std::optional<uint64_t> size = number(block, kSize);
      if (!size) {
        return fail(ErrorKind::input, "the size field is no number", where());
      }
      BULKHEAD_TRY(std::string text, text_of_entry(*size, type == 'L' || type == 'K' ? limits_.path_bytes + 1 : kMaxPaxBytes));
      if (type == 'g') {
        BULKHEAD_CHECK(read_pax(text, global_));
      } else if (type == 'x' || type == 'X') {
        BULKHEAD_CHECK(read_pax(text, local));
      } else {
        text.resize(std::min(text.find('\0'), text.size()));
        (type == 'L' ? local.path : local.link_target) = std::move(text);
      }
      continue;
    }
    BULKHEAD_TRY(TarEntry entry, parse_header(block, global_, local));
    // An old GNU sparse file may carry more of its map in blocks before the data; a flag in each says whether another follows.
    char map[kBlock];
    for (bool more = entry.type == 'S' && block[kSparseExtended] != 0; more; more = map[kMapExtended] != 0) {
      BULKHEAD_TRY(const size_t map_bytes, take(map, kBlock));
      if (map_bytes < kBlock) {
        return fail(ErrorKind::input, "the archive ends inside a header", where());
      }
    }
    left_ = entry.size;
    padding_ = (kBlock - entry.size % kBlock) % kBlock;
    return entry;
  }
  return std::nullopt;
}

}  // namespace bulkhead::base
