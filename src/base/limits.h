// Budgets for reading hostile input, in one place, so that every parser documents what it refuses and users can raise it.
//
// A parser that meets its limit returns ErrorKind::limit and names the limit; it never truncates in silence.
#pragma once

#include <chrono>
#include <cstdint>

namespace bulkhead::base {

struct Limits {
  // --- one document (JSON, YAML, XML, package database, manifest)
  uint64_t document_bytes = 256ULL << 20;  // larger documents are refused before parsing
  uint32_t depth = 128;                    // nesting of any grammar
  uint64_t string_bytes = 16ULL << 20;     // one string
  uint32_t yaml_aliases = 1000;            // alias events in one YAML stream: a billion-laughs guard
  // --- one archive or layer
  uint64_t archive_entries = 5'000'000;  // entries in one archive
  uint64_t archive_bytes = 64ULL << 30;  // unpacked bytes of one archive
  uint32_t compression_ratio = 1200;     // unpacked : packed, counted after the first 16 MiB (zlib's own maximum is 1032)
  uint32_t path_bytes = 4096;            // one path
  uint32_t layers = 1024;                // layers in one image
  // --- one file that a cataloger asks for
  uint64_t file_bytes = 512ULL << 20;
  uint32_t nested_archives = 8;     // jar in jar in war …
  uint64_t components = 1'000'000;  // of one source
  // --- whole run
  std::chrono::seconds time{600};      // one worker; then it is killed and the input counts as unread
  uint64_t memory_bytes = 4ULL << 30;  // address space of one worker
};

}  // namespace bulkhead::base
