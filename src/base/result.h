// Results and errors that cross a border between rooms.
//
// An Error names what went wrong, where (file, byte, line or JSON pointer), and the cause underneath. A caller that
// knows more adds one line of context with `in()`; it never rewrites what is there. No exception leaves a room.
//
// Threads: plain values; share them like any other.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace bulkhead::base {

enum class ErrorKind {
  usage,      // the user's words do not fit: exit code 2
  input,      // bytes that do not follow their format: exit code 3
  limit,      // input over a documented limit (size, depth, ratio, time): exit code 3
  io,         // the operating system refused: exit code 3
  network,    // a peer did not answer, or not as its protocol demands: exit code 3
  denied,     // a peer answered that we may not: exit code 3
  not_found,  // the named thing is not there: exit code 3
  internal,   // a broken promise of our own: exit code 3, and a bug
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;                  // "entry leaves the root"
  std::string where;                 // "layers/ab12.tar, entry 5312"; empty where there is no place
  std::string cause;                 // text of the operating system or library; may be empty
  std::string hint;                  // one line of what to do; may be empty
  std::vector<std::string> context;  // innermost first: "reading image shop/api"

  // Adds who asked, and gives the error on.
  Error in(std::string who) &&;
  // One line, safe for a terminal: `what: where: cause (context; context)`.
  std::string text() const;
};

template <typename T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

// return fail(ErrorKind::input, "unknown compression", "layer 3");
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string what, std::string where = {}, std::string cause = {});

// The same with the text of an errno value as cause.
[[nodiscard]] std::unexpected<Error> fail_errno(int error_number, std::string what, std::string where = {});

}  // namespace bulkhead::base

#define BULKHEAD_CONCAT_(a, b) a##b
#define BULKHEAD_CONCAT(a, b) BULKHEAD_CONCAT_(a, b)

// BULKHEAD_TRY(auto text, read_file(path)); returns the error of the expression, or binds its value.
#define BULKHEAD_TRY(declaration, ...) BULKHEAD_TRY_(BULKHEAD_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)
#define BULKHEAD_TRY_(name, declaration, ...)        \
  auto name = (__VA_ARGS__);                         \
  if (!name) {                                       \
    return std::unexpected(std::move(name).error()); \
  }                                                  \
  declaration = *std::move(name)

// BULKHEAD_CHECK(status_call()); returns the error of a Status.
#define BULKHEAD_CHECK(...)                                    \
  do {                                                         \
    auto check_result = (__VA_ARGS__);                         \
    if (!check_result) {                                       \
      return std::unexpected(std::move(check_result).error()); \
    }                                                          \
  } while (false)
