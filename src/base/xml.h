// XML in: the elements that a reader asks for, each given whole as a small tree, the rest of the document passed over.
//
// So a document of hundreds of megabytes costs the memory of its largest wanted element. Names are local names: prefixes are
// cut off and namespaces not looked at. Text is what stands directly in an element, character and CDATA parts joined.
//
// Hostile input: nothing is fetched; a document type with a name is passed over, one that declares an entity is refused, and
// so is a reference to an entity that XML itself does not know. Encodings: UTF-8, UTF-16, ISO 8859-1, ASCII as declared;
// text comes out as UTF-8.
// Limits: document_bytes, depth, string_bytes (one text or attribute), kMaxXmlElements in one element that is given whole.
// Errors: ErrorKind::input or limit with `where` and line:column ("oval.xml:12:7"), expat's word as cause.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

inline constexpr size_t kMaxXmlElements = 1'000'000;

struct XmlElement {
  std::string name;
  uint64_t line = 0;  // of its start tag, from 1
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;
  std::vector<XmlElement> children;

  std::string_view attribute(std::string_view key) const;  // empty where there is none
  // First child of that name; an empty element where there is none, so that reading hostile shapes needs no ladder of checks.
  const XmlElement& child(std::string_view key) const;
  // Text without blanks at its ends.
  std::string_view trimmed() const;
};

// Calls `each` for every element whose name is in `wanted`, in document order; wanted names inside a wanted element are part of
// it. An error of `each` ends the reading and is given on.
Status each_xml_element(std::string_view text, std::span<const std::string_view> wanted, const Limits& limits, std::string_view where,
                        const std::function<Status(const XmlElement&)>& each);

}  // namespace bulkhead::base
