// For tests: a feed file read as the worker reads it, records collected.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "advisory/feed_reader.h"
#include "base/file.h"

namespace bulkhead::advisory {

struct TestFeed {
  std::string row;
  std::set<std::string> rows;  // whose records came
  std::vector<std::string> lines;
  std::vector<Record> records;
  base::Status status;

  template <typename T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const Record& record : records) {
      if (const auto* r = std::get_if<T>(&record)) {
        out.push_back(*r);
      }
    }
    return out;
  }
  const Advisory* advisory(std::string_view id) const {
    for (const Record& record : records) {
      const auto* a = std::get_if<Advisory>(&record);
      if (a != nullptr && a->id == id) {
        return a;
      }
    }
    return nullptr;
  }
  // What all records of that id say of a package; nullptr where none names it.
  const Affected* affected(std::string_view id, std::string_view package, std::string_view ecosystem = {}) const {
    for (const Record& record : records) {
      const auto* a = std::get_if<Advisory>(&record);
      if (a == nullptr || a->id != id) {
        continue;
      }
      for (const Affected& x : a->affected) {
        if (x.package == package && (ecosystem.empty() || x.ecosystem == ecosystem)) {
          return &x;
        }
      }
    }
    return nullptr;
  }
  std::string ranges(std::string_view id, std::string_view package, std::string_view ecosystem = {}) const {
    const Affected* x = affected(id, package, ecosystem);
    return x == nullptr ? "no record" : x->ranges;
  }
  std::string fact(std::string_view kind, std::string_view name) const {
    for (const Fact& f : all<Fact>()) {
      if (f.kind == kind && f.name == name) {
        return f.value;
      }
    }
    return {};
  }
};

// `path` below src/advisory/source/testdata; an absolute one as it is. `source` empty: found by content.
inline TestFeed read_test_feed(const std::string& path, const std::string& source = {}, const base::Limits& limits = {}) {
  TestFeed out;
  const std::string full = path.starts_with('/') ? path : std::string(BULKHEAD_SOURCE_DIR) + "/src/advisory/source/testdata/" + path;
  auto fd = base::open_read(full);
  if (!fd) {
    out.status = std::unexpected(fd.error());
    return out;
  }
  auto row = read_feed({fd->get(), full.substr(full.rfind('/') + 1), source, limits},
                       [&](const Source& of, std::string_view line) -> base::Status {
                         auto record = from_line(line);
                         if (!record) {
                           return std::unexpected(record.error());
                         }
                         out.lines.emplace_back(line);
                         out.rows.insert(of.name);
                         out.records.push_back(*std::move(record));
                         return {};
                       });
  if (row) {
    out.row = *row;
  } else {
    out.status = std::unexpected(row.error());
  }
  return out;
}

}  // namespace bulkhead::advisory
