// Expat's events build a tree only while inside a wanted element. Expat gets the text in one piece: no token is scanned twice.
#include "base/xml.h"

#include <algorithm>
#include <climits>
#include <memory>

#include <expat.h>

#include "base/text.h"

namespace bulkhead::base {
namespace {

std::string_view local_name(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

struct Reader {
  XML_Parser parser = nullptr;
  std::span<const std::string_view> wanted;
  const Limits& limits;
  std::string_view where;
  const std::function<Status(const XmlElement&)>& each;
  Status status;
  XmlElement root;                // the wanted element that is being read
  std::vector<XmlElement*> open;  // from it down to the innermost one
  uint64_t depth = 0;
  size_t elements = 0;

  std::string place() const {
    return std::string(where) + ":" + std::to_string(XML_GetCurrentLineNumber(parser)) + ":" +
           std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
  }
  void stop(ErrorKind kind, std::string what) {
    if (status) {
      status = fail(kind, std::move(what), place());
    }
    XML_StopParser(parser, XML_FALSE);
  }
};

Reader& reader_of(void* data) { return *static_cast<Reader*>(data); }

void on_start(void* data, const XML_Char* full, const XML_Char** attributes) {
  Reader& r = reader_of(data);
  if (!r.status) {
    return;
  }
  if (++r.depth > r.limits.depth) {
    return r.stop(ErrorKind::limit, "elements nested deeper than " + std::to_string(r.limits.depth));
  }
  const std::string_view name = local_name(full);
  XmlElement* element = nullptr;
  if (!r.open.empty()) {
    if (++r.elements > kMaxXmlElements) {
      return r.stop(ErrorKind::limit, "an element holds more than " + with_thousands(kMaxXmlElements) + " others");
    }
    element = &r.open.back()->children.emplace_back();
  } else if (std::find(r.wanted.begin(), r.wanted.end(), name) != r.wanted.end()) {
    r.root = XmlElement{};
    r.elements = 0;
    element = &r.root;
  } else {
    return;
  }
  element->name = name;
  element->line = XML_GetCurrentLineNumber(r.parser);
  for (size_t i = 0; attributes[i] != nullptr; i += 2) {
    const std::string_view value = attributes[i + 1];
    if (value.size() > r.limits.string_bytes) {
      return r.stop(ErrorKind::limit, "an attribute is longer than " + human_bytes(r.limits.string_bytes));
    }
    element->attributes.emplace_back(local_name(attributes[i]), value);
  }
  r.open.push_back(element);
}

void on_end(void* data, const XML_Char*) {
  Reader& r = reader_of(data);
  if (!r.status) {
    return;
  }
  --r.depth;
  if (r.open.empty()) {
    return;
  }
  r.open.pop_back();
  if (r.open.empty()) {
    r.status = r.each(r.root);
    if (!r.status) {
      XML_StopParser(r.parser, XML_FALSE);
    }
  }
}

void on_text(void* data, const XML_Char* bytes, int size) {
  Reader& r = reader_of(data);
  if (!r.status || r.open.empty()) {
    return;
  }
  std::string& text = r.open.back()->text;
  if (text.size() + static_cast<size_t>(size) > r.limits.string_bytes) {
    return r.stop(ErrorKind::limit, "a text is longer than " + human_bytes(r.limits.string_bytes));
  }
  text.append(bytes, static_cast<size_t>(size));
}

void on_entity(void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*, const XML_Char*, const XML_Char*) {
  reader_of(data).stop(ErrorKind::input, "the document declares an entity: entities are not read");
}

void on_skipped(void* data, const XML_Char*, int parameter) {
  if (parameter == 0) {
    reader_of(data).stop(ErrorKind::input, "the document refers to an entity that is not XML's own");
  }
}

}  // namespace

std::string_view XmlElement::attribute(std::string_view key) const {
  for (const auto& [name_of, value] : attributes) {
    if (name_of == key) {
      return value;
    }
  }
  return {};
}

const XmlElement& XmlElement::child(std::string_view key) const {
  static const XmlElement kNone;
  const auto at = std::find_if(children.begin(), children.end(), [&](const XmlElement& c) { return c.name == key; });
  return at == children.end() ? kNone : *at;
}

std::string_view XmlElement::trimmed() const { return trim(text); }

Status each_xml_element(std::string_view text, std::span<const std::string_view> wanted, const Limits& limits, std::string_view where,
                        const std::function<Status(const XmlElement&)>& each) {
  if (text.size() > limits.document_bytes || text.size() > INT_MAX) {
    return fail(ErrorKind::limit, "larger than the limit of " + human_bytes(std::min<uint64_t>(limits.document_bytes, INT_MAX)),
                std::string(where));
  }
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) {
    return fail(ErrorKind::limit, "no memory for an XML reader", std::string(where));
  }
  Reader r{parser.get(), wanted, limits, where, each, {}, {}, {}, 0, 0};
  XML_SetUserData(parser.get(), &r);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetEntityDeclHandler(parser.get(), on_entity);
  XML_SetSkippedEntityHandler(parser.get(), on_skipped);
  const XML_Status done = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1);
  if (!r.status) {
    return r.status;
  }
  if (done != XML_STATUS_OK) {
    return fail(ErrorKind::input, "not well-formed XML", r.place(), XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  return {};
}

}  // namespace bulkhead::base
