#include "base/toml.h"

#include <sstream>
#include <string>

#include "base/text.h"

// The library is linked, not compiled in; this is the one source that sees its header.
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

namespace bulkhead::base {
namespace {

template <typename T>
std::string as_text(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

// The library bounds nesting (256), so recursion is bounded, too.
void write(JsonWriter& w, const toml::node& node) {
  if (const toml::table* table = node.as_table()) {
    w.begin_object();
    for (const auto& [key, value] : *table) {
      w.key(key.str());
      write(w, value);
    }
    w.end_object();
  } else if (const toml::array* array = node.as_array()) {
    w.begin_array();
    for (const toml::node& value : *array) {
      write(w, value);
    }
    w.end_array();
  } else if (const auto* text = node.as_string()) {
    w.value(text->get());
  } else if (const auto* whole = node.as_integer()) {
    w.value(whole->get());
  } else if (const auto* real = node.as_floating_point()) {
    w.value(real->get());
  } else if (const auto* flag = node.as_boolean()) {
    w.value(flag->get());
  } else if (const auto* date = node.as_date()) {
    w.value(as_text(date->get()));
  } else if (const auto* time = node.as_time()) {
    w.value(as_text(time->get()));
  } else if (const auto* moment = node.as_date_time()) {
    w.value(as_text(moment->get()));
  } else {
    w.null();
  }
}

}  // namespace

Result<JsonDocument> parse_toml(std::string_view text, const Limits& limits, std::string_view where) {
  if (text.size() > limits.document_bytes) {
    return fail(ErrorKind::limit, "holds more than the limit of " + human_bytes(limits.document_bytes), std::string(where));
  }
  std::string json;
  try {
    const toml::table table = toml::parse(text);
    JsonWriter w;
    write(w, table);
    json = w.take();
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::input, "not valid TOML", std::string(where) + ":" + std::to_string(e.source().begin.line),
                escape_terminal(e.description()));
  } catch (const std::exception& e) {
    return fail(ErrorKind::input, "cannot be read as TOML", std::string(where), e.what());
  }
  return JsonDocument::parse(json, limits, where);
}

}  // namespace bulkhead::base
