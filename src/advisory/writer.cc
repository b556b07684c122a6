// Everything goes in sorted by key, so that SQLite only ever appends: fast, compact, and the same bytes every time.
#include "advisory/writer.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <sys/stat.h>

#include "advisory/embedded.h"
#include "advisory/format.h"
#include "advisory/internal/vex_table.h"
#include "advisory/join.h"
#include "advisory/print.h"
#include "advisory/ranks.h"
#include "advisory/source.h"
#include "advisory/sqlite.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using sqlite::Connection;
using sqlite::Statement;

struct Row {  // a million of them
  int32_t package = 0, flaw = 0, advisory = 0, number = 0;
  int16_t rank = 0;
  bool withdrawn = false;
  const KeptAffected* affected = nullptr;
  const TextPool* texts = nullptr;
};

std::string lines(const std::vector<std::string>& texts) { return base::join(texts, "\n"); }

std::string skips_json(const std::vector<Skipped>& skips) {
  base::JsonWriter w;
  w.begin_array();
  for (const Skipped& s : skips) {
    w.begin_object().member("where", s.where).member("why", s.why).end_object();
  }
  w.end_array();
  return w.take();
}

base::Status write_feeds(Connection& db, const Content& content) {
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO feed VALUES(?,?,?,?,?,?,?,?,?,?,?)"));
  int64_t id = 0;
  for (const auto& [key, c] : content) {
    const Feed& f = c.feed;
    const std::string skips = skips_json(f.skips);
    insert.bind(1, ++id)
        .bind(2, key)
        .bind(3, f.source)
        .bind(4, f.file)
        .bind(5, f.sha256)
        .bind(6, static_cast<int64_t>(f.bytes))
        .bind(7, f.date);
    insert.bind(8, static_cast<int64_t>(f.records)).bind(9, static_cast<int64_t>(f.skipped)).bind(10, skips).bind(11, f.note);
    BULKHEAD_CHECK(insert.run());
  }
  return {};
}

base::Status write_flaws(Connection& db, const std::vector<Flaw>& flaws) {
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO flaw VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  std::vector<std::pair<std::string_view, int64_t>> names;
  for (const Flaw& f : flaws) {
    const std::string aliases = lines(f.aliases), exploits = lines(f.exploit_sources), sources = lines(f.sources);
    insert.bind(1, f.id).bind(2, f.name).bind(3, aliases).bind(4, f.published).bind(5, f.summary).bind(6, f.severity).bind(7, f.cvss);
    insert.bind(8, f.cvss_score).bind(9, static_cast<int64_t>(f.effect)).bind(10, traits_of(f)).bind(11, f.epss);
    insert.bind(12, f.epss_before).bind(13, static_cast<int64_t>(f.exploit)).bind(14, exploits).bind(15, sources);
    BULKHEAD_CHECK(insert.run());
    names.emplace_back(f.name, f.id);
    for (const std::string& alias : f.aliases) {
      names.emplace_back(alias, f.id);
    }
  }
  std::sort(names.begin(), names.end());
  BULKHEAD_TRY(Statement insert_name, db.prepare("INSERT INTO flaw_name VALUES(?,?)"));
  for (const auto& [name, id] : names) {
    insert_name.bind(1, name).bind(2, id);
    BULKHEAD_CHECK(insert_name.run());
  }
  return {};
}

base::Status write_affected(Connection& db, const Content& content, const Joined& joined, WriteCounts& counts) {
  std::vector<std::pair<std::string_view, std::string_view>> packages;
  for (const auto& [key, c] : content) {
    std::unordered_set<uint64_t> seen;  // ecosystem and package, as numbers of the feed's texts
    for (const std::vector<KeptAffected>& list : c.kept) {
      for (const KeptAffected& x : list) {
        if (seen.insert(uint64_t{x.ecosystem} << 32 | x.package).second) {
          packages.emplace_back(c.texts[x.ecosystem], c.texts[x.package]);
        }
      }
    }
  }
  std::sort(packages.begin(), packages.end());
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
  BULKHEAD_TRY(Statement insert_package, db.prepare("INSERT INTO package VALUES(?,?,?)"));
  int64_t id = 0;
  for (const auto& [ecosystem, name] : packages) {
    insert_package.bind(1, ++id).bind(2, ecosystem).bind(3, name);
    BULKHEAD_CHECK(insert_package.run());
  }
  counts.packages = packages.size();

  std::vector<Row> rows;
  size_t total = 0;
  for (const auto& [key, c] : content) {
    for (const std::vector<KeptAffected>& list : c.kept) {
      total += list.size();
    }
  }
  rows.reserve(total);
  int64_t advisory = 0;
  size_t feed = 0;
  for (const auto& [key, c] : content) {
    const Source* source = find_source(c.feed.source);
    std::unordered_map<uint64_t, int64_t> numbers;
    for (size_t i = 0; i < c.advisories.size(); ++i) {
      const Advisory& a = c.advisories[i];
      ++advisory;
      int64_t number = 0;
      // Only OSV brings many publishers under one row; elsewhere an id of GitHub's is a name, not GitHub's word.
      const int own = source == nullptr ? 100 : source->rank;
      const int rank = c.feed.source == "osv" ? rank_of(own, a.id) : own;
      static const std::vector<KeptAffected> kNone;  // of content that was never finished
      for (const KeptAffected& x : i < c.kept.size() ? c.kept[i] : kNone) {
        int64_t& package = numbers[uint64_t{x.ecosystem} << 32 | x.package];
        if (package == 0) {
          const std::pair<std::string_view, std::string_view> name(c.texts[x.ecosystem], c.texts[x.package]);
          package = std::lower_bound(packages.begin(), packages.end(), name) - packages.begin() + 1;
        }
        rows.push_back({static_cast<int32_t>(package), static_cast<int32_t>(joined.flaw_of[feed][i]), static_cast<int32_t>(advisory),
                        static_cast<int32_t>(number++), static_cast<int16_t>(rank), !a.withdrawn.empty(), &x, &c.texts});
      }
    }
    ++feed;
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.package, a.flaw, a.advisory, a.number) < std::tie(b.package, b.flaw, b.advisory, b.number);
  });
  counts.affected = rows.size();
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO affected VALUES(?,?,?,?,?,?,?,?,?,?,?)"));
  for (const Row& row : rows) {
    const KeptAffected& x = *row.affected;
    const TextPool& texts = *row.texts;
    insert.bind(1, int64_t{row.package}).bind(2, int64_t{row.flaw}).bind(3, int64_t{row.advisory}).bind(4, int64_t{row.number});
    insert.bind(5, int64_t{row.rank});
    insert.bind(6, static_cast<int64_t>(x.state)).bind(7, static_cast<int64_t>(row.withdrawn)).bind(8, texts[x.ranges]);
    insert.bind(9, texts[x.versions]).bind(10, texts[x.note]).bind(11, texts[x.symbols]);
    BULKHEAD_CHECK(insert.run());
  }
  return {};
}

base::Status write_advisories(Connection& db, const Content& content, const Joined& joined, WriteCounts& counts) {
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO advisory VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"));
  int64_t id = 0, feed = 0;
  for (const auto& [key, c] : content) {
    for (size_t i = 0; i < c.advisories.size(); ++i) {
      const Advisory& a = c.advisories[i];
      const int64_t flaw = joined.flaw_of[static_cast<size_t>(feed)][i];
      const std::string aliases = lines(a.aliases), cvss = lines(a.cvss);
      insert.bind(1, ++id).bind(2, feed + 1).bind(3, a.id);
      flaw == 0 ? insert.bind_null(4) : insert.bind(4, flaw);
      insert.bind(5, aliases)
          .bind(6, a.published)
          .bind(7, a.modified)
          .bind(8, a.withdrawn)
          .bind(9, a.summary)
          .bind(10, cvss)
          .bind(11, a.severity);
      insert.bind(12, a.effect);
      BULKHEAD_CHECK(insert.run());
    }
    ++feed;
  }
  counts.advisories = static_cast<uint64_t>(id);
  return {};
}

base::Status write_evidence(Connection& db, const Content& content) {
  BULKHEAD_TRY(Statement epss, db.prepare("INSERT OR REPLACE INTO epss VALUES(?,?,?,?)"));
  BULKHEAD_TRY(Statement exploited, db.prepare("INSERT INTO exploited VALUES(?,?,?,?,?)"));
  BULKHEAD_TRY(Statement exploit, db.prepare("INSERT INTO exploit VALUES(?,?,?)"));
  BULKHEAD_TRY(Statement cycle, db.prepare("INSERT OR REPLACE INTO cycle VALUES(?,?,?,?,?,?,?,?,?,?)"));
  BULKHEAD_TRY(Statement checks, db.prepare("INSERT INTO checks VALUES(?,?,?)"));
  BULKHEAD_TRY(Statement fact, db.prepare("INSERT INTO fact VALUES(?,?,?,?)"));
  int64_t feed = 0;
  for (const auto& [key, c] : content) {
    ++feed;
    std::vector<std::tuple<int64_t, int64_t, int64_t>> scores;
    scores.reserve(c.scores.size());
    for (const EpssScore& e : c.scores) {
      if (const auto number = cve_number(e.cve)) {
        scores.emplace_back(*number, e.score, e.previous);
      }
    }
    std::sort(scores.begin(), scores.end());
    for (const auto& [number, score, previous] : scores) {
      epss.bind(1, number).bind(2, feed).bind(3, score).bind(4, previous);
      BULKHEAD_CHECK(epss.run());
    }
    for (const Exploited& e : c.exploited) {
      exploited.bind(1, e.id).bind(2, feed).bind(3, e.date).bind(4, static_cast<int64_t>(e.ransomware)).bind(5, e.name);
      BULKHEAD_CHECK(exploited.run());
    }
    for (const Exploit& e : c.exploits) {
      const std::string from = lines(e.sources);
      exploit.bind(1, e.id).bind(2, feed).bind(3, from);
      BULKHEAD_CHECK(exploit.run());
    }
    int64_t number = 0;
    for (const Cycle& y : c.cycles) {
      cycle.bind(1, y.product).bind(2, y.cycle).bind(3, feed).bind(4, number++).bind(5, y.codename).bind(6, y.released).bind(7, y.support);
      cycle.bind(8, y.end_of_life).bind(9, y.extended).bind(10, y.latest);
      BULKHEAD_CHECK(cycle.run());
    }
    for (const Checks& k : c.checks) {
      checks.bind(1, k.id).bind(2, feed).bind(3, k.json);
      BULKHEAD_CHECK(checks.run());
    }
    for (const Fact& f : c.facts) {
      fact.bind(1, f.kind).bind(2, f.name).bind(3, feed).bind(4, f.value);
      BULKHEAD_CHECK(fact.run());
    }
  }
  return {};
}

base::Status check(Connection& db, const WriteCounts& counts) {
  BULKHEAD_TRY(Statement quick, db.prepare("PRAGMA quick_check(1)"));
  BULKHEAD_TRY(const bool row, quick.step());
  if (!row || quick.text(0) != "ok") {
    return base::fail(base::ErrorKind::internal, "the new database does not pass its check", {}, row ? std::string(quick.text(0)) : "");
  }
  BULKHEAD_TRY(const int64_t affected, db.one_integer("SELECT count(*) FROM affected"));
  if (static_cast<uint64_t>(affected) != counts.affected) {
    return base::fail(base::ErrorKind::internal, "the new database lost rows");
  }
  return {};
}

}  // namespace

base::Status check_structure(const std::string& path) {
  BULKHEAD_TRY(Connection db, Connection::open_immutable(path));
  BULKHEAD_TRY(Statement quick, db.prepare("PRAGMA quick_check(1)"));
  BULKHEAD_TRY(const bool row, quick.step());
  return row && quick.text(0) == "ok"
             ? base::Status{}
             : base::fail(base::ErrorKind::input, "the database is damaged", path, row ? std::string(quick.text(0)) : "");
}

base::Result<WriteCounts> write_database(const Content& content, const std::string& path) {
  BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(path, 0644));
  WriteCounts counts;
  const Joined joined = join_flaws(content);
  counts.flaws = joined.flaws.size();
  {
    BULKHEAD_TRY(Connection db, Connection::open_new(file.temporary_path()));
    BULKHEAD_CHECK(
        db.execute("PRAGMA application_id=" + std::to_string(kApplicationId) + "; PRAGMA user_version=" + std::to_string(kSchemaVersion)));
    BULKHEAD_CHECK(db.execute(std::string(embedded_text("advisory/schema.sql"))));
    BULKHEAD_CHECK(db.execute("BEGIN"));
    BULKHEAD_CHECK(write_feeds(db, content));
    BULKHEAD_CHECK(write_flaws(db, joined.flaws));
    BULKHEAD_CHECK(write_affected(db, content, joined, counts));
    BULKHEAD_CHECK(write_advisories(db, content, joined, counts));
    BULKHEAD_CHECK(write_evidence(db, content));
    BULKHEAD_CHECK(write_vex(db, content));
    BULKHEAD_CHECK(write_prints(db));
    BULKHEAD_CHECK(db.execute("COMMIT"));
    BULKHEAD_CHECK(check(db, counts));
  }
  struct stat info{};
  if (::fstat(file.fd(), &info) == 0) {
    counts.bytes = static_cast<uint64_t>(info.st_size);
  }
  BULKHEAD_CHECK(file.commit());
  return counts;
}

}  // namespace bulkhead::advisory
