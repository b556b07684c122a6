// Debian's control format, as dpkg's database has it: stanzas of "Field: value" lines, further lines indented, blank lines between.
//
// Source: deb822(5), deb-control(5). Field names are compared without case. Threads: pure functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::catalog {

struct Stanza {
  uint64_t line = 0;                                            // of its first field, from 1
  std::map<std::string, std::string_view, std::less<>> fields;  // lower-case name → first line of the value, trimmed
  std::string_view get(std::string_view lower_name) const {
    const auto found = fields.find(lower_name);
    return found == fields.end() ? std::string_view() : found->second;
  }
};

// Calls `visit` for each stanza. A stanza with a line that is no field is left out and reading goes on after it; the first such
// line is the error that is given at the end.
base::Status each_stanza(std::string_view text, std::string_view where, const std::function<base::Status(const Stanza&)>& visit);

}  // namespace bulkhead::catalog
