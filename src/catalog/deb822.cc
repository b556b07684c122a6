#include "catalog/internal/deb822.h"

#include "base/text.h"

namespace bulkhead::catalog {

base::Status each_stanza(std::string_view text, std::string_view where, const std::function<base::Status(const Stanza&)>& visit) {
  Stanza stanza;
  uint64_t number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (base::trim(line).empty()) {
      if (!stanza.fields.empty()) {
        BULKHEAD_CHECK(visit(stanza));
        stanza.fields.clear();
      }
      continue;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (stanza.fields.empty()) {
        return base::fail(base::ErrorKind::input, "a continuation line stands before any field", std::string(where) + ", line " + base::with_thousands(number));
      }
      continue;
    }
    if (line.front() == '#') {
      continue;
    }
    const auto [name, value] = base::split_once(line, ':');
    if (!value || name.empty() || name.find_first_of(" \t") != std::string_view::npos) {
      return base::fail(base::ErrorKind::input, "a line is no field", std::string(where) + ", line " + base::with_thousands(number));
    }
    if (stanza.fields.empty()) {
      stanza.line = number;
    }
    stanza.fields.emplace(base::lower_ascii(name), base::trim(*value));
  }
  if (!stanza.fields.empty()) {
    BULKHEAD_CHECK(visit(stanza));
  }
  return {};
}

}  // namespace bulkhead::catalog
