#include "advisory/database.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

#include <sys/stat.h>

#include "advisory/embedded.h"
#include "advisory/format.h"
#include "advisory/manifest.h"
#include "advisory/print.h"
#include "advisory/sqlite.h"
#include "base/file.h"
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

// A connection with the statements of the hot path, made when first needed.
struct Session {
  Connection connection;
  std::optional<Statement> package, flaw, record, vex, print, fact;

  base::Result<Statement*> get(std::optional<Statement>& slot, std::string_view sql) {
    if (!slot) {
      BULKHEAD_TRY(slot, connection.prepare(sql));
    }
    slot->reset();
    return &*slot;
  }
};

constexpr std::string_view kFlawColumns =
    "SELECT "
    "f.id,f.name,f.aliases,f.published,f.summary,f.severity,f.cvss,f.score,f.effect,f.traits,f.epss,f.epss_before,f.exploit,f.exploits,f."
    "sources "
    "FROM flaw f ";

// Every VEX statement with its texts.
constexpr std::string_view kVexRows =
    "SELECT n.text,p.text,b.text,v.status,j.text,w.text,dn.text,da.text,d.date,f.source,f.file FROM vex v "
    "JOIN vex_document d ON d.id=v.document JOIN feed f ON f.id=d.feed JOIN vex_text n ON n.id=v.flaws "
    "JOIN vex_text p ON p.id=v.product LEFT JOIN vex_text b ON b.id=v.subcomponent LEFT JOIN vex_text j ON j.id=v.justification "
    "LEFT JOIN vex_text w ON w.id=v.words LEFT JOIN vex_text dn ON dn.id=d.document LEFT JOIN vex_text da ON da.id=d.author ";

Flaw read_flaw(const Statement& s) {
  Flaw f;
  f.id = s.integer(0);
  f.name = s.text(1);
  f.aliases = list(s.text(2));
  f.published = s.text(3);
  f.summary = s.text(4);
  f.severity = s.text(5);
  f.cvss = s.text(6);
  f.cvss_score = s.real(7);
  const int64_t effect = s.integer(8), traits = s.integer(9), exploit = s.integer(12);
  f.effect = effect >= 0 && effect <= static_cast<int64_t>(model::FlawEffect::malicious) ? static_cast<model::FlawEffect>(effect)
                                                                                         : model::FlawEffect::unknown;
  f.network = (traits & 1) != 0;
  f.needs_login = (traits & 2) != 0;
  f.needs_user = (traits & 4) != 0;
  f.high_complexity = (traits & 8) != 0;
  f.epss = s.integer(10);
  f.epss_before = s.integer(11);
  f.exploit = exploit >= 0 && exploit <= static_cast<int64_t>(model::ExploitEvidence::kev_ransomware)
                  ? static_cast<model::ExploitEvidence>(exploit)
                  : model::ExploitEvidence::none;
  f.exploit_sources = list(s.text(13));
  f.sources = list(s.text(14));
  return f;
}

}  // namespace

// One connection for all threads: a look-up takes microseconds, and a second connection could meet a newer file under the path.
struct Database::Impl {
  Impl(std::string where, Connection connection) : path(std::move(where)), session{std::move(connection), {}, {}, {}, {}, {}, {}} {}

  std::string path;
  std::mutex mutex;
  Session session;

  std::function<void(const std::string&)> seen;

  // Tells the watcher, if there is one, which question is asked.
  void asked(std::string_view kind, std::string_view name, std::string_view more = {}) const {
    if (seen) {
      std::string key(kind);
      key.append("\n").append(name);
      seen(more.empty() ? key : key.append("\n").append(more));
    }
  }

  template <typename Work>
  auto with(Work work) -> decltype(work(std::declval<Session&>())) {
    const std::lock_guard lock(mutex);
    return work(session);
  }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::string& Database::path() const { return impl_->path; }

base::Result<Database> Database::open(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    base::Error error{
        errno == ENOENT ? base::ErrorKind::not_found : base::ErrorKind::io, "no advisory database", path, std::strerror(errno), {}, {}};
    error.hint = "make one with `bulkhead db import FILES… --db " + path + "`";
    return std::unexpected(std::move(error));
  }
  const auto wrong = [&](std::string cause) {
    return base::fail(base::ErrorKind::input, "not an advisory database that this program can read", path, std::move(cause));
  };
  auto connection = Connection::open_immutable(path);
  if (!connection) {
    return wrong(connection.error().cause);
  }
  const auto id = connection->one_integer("PRAGMA application_id");
  if (!id) {
    return wrong(id.error().cause);
  }
  if (*id != kApplicationId) {
    return wrong("the file is something else");
  }
  BULKHEAD_TRY(const int64_t version, connection->one_integer("PRAGMA user_version"));
  if (version != kSchemaVersion) {
    return wrong("its schema is version " + std::to_string(version) + ", this program reads version " + std::to_string(kSchemaVersion));
  }
  BULKHEAD_TRY(const int64_t pages, connection->one_integer("PRAGMA page_count"));
  BULKHEAD_TRY(const int64_t page_size, connection->one_integer("PRAGMA page_size"));
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  BULKHEAD_TRY(const std::optional<Trailer> trailer, read_trailer(fd.get(), path));
  const auto signature = static_cast<off_t>(trailer ? trailer->bytes : 0);
  if (info.st_size != pages * page_size + signature) {
    return wrong("the file is cut off or has grown");
  }
  if (const base::Status schema = connection->check_schema(embedded_text("advisory/schema.sql")); !schema) {
    return wrong(schema.error().what + ": " + schema.error().cause);
  }
  return Database(std::make_unique<Impl>(path, *std::move(connection)));
}

base::Result<std::vector<PackageRecord>> Database::package(std::string_view ecosystem, std::string_view name) const {
  impl_->asked("package", ecosystem, name);
  return impl_->with([&](Session& session) -> base::Result<std::vector<PackageRecord>> {
    BULKHEAD_TRY(Statement * s,
                 session.get(session.package,
                             "SELECT a.flaw,a.advisory,a.rank,a.state,a.withdrawn,a.ranges,a.versions,a.note,a.symbols FROM package p "
                             "CROSS JOIN affected a ON a.package=p.id WHERE p.ecosystem=? AND p.name=?"));
    s->bind(1, ecosystem).bind(2, name);
    std::vector<PackageRecord> out;
    for (;;) {
      BULKHEAD_TRY(const bool row, s->step());
      if (!row) {
        s->reset();
        return out;
      }
      PackageRecord& r = out.emplace_back();
      r.flaw = s->integer(0);
      r.advisory = s->integer(1);
      r.rank = static_cast<int>(s->integer(2));
      const int64_t state = s->integer(3);
      r.state = state >= 0 && state < kAffectedStates ? static_cast<AffectedState>(state) : AffectedState::under_investigation;
      r.withdrawn = s->integer(4) != 0;
      r.ranges = s->text(5);
      r.versions = list(s->text(6));
      r.note = s->text(7);
      r.symbols = s->text(8);
    }
  });
}

base::Result<std::vector<std::string>> Database::releases(std::string_view base) const {
  impl_->asked("releases", base);
  return impl_->with([&](Session& session) -> base::Result<std::vector<std::string>> {
    // A skip scan: one search per ecosystem instead of one row per package.
    BULKHEAD_TRY(Statement s, session.connection.prepare("SELECT min(ecosystem) FROM package WHERE ecosystem>?"));
    std::vector<std::string> out;
    std::string at(base);
    at += ':';
    const std::string prefix = at;
    for (;;) {
      s.bind(1, at);
      BULKHEAD_TRY(const bool row, s.step());
      if (!row || s.is_null(0) || !s.text(0).starts_with(prefix)) {
        return out;
      }
      out.emplace_back(s.text(0));
      s.reset();
      at = out.back();
    }
  });
}

base::Result<bool> Database::has_ecosystem(std::string_view ecosystem) const {
  impl_->asked("ecosystem", ecosystem);
  return impl_->with([&](Session& session) -> base::Result<bool> {
    BULKHEAD_TRY(Statement s, session.connection.prepare("SELECT 1 FROM package WHERE ecosystem=? LIMIT 1"));
    return s.bind(1, ecosystem).step();
  });
}

base::Result<std::optional<Flaw>> Database::flaw(int64_t id) const {
  return impl_->with([&](Session& session) -> base::Result<std::optional<Flaw>> {
    BULKHEAD_TRY(Statement * s, session.get(session.flaw, std::string(kFlawColumns) + "WHERE f.id=?"));
    BULKHEAD_TRY(const bool row, s->bind(1, id).step());
    return row ? std::optional(read_flaw(*s)) : std::nullopt;
  });
}

base::Result<std::optional<Flaw>> Database::flaw_named(std::string_view name) const {
  return impl_->with([&](Session& session) -> base::Result<std::optional<Flaw>> {
    BULKHEAD_TRY(Statement s, session.connection.prepare(std::string(kFlawColumns) + "JOIN flaw_name n ON n.flaw=f.id WHERE n.name=?"));
    BULKHEAD_TRY(const bool row, s.bind(1, name).step());
    return row ? std::optional(read_flaw(s)) : std::nullopt;
  });
}

base::Result<std::optional<RecordInfo>> Database::record(int64_t advisory) const {
  return impl_->with([&](Session& session) -> base::Result<std::optional<RecordInfo>> {
    BULKHEAD_TRY(Statement * s, session.get(session.record,
                                            "SELECT a.record,f.source,f.file,f.sha256,f.date,a.published,a.modified,a.withdrawn,a.severity,"
                                            "a.cvss FROM advisory a JOIN feed f ON f.id=a.feed WHERE a.id=?"));
    BULKHEAD_TRY(const bool row, s->bind(1, advisory).step());
    if (!row) {
      return std::nullopt;
    }
    const auto text = [&](int column) { return std::string(s->text(column)); };
    return RecordInfo{text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7), text(8), list(s->text(9))};
  });
}

base::Result<std::optional<std::string>> Database::kubernetes_checks(std::string_view flaw_name) const {
  return impl_->with([&](Session& session) -> base::Result<std::optional<std::string>> {
    BULKHEAD_TRY(Statement s, session.connection.prepare("SELECT json FROM checks WHERE name=? ORDER BY feed LIMIT 1"));
    BULKHEAD_TRY(const bool row, s.bind(1, flaw_name).step());
    return row ? std::optional(std::string(s.text(0))) : std::nullopt;
  });
}

base::Result<std::vector<Cycle>> Database::life_cycle(std::string_view product) const {
  impl_->asked("cycle", product);
  return impl_->with([&](Session& session) -> base::Result<std::vector<Cycle>> {
    BULKHEAD_TRY(Statement s,
                 session.connection.prepare("SELECT product,cycle,codename,released,support,end_of_life,extended,latest FROM cycle WHERE "
                                            "product=? ORDER BY feed,number"));
    s.bind(1, product);
    std::vector<Cycle> out;
    for (;;) {
      BULKHEAD_TRY(const bool row, s.step());
      if (!row) {
        return out;
      }
      const auto text = [&](int column) { return std::string(s.text(column)); };
      out.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7)});
    }
  });
}

base::Result<std::optional<std::string>> Database::fact(const char* kind, std::string_view name) const {
  impl_->asked("fact", kind, name);
  return impl_->with([&](Session& session) -> base::Result<std::optional<std::string>> {
    BULKHEAD_TRY(Statement * s, session.get(session.fact, "SELECT value FROM fact WHERE kind=? AND name=? ORDER BY feed LIMIT 1"));
    BULKHEAD_TRY(const bool row, s->bind(1, std::string_view(kind)).bind(2, name).step());
    std::optional<std::string> out = row ? std::optional(std::string(s->text(0))) : std::nullopt;
    s->reset();
    return out;
  });
}

base::Result<std::optional<Ssvc>> Database::ssvc(std::string_view cve) const {
  BULKHEAD_TRY(const std::optional<std::string> value, fact("ssvc", cve));
  if (!value) {
    return std::nullopt;
  }
  const std::vector<std::string_view> parts = base::split(*value, ' ');  // exploitation automatable impact date
  const auto part = [&](size_t at) { return at < parts.size() ? std::string(parts[at]) : std::string(); };
  return Ssvc{part(0), part(1), part(2), part(3)};
}

base::Result<std::optional<std::string>> Database::kernel_reach(std::string_view cve) const { return fact("reach", cve); }

base::Result<std::vector<std::string>> Database::repository_cpes(std::string_view repository) const {
  BULKHEAD_TRY(const std::optional<std::string> value, fact("repository_cpe", repository));
  return value ? list(*value) : std::vector<std::string>();
}

base::Result<std::vector<StoredVex>> Database::vex_statements(std::string_view identifier, const std::vector<std::string>& names) const {
  const std::string identity = vex_identity(identifier);
  impl_->asked("vex", identity);
  return impl_->with([&](Session& session) -> base::Result<std::vector<StoredVex>> {
    BULKHEAD_TRY(Statement * s, session.get(session.vex, std::string(kVexRows) + "WHERE v.identity=? ORDER BY v.number"));
    s->bind(1, identity);
    std::vector<StoredVex> out;
    for (;;) {
      BULKHEAD_TRY(const bool row, s->step());
      if (!row) {
        s->reset();
        return out;
      }
      std::vector<std::string> flaws = list(s->text(0));
      const auto named = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
      if (!names.empty() && std::none_of(flaws.begin(), flaws.end(), named)) {
        continue;
      }
      if (!vex_covers(s->is_null(2) ? s->text(1) : s->text(2), identifier)) {
        continue;
      }
      StoredVex& v = out.emplace_back();
      const auto text = [&](int column) { return s->is_null(column) ? std::string() : std::string(s->text(column)); };
      v.flaws = std::move(flaws);
      v.product = text(1);
      v.subcomponent = text(2);
      const int64_t status = s->integer(3);
      v.status = status >= 0 && status <= 3 ? static_cast<VexStatus>(status) : VexStatus::under_investigation;
      v.justification = text(4);
      v.words = text(5);
      v.document = text(6);
      v.author = text(7);
      v.date = text(8);
      v.source = text(9);
      v.file = text(10);
    }
  });
}

base::Result<bool> Database::has_vex() const {
  return impl_->with([&](Session& session) -> base::Result<bool> {
    BULKHEAD_TRY(Statement s, session.connection.prepare("SELECT 1 FROM vex LIMIT 1"));
    return s.step();
  });
}

void Database::watch(std::function<void(const std::string&)> seen) const { impl_->seen = std::move(seen); }

base::Result<uint64_t> Database::print(std::string_view key, base::Moment as_of) const {
  const std::vector<std::string_view> parts = base::split(key, '\n');
  const std::string_view kind = parts[0], name = parts.size() > 1 ? parts[1] : "";
  if (kind == "package" && parts.size() == 3) {
    return impl_->with([&](Session& session) -> base::Result<uint64_t> {
      BULKHEAD_TRY(Statement * s, session.get(session.print,
                                              "SELECT r.print FROM package p CROSS JOIN package_print r ON r.package=p.id WHERE "
                                              "p.ecosystem=? AND p.name=?"));
      BULKHEAD_TRY(const bool row, s->bind(1, name).bind(2, parts[2]).step());
      const uint64_t out = row ? static_cast<uint64_t>(s->integer(0)) : 0;
      s->reset();
      return out;
    });
  }
  if (kind == "ecosystem") {
    BULKHEAD_TRY(const bool there, has_ecosystem(name));
    return there ? 1 : 0;
  }
  uint64_t out = 1;
  if (kind == "fact" && parts.size() == 3) {
    const std::string word(name);
    BULKHEAD_TRY(const std::optional<std::string> value, fact(word.c_str(), parts[2]));
    return value ? print_of(*value, out) : 0;
  }
  if (kind == "vex") {
    return impl_->with([&](Session& session) -> base::Result<uint64_t> {
      BULKHEAD_TRY(Statement s, session.connection.prepare(std::string(kVexRows) + "WHERE v.identity=? ORDER BY v.number"));
      s.bind(1, name);
      for (;;) {
        BULKHEAD_TRY(const bool row, s.step());
        if (!row) {
          return out;
        }
        out = print_of_row(s, 0, out);
      }
    });
  }
  if (kind == "releases") {
    BULKHEAD_TRY(const std::vector<std::string> all, releases(name));
    for (const std::string& one : all) {
      out = print_of(one, out);
    }
    return out;
  }
  if (kind == "cycle") {
    BULKHEAD_TRY(const std::vector<Cycle> all, life_cycle(name));
    for (const Cycle& c : all) {
      for (const std::string* field :
           {&c.product, &c.cycle, &c.codename, &c.released, &c.support, &c.end_of_life, &c.extended, &c.latest}) {
        const auto date = base::parse_moment(*field);
        out = print_of(*field, out + (date && *date <= as_of ? 2 : 1));
      }
    }
    return out;
  }
  return base::fail(base::ErrorKind::internal, "no such question", std::string(key));
}

base::Result<std::vector<Feed>> Database::feeds() const {
  return impl_->with([&](Session& session) -> base::Result<std::vector<Feed>> {
    BULKHEAD_TRY(Statement s,
                 session.connection.prepare("SELECT key,source,file,sha256,bytes,date,records,skipped,skips,note FROM feed ORDER BY id"));
    std::vector<Feed> out;
    for (;;) {
      BULKHEAD_TRY(const bool row, s.step());
      if (!row) {
        return out;
      }
      Feed& f = out.emplace_back();
      f.key = s.text(0);
      f.source = s.text(1);
      f.file = s.text(2);
      f.sha256 = s.text(3);
      f.bytes = static_cast<uint64_t>(s.integer(4));
      f.date = s.text(5);
      f.records = static_cast<uint64_t>(s.integer(6));
      f.skipped = static_cast<uint64_t>(s.integer(7));
      BULKHEAD_TRY(const base::JsonDocument skips, base::JsonDocument::parse(s.text(8), {}, "feed.skips"));
      for (const base::JsonView& item : skips.root().items()) {
        f.skips.push_back({item.get("where").text(), item.get("why").text()});
      }
      f.note = s.text(9);
    }
  });
}

double Database::age_days(base::Moment as_of) const {
  const auto all = feeds();
  std::optional<base::Moment> newest;
  for (const Feed& feed : all ? *all : std::vector<Feed>()) {
    const auto date = base::parse_moment(feed.date);
    newest = date && (!newest || *date > *newest) ? date : newest;
  }
  return newest ? std::max(0.0, static_cast<double>(as_of - *newest) / static_cast<double>(base::kDay)) : -1;
}

base::Result<Database::Counts> Database::counts() const {
  return impl_->with([&](Session& session) -> base::Result<Counts> {
    Counts c;
    BULKHEAD_TRY(c.flaws, session.connection.one_integer("SELECT count(*) FROM flaw"));
    BULKHEAD_TRY(c.advisories, session.connection.one_integer("SELECT count(*) FROM advisory"));
    BULKHEAD_TRY(c.packages, session.connection.one_integer("SELECT count(*) FROM package"));
    BULKHEAD_TRY(c.affected, session.connection.one_integer("SELECT count(*) FROM affected"));
    BULKHEAD_TRY(c.scores, session.connection.one_integer("SELECT count(*) FROM epss"));
    BULKHEAD_TRY(c.exploited, session.connection.one_integer("SELECT count(DISTINCT name) FROM exploited"));
    BULKHEAD_TRY(c.vex, session.connection.one_integer("SELECT count(*) FROM vex"));
    return c;
  });
}

}  // namespace bulkhead::advisory
