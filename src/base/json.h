// JSON in and out.
//
// Reading: JsonDocument parses one bounded text (RFC 8259) and owns it; JsonView is a cheap handle into it and lives no
// longer than its document. A missing key or a value of another type gives an empty view, nullopt or the default, so that
// reading hostile shapes needs no ladder of checks; where the difference matters, ask `kind()`.
// Writing: JsonWriter gives the project's one form: UTF-8, keys in the order written, no spaces unless `pretty`,
// invalid UTF-8 repaired, numbers in shortest round-trip form. The same calls give the same bytes.
//
// Limits: Limits::document_bytes, Limits::depth. Errors: ErrorKind::input with the parser's word, ErrorKind::limit.
// Duplicate keys: the first wins in `get`, iteration shows all. Threads: a document may be read by many threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

enum class JsonKind { missing, null, boolean, number, string, array, object };

class JsonView {
 public:
  JsonView() = default;

  JsonKind kind() const;
  explicit operator bool() const { return document_ != nullptr; }  // false: nothing there (null counts as there)

  // Object member; an empty view where there is none. `path("spec", "template")` goes down step by step.
  JsonView get(std::string_view key) const;
  template <typename... Keys>
  JsonView path(std::string_view first, Keys... rest) const {
    if constexpr (sizeof...(rest) == 0) {
      return get(first);
    } else {
      return get(first).path(rest...);
    }
  }
  JsonView at(size_t index) const;  // array element; linear in `index`, so iterate with items()

  std::vector<JsonView> items() const;                                      // of an array; else empty
  void each(const std::function<void(std::string_view, JsonView)>&) const;  // members of an object, in document order
  size_t size() const;                                                      // elements or members

  std::optional<std::string_view> string() const;  // view into the document
  std::optional<int64_t> integer() const;          // whole numbers that fit; also 3.0
  std::optional<double> number() const;
  std::optional<bool> boolean() const;
  std::string text(std::string_view fallback = {}) const { return std::string(string().value_or(fallback)); }
  bool flag(bool fallback = false) const { return boolean().value_or(fallback); }
  std::vector<std::string> texts() const;  // the strings of an array; other elements are left out

  std::string dump() const;  // minified JSON of this value, keys in document order

 private:
  friend class JsonDocument;
  JsonView(const void* document, size_t index) : document_(document), index_(index) {}
  const void* document_ = nullptr;
  size_t index_ = 0;
};

class JsonDocument {
 public:
  // `where` names the input in errors (a file, an entry).
  static Result<JsonDocument> parse(std::string_view text, const Limits& limits = {}, std::string_view where = {});

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonView root() const;

 private:
  struct Impl;
  explicit JsonDocument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Calls `fn` with each line of JSON-lines text, its document and its number from 1; blank lines are passed over.
// A line that is no JSON is given as an error, and reading goes on; `fn` returns false to stop.
void each_json_line(std::string_view text, const Limits& limits, std::string_view where,
                    const std::function<bool(uint64_t line, Result<JsonDocument>)>& fn);

class JsonWriter {
 public:
  explicit JsonWriter(bool pretty = false) : pretty_(pretty) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(double number);  // NaN and infinities become null
  JsonWriter& value(int number) { return value(static_cast<int64_t>(number)); }
  JsonWriter& value(int64_t number);
  JsonWriter& value(uint64_t number);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // a value that is JSON already
  template <typename T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  JsonWriter& value(const std::vector<std::string>& texts);

  template <typename T>
  JsonWriter& member(std::string_view name, const T& v) {
    key(name);
    return value(v);
  }

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void before_value();
  void newline();
  std::string out_;
  std::vector<bool> has_members_;
  bool after_key_ = false;
  bool pretty_ = false;
};

// A JSON string literal with its quotes.
std::string json_quote(std::string_view text);

}  // namespace bulkhead::base
