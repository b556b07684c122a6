#include "catalog/internal/deb822.h"

#include "base/text.h"

namespace bulkhead::catalog {

base::Status each_stanza(std::string_view text, std::string_view where, const std::function<base::Status(const Stanza&)>& visit) {
  Stanza stanza;
  uint64_t number = 0;
  base::Status result;
  bool broken = false;  // the present stanza
  const auto refuse = [&](const char* what) {
    broken = true;
    stanza.fields.clear();
    if (result) {
      result = base::fail(base::ErrorKind::input, what, std::string(where) + ", line " + base::with_thousands(number));
    }
  };
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
      broken = false;
      continue;
    }
    if (broken) {
      continue;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (stanza.fields.empty()) {
        refuse("a continuation line stands before any field");
      }
      continue;
    }
    if (line.front() == '#') {
      continue;
    }
    const auto [name, value] = base::split_once(line, ':');
    if (!value || name.empty() || name.find_first_of(" \t") != std::string_view::npos) {
      refuse("a line is no field");
      continue;
    }
    if (stanza.fields.empty()) {
      stanza.line = number;
    }
    stanza.fields.emplace(base::lower_ascii(name), base::trim(*value));
  }
  if (!stanza.fields.empty()) {
    BULKHEAD_CHECK(visit(stanza));
  }
  return result;
}

}  // namespace bulkhead::catalog
