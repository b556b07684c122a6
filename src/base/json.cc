#include "base/json.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include <simdjson.h>

#include "base/text.h"

namespace bulkhead::base {
namespace {

// JsonView keeps the two words of a simdjson element, so that its header costs nobody the library's 2.4 s of parsing.
using Element = simdjson::dom::element;
static_assert(sizeof(Element) == sizeof(void*) + sizeof(size_t) && std::is_trivially_copyable_v<Element>);

Element to_element(const void* document, size_t index) {
  Element element;
  std::memcpy(static_cast<void*>(&element), &document, sizeof document);
  std::memcpy(reinterpret_cast<char*>(&element) + sizeof document, &index, sizeof index);
  return element;
}

void from_element(const Element& element, const void*& document, size_t& index) {
  std::memcpy(&document, static_cast<const void*>(&element), sizeof document);
  std::memcpy(&index, reinterpret_cast<const char*>(&element) + sizeof document, sizeof index);
}

}  // namespace

JsonKind JsonView::kind() const {
  if (document_ == nullptr) {
    return JsonKind::missing;
  }
  switch (to_element(document_, index_).type()) {
    case simdjson::dom::element_type::ARRAY: return JsonKind::array;
    case simdjson::dom::element_type::OBJECT: return JsonKind::object;
    case simdjson::dom::element_type::STRING: return JsonKind::string;
    case simdjson::dom::element_type::BOOL: return JsonKind::boolean;
    case simdjson::dom::element_type::NULL_VALUE: return JsonKind::null;
    default: return JsonKind::number;
  }
}

JsonView JsonView::get(std::string_view key) const {
  simdjson::dom::object object;
  Element found;
  if (document_ == nullptr || to_element(document_, index_).get(object) != simdjson::SUCCESS ||
      object.at_key(key).get(found) != simdjson::SUCCESS) {
    return {};
  }
  JsonView view;
  from_element(found, view.document_, view.index_);
  return view;
}

JsonView JsonView::at(size_t index) const {
  simdjson::dom::array array;
  Element found;
  if (document_ == nullptr || to_element(document_, index_).get(array) != simdjson::SUCCESS ||
      array.at(index).get(found) != simdjson::SUCCESS) {
    return {};
  }
  JsonView view;
  from_element(found, view.document_, view.index_);
  return view;
}

std::vector<JsonView> JsonView::items() const {
  std::vector<JsonView> out;
  simdjson::dom::array array;
  if (document_ != nullptr && to_element(document_, index_).get(array) == simdjson::SUCCESS) {
    for (const Element element : array) {
      JsonView view;
      from_element(element, view.document_, view.index_);
      out.push_back(view);
    }
  }
  return out;
}

void JsonView::each(const std::function<void(std::string_view, JsonView)>& fn) const {
  simdjson::dom::object object;
  if (document_ == nullptr || to_element(document_, index_).get(object) != simdjson::SUCCESS) {
    return;
  }
  for (const auto& field : object) {
    JsonView view;
    from_element(field.value, view.document_, view.index_);
    fn(field.key, view);
  }
}

size_t JsonView::size() const {
  size_t count = 0;
  simdjson::dom::array array;
  if (document_ != nullptr && to_element(document_, index_).get(array) == simdjson::SUCCESS) {
    for ([[maybe_unused]] const Element element : array) {
      ++count;
    }
  } else {
    each([&](std::string_view, JsonView) { ++count; });
  }
  return count;
}

std::optional<std::string_view> JsonView::string() const {
  std::string_view text;
  if (document_ == nullptr || to_element(document_, index_).get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return text;
}

std::optional<int64_t> JsonView::integer() const {
  if (kind() != JsonKind::number) {
    return std::nullopt;
  }
  const Element element = to_element(document_, index_);
  int64_t whole = 0;
  if (element.get(whole) == simdjson::SUCCESS) {
    return whole;
  }
  double number = 0;
  if (element.get(number) == simdjson::SUCCESS && std::abs(number) < 9.0e15 && number == std::floor(number)) {
    return static_cast<int64_t>(number);
  }
  return std::nullopt;
}

std::optional<double> JsonView::number() const {
  double number = 0;
  if (kind() != JsonKind::number || to_element(document_, index_).get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return number;
}

std::optional<bool> JsonView::boolean() const {
  bool flag = false;
  if (document_ == nullptr || to_element(document_, index_).get(flag) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return flag;
}

std::vector<std::string> JsonView::texts() const {
  std::vector<std::string> out;
  for (const JsonView& item : items()) {
    if (const auto text = item.string()) {
      out.emplace_back(*text);
    }
  }
  return out;
}

std::string JsonView::dump() const { return document_ == nullptr ? std::string() : simdjson::minify(to_element(document_, index_)); }

struct JsonDocument::Impl {
  simdjson::dom::parser parser;
  Element root;
};

JsonDocument::JsonDocument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view text, const Limits& limits, std::string_view where) {
  if (text.size() > limits.document_bytes) {
    return fail(ErrorKind::limit,
                "JSON document of " + human_bytes(text.size()) + " is over the limit of " + human_bytes(limits.document_bytes),
                std::string(where));
  }
  auto impl = std::make_unique<Impl>();
  auto error = impl->parser.allocate(std::max<size_t>(text.size(), 32), limits.depth);
  if (error == simdjson::SUCCESS) {
    error = impl->parser.parse(text.data(), text.size(), true).get(impl->root);
  }
  if (error != simdjson::SUCCESS) {
    return fail(
        error == simdjson::DEPTH_ERROR || error == simdjson::CAPACITY || error == simdjson::MEMALLOC ? ErrorKind::limit : ErrorKind::input,
        "not valid JSON", std::string(where), simdjson::error_message(error));
  }
  return JsonDocument(std::move(impl));
}

JsonView JsonDocument::root() const {
  JsonView view;
  from_element(impl_->root, view.document_, view.index_);
  return view;
}

void each_json_line(std::string_view text, const Limits& limits, std::string_view where,
                    const std::function<bool(uint64_t, Result<JsonDocument>)>& fn) {
  uint64_t number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    ++number;
    if (!line.empty() && !fn(number, JsonDocument::parse(line, limits, std::string(where) + ":" + std::to_string(number)))) {
      return;
    }
    if (end == std::string_view::npos) {
      return;
    }
    text.remove_prefix(end + 1);
  }
}

namespace {

constexpr bool stands_for_itself(char c) { return static_cast<uint8_t>(c) >= 0x20 && c != 0x7F && c != '"' && c != '\\'; }

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string repaired;
  if (!valid_utf8(text)) {
    repaired = repair_utf8(text);
    text = repaired;
  }
  out += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && stands_for_itself(text[plain])) {
      ++plain;
    }
    out.append(text, 0, plain);
    if (plain == text.size()) {
      break;
    }
    switch (const char c = text[plain]) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[static_cast<uint8_t>(c) >> 4];
        out += kHex[c & 15];
    }
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

}  // namespace

std::string json_quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

void JsonWriter::newline() {
  if (pretty_) {
    out_ += '\n';
    out_.append(2 * has_members_.size(), ' ');
  }
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!has_members_.empty()) {
    if (has_members_.back()) {
      out_ += ',';
    }
    has_members_.back() = true;
    newline();
  }
}

JsonWriter& JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  has_members_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  const bool had = has_members_.back();
  has_members_.pop_back();
  if (had) {
    newline();
  }
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  append_quoted(out_, name);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  before_value();
  append_quoted(out_, text);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  before_value();
  out_ += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) {
    return null();
  }
  before_value();
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  out_.append(buffer, end);
  return *this;
}

JsonWriter& JsonWriter::value(int64_t number) {
  before_value();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(uint64_t number) {
  before_value();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::value(const std::vector<std::string>& texts) {
  begin_array();
  for (const std::string& text : texts) {
    value(text);
  }
  return end_array();
}

}  // namespace bulkhead::base
