#include "catalog/internal/elf.h"

namespace bulkhead::catalog {
namespace {

constexpr uint32_t kLoad = 1;      // PT_LOAD
constexpr uint32_t kWritable = 2;  // PF_W
constexpr uint32_t kNoBytes = 8;   // SHT_NOBITS
constexpr uint64_t kMaxHeaders = 65536;
constexpr size_t kMaxName = 128;  // longer section names are no name asked for

std::string_view part(std::string_view bytes, uint64_t offset, uint64_t length) {
  return offset > bytes.size() || length > bytes.size() - offset ? std::string_view() : bytes.substr(offset, length);
}

// Where a field stands in the 32- and the 64-bit form.
struct Form {
  bool wide;
  bool big_endian;
  uint64_t get(std::string_view bytes, uint64_t at, size_t width) const { return read_number(part(bytes, at, width), big_endian); }
  uint64_t word(std::string_view bytes, uint64_t at32, uint64_t at64) const { return get(bytes, wide ? at64 : at32, wide ? 8 : 4); }
};

}  // namespace

bool is_program(std::string_view head) {
  if (head.size() < 18 || !head.starts_with("\x7f"
                                            "ELF")) {
    return false;
  }
  const uint64_t type = read_number(head.substr(16, 2), head[5] == 2);
  return (type == 2 || type == 3) && (head[4] == 1 || head[4] == 2) && (head[5] == 1 || head[5] == 2);
}

uint64_t read_number(std::string_view bytes, bool big_endian) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 8; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  }
  return value;
}

std::optional<Elf> Elf::open(std::string_view bytes) {
  if (!is_program(bytes) || bytes.size() < 64) {
    return std::nullopt;
  }
  const Form form{bytes[4] == 2, bytes[5] == 2};
  const uint64_t program_headers = form.word(bytes, 28, 32);
  const uint64_t section_headers = form.word(bytes, 32, 40);
  const uint64_t program_size = form.get(bytes, form.wide ? 54 : 42, 2);
  const uint64_t program_count = form.get(bytes, form.wide ? 56 : 44, 2);
  const uint64_t section_size = form.get(bytes, form.wide ? 58 : 46, 2);
  const uint64_t section_count = form.get(bytes, form.wide ? 60 : 48, 2);
  const uint64_t names_index = form.get(bytes, form.wide ? 62 : 50, 2);
  Elf elf;
  for (uint64_t i = 0; i < program_count && i < kMaxHeaders; ++i) {
    const std::string_view header = part(bytes, program_headers + i * program_size, program_size);
    if (header.size() < (form.wide ? 56U : 32U)) {
      return std::nullopt;
    }
    const uint64_t flags = form.get(header, form.wide ? 4 : 24, 4);
    const std::string_view content = part(bytes, form.word(header, 4, 8), form.word(header, 16, 32));
    if (form.get(header, 0, 4) != kLoad || content.empty()) {
      continue;
    }
    elf.segments_.push_back({form.word(header, 8, 16), content});
    if ((flags & kWritable) != 0) {
      elf.writable_.push_back(content);
    }
  }
  // A stripped or damaged section table is no reason to give the program up: segments remain.
  if (section_headers == 0 || section_count == 0 || names_index >= section_count) {
    return elf;
  }
  const auto header_at = [&](uint64_t index) { return part(bytes, section_headers + index * section_size, section_size); };
  const size_t needed = form.wide ? 64 : 40;
  const std::string_view names_header = header_at(names_index);
  if (names_header.size() < needed) {
    return elf;
  }
  const std::string_view names = part(bytes, form.word(names_header, 16, 24), form.word(names_header, 20, 32));
  for (uint64_t i = 0; i < section_count; ++i) {
    const std::string_view header = header_at(i);
    if (header.size() < needed) {
      return elf;
    }
    const uint64_t name_at = form.get(header, 0, 4);
    if (form.get(header, 4, 4) == kNoBytes || name_at >= names.size()) {
      continue;
    }
    const std::string_view name = names.substr(name_at, kMaxName);
    elf.sections_.push_back({name.substr(0, name.find('\0')), part(bytes, form.word(header, 16, 24), form.word(header, 20, 32))});
  }
  return elf;
}

std::string_view Elf::section(std::string_view name) const {
  for (const Section& section : sections_) {
    if (section.name == name) {
      return section.bytes;
    }
  }
  return {};
}

std::string_view Elf::at_address(uint64_t address, uint64_t length) const {
  for (const Segment& segment : segments_) {
    if (address >= segment.address && address - segment.address <= segment.bytes.size() &&
        length <= segment.bytes.size() - (address - segment.address)) {
      return segment.bytes.substr(address - segment.address, length);
    }
  }
  return {};
}

}  // namespace bulkhead::catalog
