// As much of ELF as catalogers need: sections by name, segments, bytes at an address. Bounds are checked; nothing is copied.
//
// Source: System V ABI, chapters 4 and 5; 32 and 64 bit, both byte orders. Threads: a value over bytes that must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace bulkhead::catalog {

// Starts as an ELF program or shared object (e_type 2 or 3)? Needs 18 bytes.
bool is_program(std::string_view head);

uint64_t read_number(std::string_view bytes, bool big_endian);  // up to 8 bytes

class Elf {
 public:
  static std::optional<Elf> open(std::string_view bytes);  // nullopt: no ELF program, or headers outside of the file

  std::string_view section(std::string_view name) const;  // empty where there is none
  const std::vector<std::string_view>& writable_segments() const { return writable_; }
  std::string_view at_address(uint64_t address, uint64_t length) const;  // empty unless all of it is in the file

 private:
  struct Segment {
    uint64_t address;
    std::string_view bytes;
  };
  struct Section {
    std::string_view name;
    std::string_view bytes;
  };
  std::vector<Segment> segments_;
  std::vector<Section> sections_;
  std::vector<std::string_view> writable_;
};

}  // namespace bulkhead::catalog
