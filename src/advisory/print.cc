#include "advisory/print.h"

#include <xxhash.h>

#include <vector>

namespace bulkhead::advisory {
namespace {

using sqlite::Connection;
using sqlite::Statement;

// Per row id (from 1) the fingerprint of the columns behind the first `skipped`.
base::Result<std::vector<uint64_t>> prints_of(Connection& db, std::string_view sql, int skipped) {
  BULKHEAD_TRY(Statement s, db.prepare(sql));
  std::vector<uint64_t> out = {0};
  for (;;) {
    BULKHEAD_TRY(const bool row, s.step());
    if (!row) {
      return out;
    }
    out.push_back(print_of_row(s, skipped));
  }
}

}  // namespace

uint64_t print_of(std::string_view bytes, uint64_t seed) { return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed); }

uint64_t print_of_row(const Statement& row, int first, uint64_t seed) {
  uint64_t out = seed;
  for (int column = first; column < row.columns(); ++column) {
    // Not the number as text: converting millions of them costs more than all the rest.
    const int64_t number = row.is_integer(column) ? row.integer(column) : 0;
    out = row.is_integer(column) ? print_of({reinterpret_cast<const char*>(&number), sizeof number}, out + 2)
                                 : print_of(row.text(column), out + 1);
  }
  return out;
}

base::Status write_prints(Connection& db) {
  BULKHEAD_TRY(const std::vector<uint64_t> flaws, prints_of(db, "SELECT * FROM flaw ORDER BY id", 1));
  // Without the numbers of the record, its feed and its flaw; the feed by its source's name.
  BULKHEAD_TRY(const std::vector<uint64_t> words,
               prints_of(db,
                         "SELECT a.record,f.source,a.aliases,a.published,a.modified,a.withdrawn,a.summary,a.cvss,a.severity,a.effect FROM "
                         "advisory a JOIN feed f "
                         "ON f.id=a.feed ORDER BY a.id",
                         0));
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO package_print VALUES(?,?)"));
  BULKHEAD_TRY(Statement s, db.prepare("SELECT * FROM affected"));
  int64_t package = 0;
  uint64_t print = 0;
  const auto put = [&]() -> base::Status {
    if (package == 0) {
      return {};
    }
    insert.bind(1, package).bind(2, static_cast<int64_t>(print));
    return insert.run();
  };
  const auto at = [](const std::vector<uint64_t>& all, int64_t id) {
    return id > 0 && static_cast<size_t>(id) < all.size() ? all[static_cast<size_t>(id)] : 0;
  };
  for (;;) {
    BULKHEAD_TRY(const bool row, s.step());
    if (!row || s.integer(0) != package) {
      BULKHEAD_CHECK(put());
      if (!row) {
        return {};
      }
      package = s.integer(0);
      print = 0;
    }
    // Records of one flaw lie together, in the order of their numbers: sums, so that order between flaws does not matter.
    print += print_of_row(s, 3, at(flaws, s.integer(1)) ^ (at(words, s.integer(2)) * 0x9E3779B97F4A7C15));
  }
}

}  // namespace bulkhead::advisory
