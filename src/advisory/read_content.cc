// Reads a database back into records, so that an import can replace one feed and keep the others.
#include <unordered_map>

#include "advisory/database.h"
#include "advisory/internal/vex_table.h"
#include "advisory/sqlite.h"
#include "advisory/writer.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using sqlite::Connection;
using sqlite::Statement;

std::vector<std::string> list(std::string_view text) {
  std::vector<std::string> out;
  if (!text.empty()) {
    for (const std::string_view part : base::split(text, '\n')) {
      out.emplace_back(part);
    }
  }
  return out;
}

// Calls `each` for every row.
base::Status rows(Connection& db, std::string_view sql, const std::function<void(Statement&)>& each) {
  BULKHEAD_TRY(Statement s, db.prepare(sql));
  for (;;) {
    BULKHEAD_TRY(const bool row, s.step());
    if (!row) {
      return {};
    }
    each(s);
  }
}

std::string cve_name(int64_t number) {
  std::string digits = std::to_string(number % 100'000'000);
  if (digits.size() < 4) {
    digits.insert(0, 4 - digits.size(), '0');
  }
  return "CVE-" + std::to_string(number / 100'000'000) + "-" + digits;
}

base::Status read_advisories(Connection& db, std::vector<FeedContent>& feeds) {
  std::vector<std::pair<size_t, size_t>> places;
  BULKHEAD_CHECK(rows(db, "SELECT feed,record,aliases,published,modified,withdrawn,summary,cvss,severity,effect FROM advisory ORDER BY id",
                      [&](Statement& s) {
                        const size_t feed = static_cast<size_t>(s.integer(0) - 1);
                        if (feed >= feeds.size()) {
                          return;
                        }
                        Advisory& a = feeds[feed].advisories.emplace_back();
                        a.id = s.text(1);
                        a.aliases = list(s.text(2));
                        a.published = s.text(3);
                        a.modified = s.text(4);
                        a.withdrawn = s.text(5);
                        a.summary = s.text(6);
                        a.cvss = list(s.text(7));
                        a.severity = s.text(8);
                        a.effect = s.text(9);
                        places.emplace_back(feed, feeds[feed].advisories.size() - 1);
                      }));
  for (FeedContent& f : feeds) {
    f.kept.resize(f.advisories.size());
  }
  return rows(
      db,
      "SELECT a.advisory,p.ecosystem,p.name,a.ranges,a.versions,a.state,a.note,a.symbols FROM affected a JOIN package p ON p.id=a.package",
      [&](Statement& s) {
        const size_t at = static_cast<size_t>(s.integer(0) - 1);
        if (at >= places.size()) {
          return;
        }
        FeedContent& f = feeds[places[at].first];
        const int64_t state = s.integer(5);
        f.kept[places[at].second].push_back(
            {f.texts.id(s.text(1)), f.texts.id(s.text(2)), f.texts.id(s.text(3)), f.texts.id(s.text(4)), f.texts.id(s.text(6)),
             f.texts.id(s.text(7)),
             state >= 0 && state < kAffectedStates ? static_cast<AffectedState>(state) : AffectedState::under_investigation});
      });
}

}  // namespace

base::Result<Content> read_content(const std::string& path) {
  BULKHEAD_TRY(const Database database, Database::open(path));  // checks the file; feeds in order of their ids
  BULKHEAD_TRY(const std::vector<Feed> heads, database.feeds());
  BULKHEAD_TRY(Connection db, Connection::open_immutable(path));
  std::vector<FeedContent> feeds(heads.size());
  for (size_t i = 0; i < heads.size(); ++i) {
    feeds[i].feed = heads[i];
  }
  const auto feed = [&](Statement& s, int column) -> FeedContent* {
    const int64_t id = s.integer(column);
    return id >= 1 && static_cast<size_t>(id) <= feeds.size() ? &feeds[static_cast<size_t>(id - 1)] : nullptr;
  };
  BULKHEAD_CHECK(read_advisories(db, feeds));
  BULKHEAD_CHECK(rows(db, "SELECT cve,feed,score,previous FROM epss", [&](Statement& s) {
    if (FeedContent* f = feed(s, 1)) {
      f->scores.push_back({cve_name(s.integer(0)), static_cast<uint32_t>(s.integer(2)), static_cast<int32_t>(s.integer(3))});
    }
  }));
  BULKHEAD_CHECK(rows(db, "SELECT name,feed,date,ransomware,title FROM exploited", [&](Statement& s) {
    if (FeedContent* f = feed(s, 1)) {
      f->exploited.push_back({std::string(s.text(0)), std::string(s.text(2)), s.integer(3) != 0, std::string(s.text(4))});
    }
  }));
  BULKHEAD_CHECK(rows(db, "SELECT name,feed,sources FROM exploit", [&](Statement& s) {
    if (FeedContent* f = feed(s, 1)) {
      f->exploits.push_back({std::string(s.text(0)), list(s.text(2))});
    }
  }));
  BULKHEAD_CHECK(rows(db, "SELECT feed,product,cycle,codename,released,support,end_of_life,extended,latest FROM cycle ORDER BY feed,number",
                      [&](Statement& s) {
                        if (FeedContent* f = feed(s, 0)) {
                          const auto text = [&](int column) { return std::string(s.text(column)); };
                          f->cycles.push_back({text(1), text(2), text(3), text(4), text(5), text(6), text(7), text(8)});
                        }
                      }));
  BULKHEAD_CHECK(rows(db, "SELECT name,feed,json FROM checks", [&](Statement& s) {
    if (FeedContent* f = feed(s, 1)) {
      f->checks.push_back({std::string(s.text(0)), std::string(s.text(2))});
    }
  }));
  BULKHEAD_CHECK(rows(db, "SELECT kind,name,feed,value FROM fact", [&](Statement& s) {
    if (FeedContent* f = feed(s, 2)) {
      f->facts.push_back({std::string(s.text(0)), std::string(s.text(1)), std::string(s.text(3))});
    }
  }));
  BULKHEAD_CHECK(read_vex(db, [&](int64_t id, VexRow row) {
    if (id >= 1 && static_cast<size_t>(id) <= feeds.size()) {
      feeds[static_cast<size_t>(id - 1)].vex.push_back(std::move(row));
    }
  }));
  Content out;
  for (FeedContent& f : feeds) {
    f.finish();
    std::string key = f.feed.key;
    out.emplace(std::move(key), std::move(f));
  }
  return out;
}

}  // namespace bulkhead::advisory
