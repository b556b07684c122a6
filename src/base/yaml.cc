// One pass over libyaml's events. A finished value is JSON text at once; it goes into the frame of the mapping or sequence
// that holds it, and under its anchor's name if it has one. So there is no tree, and an alias is a copy of text whose
// total is bounded. Scalars are resolved after go-yaml v2 (resolve.go), which is what kubectl's reader is built on.
#include "base/yaml.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include <yaml.h>

#include "base/base64.h"
#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

struct Event {
  yaml_event_t event{};
  ~Event() { yaml_event_delete(&event); }
};

struct Parser {
  yaml_parser_t parser{};
  bool usable = false;
  Parser() { usable = yaml_parser_initialize(&parser) != 0; }
  ~Parser() {
    if (usable) {
      yaml_parser_delete(&parser);
    }
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
};

// What a scalar is: JSON text, and its text as an object's key.
struct Scalar {
  enum class Kind { null, boolean, number, string } kind = Kind::string;
  std::string json;
  std::string key;
};

std::optional<bool> yaml11_boolean(std::string_view text) {
  for (const char* const word : {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}) {
    if (text == word) {
      return true;
    }
  }
  for (const char* const word : {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}) {
    if (text == word) {
      return false;
    }
  }
  return std::nullopt;
}

bool yaml_null(std::string_view text) { return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL"; }

// A whole number by Go's strconv rules for base 0, underscores taken out before. nullopt: not one, or over 64 bits.
std::optional<std::string> whole_number(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int radix = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    radix = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || (negative && value > 1ULL << 63)) {
    return std::nullopt;
  }
  return (negative && value != 0 ? "-" : "") + std::to_string(value);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ++at;
    }
    return at - from;
  };
  const auto sign = [&] { at += at < text.size() && (text[at] == '-' || text[at] == '+') ? 1 : 0; };
  sign();
  const size_t before = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0 && before == 0) {
      return false;
    }
  } else if (before == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    sign();
    if (digits() == 0) {
      return false;
    }
  }
  return at == text.size();
}

std::optional<std::string> float_number(std::string_view text) {
  if (!looks_like_float(text)) {
    return std::nullopt;
  }
  const bool negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  char buffer[64];
  if (negative) {
    value = -value;
  }
  // A whole number of 20 digits or more would read as an integer over 64 bits, which JSON readers refuse.
  const auto [last, written] = std::abs(value) < 1e18 ? std::to_chars(buffer, buffer + sizeof buffer, value)
                                                      : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  return std::string(buffer, last);
}

// `tag` is empty for an untagged scalar; `plain` is false for quoted and block ones. nullopt: the tag does not fit the text.
std::optional<Scalar> resolve(std::string_view text, std::string_view tag, bool plain) {
  const auto string = [&](std::string_view value) { return Scalar{Scalar::Kind::string, json_quote(value), std::string(value)}; };
  const std::string_view core = tag.starts_with(kCoreTag) ? tag.substr(kCoreTag.size()) : std::string_view();
  if (core == "binary") {
    const auto bytes = decode_base64(text);
    return bytes ? std::optional(string(*bytes)) : std::nullopt;
  }
  const bool wants = core == "int" || core == "float" || core == "bool" || core == "null";
  if (tag.empty() ? !plain : !wants) {
    return string(text);  // quoted, !!str, or a tag of the writer's own
  }
  if (core.empty() || core == "bool") {
    if (const auto flag = yaml11_boolean(text)) {
      return Scalar{Scalar::Kind::boolean, *flag ? "true" : "false", *flag ? "true" : "false"};
    }
  }
  if ((core.empty() || core == "null") && yaml_null(text)) {
    return Scalar{Scalar::Kind::null, "null", "null"};
  }
  if (core.empty() || core == "int" || core == "float") {
    const std::string compact = replace_all(std::string(text), "_", "");
    const char first = text.empty() ? '\0' : text[0];
    const bool starts_number = (first >= '0' && first <= '9') || first == '-' || first == '+';
    auto number = starts_number ? whole_number(compact) : std::nullopt;
    if (!number && (starts_number || first == '.')) {
      number = float_number(first == '.' ? std::string(text) : compact);
    }
    if (number) {
      return Scalar{Scalar::Kind::number, *number, *number};
    }
    // .inf and .nan are numbers to YAML that JSON has no word for; kubectl fails on them too.
    const std::string_view bare = first == '-' || first == '+' ? text.substr(1) : text;
    if (bare == ".inf" || bare == ".Inf" || bare == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN") {
      return std::nullopt;
    }
  }
  return wants ? std::nullopt : std::optional(string(text));
}

struct Frame {
  bool mapping = false;
  std::string anchor;
  std::string json;  // sequence: the elements so far
  std::vector<std::pair<std::string, std::string>> members;
  std::unordered_map<std::string, size_t> index;  // key → members
  std::vector<bool> merged;                       // member came by `<<`, so it may be written again
  std::optional<std::string> key;                 // waiting for its value
  bool merge = false;                             // the key was `<<`

  void put(std::string name, std::string value, bool by_merge) {
    const auto [at, fresh] = index.try_emplace(name, members.size());
    if (fresh) {
      members.emplace_back(std::move(name), std::move(value));
      merged.push_back(by_merge);
    } else {
      members[at->second].second = std::move(value);
      merged[at->second] = by_merge;
    }
  }
};

class Converter {
 public:
  Converter(std::string_view text, const Limits& limits, std::string_view where)
      : limits_(limits), where_(where), alias_budget_(std::min<uint64_t>(limits.document_bytes, (1ULL << 20) + 16 * text.size())) {}

  Result<std::vector<YamlText>> run(std::string_view text) {
    if (text.size() > limits_.document_bytes) {
      return fail(ErrorKind::limit, "YAML of " + human_bytes(text.size()) + " is over the limit of " + human_bytes(limits_.document_bytes),
                  where_);
    }
    Parser yaml;
    if (!yaml.usable) {
      return fail(ErrorKind::limit, "no memory for a YAML parser", where_);
    }
    yaml_parser_set_input_string(&yaml.parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    for (;;) {
      Event holder;
      yaml_event_t& event = holder.event;
      if (yaml_parser_parse(&yaml.parser, &event) == 0) {
        const char* const problem = yaml.parser.problem == nullptr ? "the parser stopped" : yaml.parser.problem;
        line_ = yaml.parser.problem_mark.line + 1;
        if (yaml.parser.error == YAML_READER_ERROR) {
          return fail(ErrorKind::input, "not valid YAML", where_ + ", byte " + std::to_string(yaml.parser.problem_offset), problem);
        }
        return error("not valid YAML", problem);
      }
      line_ = event.start_mark.line + 1;
      if (event.type == YAML_STREAM_END_EVENT) {
        return std::move(documents_);
      }
      BULKHEAD_CHECK(take(event));
    }
  }

 private:
  std::unexpected<Error> error(std::string what, std::string cause = {}, ErrorKind kind = ErrorKind::input) const {
    return fail(kind, std::move(what), where_ + ":" + std::to_string(line_), std::move(cause));
  }

  static std::string text_of(const yaml_char_t* text) {
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
  }

  Status take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        documents_.push_back({"null", line_});
        anchors_.clear();
        return {};
      case YAML_ALIAS_EVENT: return alias(text_of(event.data.alias.anchor));
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_SEQUENCE_START_EVENT: return open(false, text_of(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT: return open(true, text_of(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return close();
      default: return {};
    }
  }

  Status scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    if (data.length > limits_.string_bytes) {
      return error("YAML string of " + human_bytes(data.length) + " is over the limit of " + human_bytes(limits_.string_bytes), {},
                   ErrorKind::limit);
    }
    const std::string_view text(reinterpret_cast<const char*>(data.value), data.length);
    std::string tag = text_of(data.tag);
    if (tag == "!") {  // the non-specific tag: a string
      tag = std::string(kCoreTag) + "str";
    }
    const bool plain = data.style == YAML_PLAIN_SCALAR_STYLE;
    if (wants_key() && text == "<<" && ((tag.empty() && plain) || tag == std::string(kCoreTag) + "merge")) {
      frames_.back().key = "<<";
      frames_.back().merge = true;
      return {};
    }
    auto resolved = resolve(text, tag, plain);
    if (!resolved) {
      return error("a YAML value that JSON cannot hold: \"" + std::string(text.substr(0, 80)) + "\"", tag);
    }
    if (const std::string anchor = text_of(data.anchor); !anchor.empty()) {
      anchors_[anchor] = {resolved->json, resolved->key, resolved->kind != Scalar::Kind::null};
    }
    if (wants_key()) {
      return take_key(std::move(resolved->key), resolved->kind != Scalar::Kind::null);
    }
    return value(std::move(resolved->json));
  }

  bool wants_key() const { return !frames_.empty() && frames_.back().mapping && !frames_.back().key; }

  Status take_key(std::string name, bool usable) {
    if (!usable) {
      return error("a key of a YAML mapping must be a string, number or boolean");
    }
    const Frame& frame = frames_.back();
    if (const auto found = frame.index.find(name); found != frame.index.end() && !frame.merged[found->second]) {
      return error("key \"" + name.substr(0, 80) + "\" is written twice in one mapping");
    }
    frames_.back().key = std::move(name);
    return {};
  }

  Status alias(const std::string& name) {
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      return error("alias of an unknown anchor \"" + name.substr(0, 80) + "\"");
    }
    if (++aliases_ > limits_.yaml_aliases) {
      return error("more than " + std::to_string(limits_.yaml_aliases) + " aliases in one YAML stream", {}, ErrorKind::limit);
    }
    if (found->second.json.size() > alias_budget_) {
      return error("YAML aliases expand to too much text", {}, ErrorKind::limit);
    }
    alias_budget_ -= found->second.json.size();
    if (wants_key()) {
      return take_key(found->second.key, found->second.is_key);
    }
    return value(found->second.json);
  }

  Status open(bool mapping, std::string anchor) {
    if (wants_key()) {
      return error("a key of a YAML mapping must be a string, number or boolean");
    }
    if (frames_.size() >= limits_.depth) {
      return error("YAML nested deeper than the limit of " + std::to_string(limits_.depth), {}, ErrorKind::limit);
    }
    Frame frame;
    frame.mapping = mapping;
    frame.anchor = std::move(anchor);
    frames_.push_back(std::move(frame));
    return {};
  }

  Status close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    std::string json;
    if (frame.mapping) {
      json = "{";
      for (const auto& [key, text] : frame.members) {
        json += (json.size() == 1 ? "" : ",") + json_quote(key) + ":";
        json += text;
      }
      json += '}';
    } else {
      json = "[" + std::move(frame.json) + "]";
    }
    if (!frame.anchor.empty()) {
      anchors_[frame.anchor] = {json, {}, false};
    }
    return value(std::move(json));
  }

  Status value(std::string json) {
    if (frames_.empty()) {
      documents_.back().json = std::move(json);
      return {};
    }
    Frame& frame = frames_.back();
    if (!frame.mapping) {
      if (!frame.json.empty()) {
        frame.json += ',';
      }
      frame.json += json;
      return {};
    }
    if (frame.merge) {
      frame.merge = false;
      frame.key.reset();
      return merge(frame, json);
    }
    frame.put(*std::move(frame.key), std::move(json), false);
    frame.key.reset();
    return {};
  }

  // `<<: mapping` or `<<: [mappings]`, of which the earlier wins.
  Status merge(Frame& frame, const std::string& json) {
    BULKHEAD_TRY(const JsonDocument document, JsonDocument::parse(json, limits_, where_));
    std::vector<JsonView> sources = document.root().items();
    if (document.root().kind() != JsonKind::array) {
      sources = {document.root()};
    }
    for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
      if (source->kind() != JsonKind::object) {
        return error("a YAML merge (<<) needs a mapping or a list of mappings");
      }
      source->each([&](std::string_view key, JsonView member) { frame.put(std::string(key), member.dump(), true); });
    }
    return {};
  }

  struct Anchor {
    std::string json;
    std::string key;
    bool is_key = false;
  };

  const Limits& limits_;
  std::string where_;
  uint64_t alias_budget_;
  uint64_t aliases_ = 0;
  uint64_t line_ = 1;
  std::vector<YamlText> documents_;
  std::vector<Frame> frames_;
  std::map<std::string, Anchor> anchors_;
};

}  // namespace

Result<std::vector<YamlText>> yaml_to_json(std::string_view text, const Limits& limits, std::string_view where) {
  return Converter(text, limits, where).run(text);
}

Result<std::vector<JsonDocument>> parse_yaml(std::string_view text, const Limits& limits, std::string_view where) {
  BULKHEAD_TRY(const std::vector<YamlText> texts, yaml_to_json(text, limits, where));
  std::vector<JsonDocument> documents;
  for (const YamlText& one : texts) {
    BULKHEAD_TRY(JsonDocument document, JsonDocument::parse(one.json, limits, std::string(where) + ":" + std::to_string(one.line)));
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace bulkhead::base
