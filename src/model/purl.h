// Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`, parsed, normalised by type and written canonically.
//
// Source: the purl specification (https://github.com/package-url/purl-spec, ECMA-427) and its type definitions. Canonical text
// percent-encodes everything but letters, digits and ".-_~:", with '/' only between segments of namespace and subpath.
// Per-type rules are a table in purl.cc. One deliberate exception: golang names keep their case, although the type definition
// says lower case, since Go module paths are case-sensitive and a lowered one finds no advisory (other implementations do the same).
//
// Errors: kind `input`; `limit` for a text over kMaxPurlBytes. Threads: plain values, pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace bulkhead::model {

inline constexpr size_t kMaxPurlBytes = 16 << 10;

struct Purl {
  std::string type;                                             // lower case
  std::string name_space;                                       // decoded segments joined by '/'; empty where there is none
  std::string name;                                             // decoded
  std::string version;                                          // decoded; empty where there is none
  std::vector<std::pair<std::string, std::string>> qualifiers;  // sorted by key; decoded values, none empty
  std::string subpath;                                          // decoded segments joined by '/'

  // Value of a qualifier; empty where there is none.
  std::string_view qualifier(std::string_view key) const;
  // namespace and name as the ecosystem writes them together: "@angular/core", "org.apache.commons:io" (maven), "github.com/x/y".
  std::string full_name() const;
};

base::Result<Purl> parse_purl(std::string_view text);
// Checks and normalises parts that come from elsewhere: keys and type are lowered, the type's rules are applied.
base::Result<Purl> make_purl(Purl parts);
// An object with type, namespace, name, version, qualifiers, subpath; null and missing are the same.
base::Result<Purl> purl_from_json(base::JsonView view);
// Canonical text. The purl must come from the functions above.
std::string to_text(const Purl& purl);

}  // namespace bulkhead::model
