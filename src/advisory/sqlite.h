// A thin, checked hand on SQLite for this room: every call's failure is an Error with SQLite's words.
// Threads: a connection and its statements belong to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bulkhead::advisory::sqlite {

class Statement {
 public:
  Statement() = default;
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  // Positions from 1. Bound texts must live until the next reset.
  Statement& bind(int at, int64_t value);
  Statement& bind(int at, double value);
  Statement& bind(int at, std::string_view value);
  Statement& bind_null(int at);
  base::Result<bool> step();  // true: a row is there
  void reset();
  // step() without a row, then reset().
  base::Status run();

  int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // holds until the next step or reset
  bool is_null(int column) const;
  bool is_integer(int column) const;
  int columns() const;

 private:
  friend class Connection;
  struct Close {
    void operator()(sqlite3_stmt* s) const;
  };
  std::unique_ptr<sqlite3_stmt, Close> handle_;
};

class Connection {
 public:
  // Immutable: the file is never written while anybody holds it open; no locks, no side files.
  static base::Result<Connection> open_immutable(const std::string& path);
  // An empty file that nobody else knows yet: no journal, no syncs; the caller fsyncs.
  static base::Result<Connection> open_new(const std::string& path);
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;

  // Whether the file holds the tables of `schema` (a text of CREATE statements) and nothing else: no view, no trigger, no other table.
  base::Status check_schema(std::string_view schema);

  base::Status execute(const std::string& sql);
  base::Result<Statement> prepare(std::string_view sql);
  base::Result<int64_t> one_integer(std::string_view sql);
  // SQLite's last error as ours.
  std::unexpected<base::Error> failure(std::string what) const;

 private:
  Connection() = default;
  struct Close {
    void operator()(sqlite3* c) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

}  // namespace bulkhead::advisory::sqlite
