#include "advisory/sqlite.h"

#include <sqlite3.h>

#include <set>

#include "base/text.h"

namespace bulkhead::advisory::sqlite {
namespace {

// SQLite reads the name as a URI: every byte that means something there is escaped.
std::string uri_of(const std::string& path, std::string_view options) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' || c == '_';
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[static_cast<uint8_t>(c) >> 4];
      uri += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
  return uri.append("?").append(options);
}

std::unexpected<base::Error> failure_of(sqlite3* handle, std::string what, const std::string& path) {
  const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle);
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
  return base::fail(damaged ? base::ErrorKind::input : base::ErrorKind::io, std::move(what), path,
                    handle == nullptr ? "no memory" : sqlite3_errmsg(handle));
}

// The CREATE statements of a schema as SQLite keeps them: without comments between them and without their semicolon.
std::set<std::string, std::less<>> statements_of(std::string_view schema) {
  std::set<std::string, std::less<>> out;
  size_t start = schema.npos;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema.substr(i).starts_with("--")) {
      i = std::min(schema.find('\n', i), schema.size());
    } else if (start == schema.npos && schema[i] == 'C') {
      start = i;
    } else if (start != schema.npos && schema[i] == ';') {
      out.emplace(schema.substr(start, i - start));
      start = schema.npos;
    }
  }
  return out;
}

}  // namespace

void Statement::Close::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
void Connection::Close::operator()(sqlite3* c) const { sqlite3_close_v2(c); }

Statement& Statement::bind(int at, int64_t value) {
  sqlite3_bind_int64(handle_.get(), at, value);
  return *this;
}
Statement& Statement::bind(int at, double value) {
  sqlite3_bind_double(handle_.get(), at, value);
  return *this;
}
Statement& Statement::bind(int at, std::string_view value) {
  // An empty view may have no address; a null one would bind NULL.
  sqlite3_bind_text64(handle_.get(), at, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(handle_.get(), at);
  return *this;
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  sqlite3* connection = sqlite3_db_handle(handle_.get());
  const char* path = sqlite3_db_filename(connection, "main");
  return failure_of(connection, "the advisory database cannot be read", path == nullptr ? "" : path);
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

base::Status Statement::run() {
  BULKHEAD_TRY([[maybe_unused]] const bool row, step());
  reset();
  return {};
}

int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_.get(), column); }
std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return text == nullptr ? std::string_view() : std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column)));
}
bool Statement::is_integer(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_INTEGER; }
int Statement::columns() const { return sqlite3_column_count(handle_.get()); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

base::Result<Connection> Connection::open_immutable(const std::string& path) {
  Connection out;
  out.path_ = path;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(uri_of(path, "mode=ro&immutable=1").c_str(), &handle,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  out.handle_.reset(handle);
  if (code != SQLITE_OK) {
    return failure_of(handle, "cannot open the advisory database", path);
  }
  // The file may be anybody's: its schema may run nothing, and what it can make us hold is bounded.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20);
  BULKHEAD_CHECK(out.execute("PRAGMA mmap_size=0; PRAGMA cache_size=-16384; PRAGMA cell_size_check=ON"));
  return out;
}

base::Result<Connection> Connection::open_new(const std::string& path) {
  Connection out;
  out.path_ = path;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(uri_of(path, "mode=rw").c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  out.handle_.reset(handle);
  if (code != SQLITE_OK) {
    return failure_of(handle, "cannot make the advisory database", path);
  }
  BULKHEAD_CHECK(out.execute(
      "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA auto_vacuum=NONE"));
  return out;
}

base::Status Connection::check_schema(std::string_view schema) {
  std::set<std::string, std::less<>> missing = statements_of(schema);
  BULKHEAD_TRY(Statement s, prepare("SELECT type,name,sql FROM sqlite_schema"));
  for (;;) {
    BULKHEAD_TRY(const bool row, s.step());
    if (!row) {
      break;
    }
    // An index that SQLite makes for a UNIQUE or PRIMARY KEY has no text.
    if (s.text(0) == "index" && s.is_null(2) && s.text(1).starts_with("sqlite_autoindex_")) {
      continue;
    }
    const auto at = missing.find(s.text(2));
    if (at == missing.end()) {
      return base::fail(base::ErrorKind::input, "its schema is not this program's", path_,
                        std::string(s.text(0).substr(0, 40)) + " " + std::string(s.text(1).substr(0, 80)));
    }
    missing.erase(at);
  }
  return missing.empty() ? base::Status{}
                         : base::fail(base::ErrorKind::input, "its schema is not this program's", path_, "a table is missing");
}

base::Status Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure("the advisory database refuses a statement");
  }
  return {};
}

base::Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, nullptr) !=
      SQLITE_OK) {
    return failure("not an advisory database of this program");
  }
  Statement out;
  out.handle_.reset(handle);
  return out;
}

base::Result<int64_t> Connection::one_integer(std::string_view sql) {
  BULKHEAD_TRY(Statement statement, prepare(sql));
  BULKHEAD_TRY(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

std::unexpected<base::Error> Connection::failure(std::string what) const { return failure_of(handle_.get(), std::move(what), path_); }

}  // namespace bulkhead::advisory::sqlite
