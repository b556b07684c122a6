#include "catalog/internal/rpm_header.h"

#include "base/text.h"
#include "catalog/internal/elf.h"

namespace bulkhead::catalog {
namespace {

constexpr uint32_t kMaxEntries = 65535;
constexpr uint32_t kMaxData = 256U << 20;
constexpr uint32_t kMaxCount = 1'000'000;
constexpr size_t kEntryBytes = 16;

enum Type : uint32_t { kChar = 1, kInt8 = 2, kInt16 = 3, kInt32 = 4, kInt64 = 5, kString = 6, kBinary = 7, kStrings = 8, kTranslated = 9 };

size_t width_of(uint32_t type) {
  switch (type) {
    case kChar:
    case kInt8: return 1;
    case kInt16: return 2;
    case kInt32: return 4;
    default: return 0;
  }
}

uint32_t word(std::string_view bytes, size_t at) { return static_cast<uint32_t>(read_number(bytes.substr(at, 4), true)); }

bool is_text(uint32_t type) { return type == kString || type == kStrings || type == kTranslated; }

}  // namespace

base::Result<RpmHeader> RpmHeader::open(std::string_view blob, std::string_view where) {
  const auto broken = [&](std::string what) { return base::fail(base::ErrorKind::input, std::move(what), std::string(where)); };
  if (blob.size() < 8) {
    return broken("a package header is shorter than 8 bytes");
  }
  const uint32_t count = word(blob, 0);
  const uint32_t size = word(blob, 4);
  if (count == 0 || count > kMaxEntries || size > kMaxData) {
    return broken("a package header states " + base::with_thousands(count) + " entries and " + base::with_thousands(size) +
                  " bytes of data");
  }
  const uint64_t start = 8 + uint64_t{count} * kEntryBytes;
  if (start + size > blob.size()) {
    return broken("a package header is cut short");
  }
  const std::string_view data = blob.substr(start, size);
  RpmHeader header;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view entry = blob.substr(8 + size_t{i} * kEntryBytes, kEntryBytes);
    const uint32_t tag = word(entry, 0);
    const uint32_t type = word(entry, 4);
    const uint32_t offset = word(entry, 8);
    const uint32_t values = word(entry, 12);
    if (tag < 100) {
      continue;  // marks of regions; their offsets may point backwards
    }
    const uint64_t least = is_text(type) ? values : uint64_t{values} * std::max<size_t>(width_of(type), 1);
    if (offset > data.size() || values > kMaxCount * (type == kBinary ? 256ULL : 1ULL) || least > data.size() - offset) {
      return broken("a package header's entry for tag " + std::to_string(tag) + " points outside of its data");
    }
    header.entries_[tag] = {type, values, data.substr(offset)};
  }
  return header;
}

std::string_view RpmHeader::text(RpmTag tag) const {
  const auto found = entries_.find(static_cast<uint32_t>(tag));
  if (found == entries_.end() || !is_text(found->second.type) || found->second.count == 0) {
    return {};
  }
  const size_t end = found->second.data.find('\0');
  return end == std::string_view::npos ? std::string_view() : found->second.data.substr(0, end);
}

std::optional<uint32_t> RpmHeader::number(RpmTag tag) const {
  const auto found = entries_.find(static_cast<uint32_t>(tag));
  const size_t width = found == entries_.end() ? 0 : width_of(found->second.type);
  if (width == 0 || found->second.count == 0) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(read_number(found->second.data.substr(0, width), true));
}

std::vector<std::string_view> RpmHeader::texts(RpmTag tag) const {
  std::vector<std::string_view> out;
  const auto found = entries_.find(static_cast<uint32_t>(tag));
  if (found == entries_.end() || !is_text(found->second.type)) {
    return out;
  }
  std::string_view rest = found->second.data;
  for (uint32_t i = 0; i < found->second.count; ++i) {
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) {
      break;
    }
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return out;
}

std::vector<uint32_t> RpmHeader::numbers(RpmTag tag) const {
  std::vector<uint32_t> out;
  const auto found = entries_.find(static_cast<uint32_t>(tag));
  const size_t width = found == entries_.end() ? 0 : width_of(found->second.type);
  if (width == 0) {
    return out;
  }
  out.reserve(found->second.count);
  for (uint32_t i = 0; i < found->second.count; ++i) {
    out.push_back(static_cast<uint32_t>(read_number(found->second.data.substr(i * width, width), true)));
  }
  return out;
}

}  // namespace bulkhead::catalog
