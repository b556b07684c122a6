// The only place that sees all sources. Adding one: docs/adding-a-source.md.
#include "advisory/source.h"

#include <algorithm>

#include "advisory/distribution.h"

namespace bulkhead::advisory {
namespace source {

#define ROW(id) extern const Source id;
#include "advisory/source/rows.def"
#undef ROW

}  // namespace source

std::span<const Source* const> sources() {
  static constexpr const Source* kRows[] = {
#define ROW(id) &source::id,
#include "advisory/source/rows.def"
#undef ROW
  };
  return kRows;
}

const Source* find_source(std::string_view name) {
  for (const Source* row : sources()) {
    if (name == row->name) {
      return row;
    }
  }
  return nullptr;
}

namespace {
constexpr size_t kNamesKept = 10'000;
}

const std::vector<std::string>& Sink::kept_under(const std::string& ecosystem) {
  if (const auto at = ecosystems_.find(ecosystem); at != ecosystems_.end()) {
    return at->second;
  }
  if (ecosystems_.size() >= kNamesKept) {
    ecosystems_.clear();
  }
  std::vector<std::string> names = ecosystems_of_release(ecosystem);
  if (names.size() == 1 && names.front() == ecosystem) {
    names.clear();
  }
  return ecosystems_.emplace(ecosystem, std::move(names)).first->second;
}

// Publishers write one release in several ways: records are kept under one name, whatever importer they come from.
std::optional<Record> Sink::renamed(const Advisory& advisory) {
  if (std::all_of(advisory.affected.begin(), advisory.affected.end(), [&](const Affected& x) { return kept_under(x.ecosystem).empty(); })) {
    return std::nullopt;
  }
  Advisory copy = advisory;
  copy.affected.clear();
  for (const Affected& x : advisory.affected) {
    const std::vector<std::string>& names = kept_under(x.ecosystem);
    copy.affected.push_back(x);
    for (size_t i = 0; i < names.size(); ++i) {
      if (i > 0) {
        copy.affected.push_back(x);
      }
      copy.affected.back().ecosystem = names[i];
    }
  }
  return copy;
}

base::Status Sink::add(const Record& record) {
  const auto* advisory = std::get_if<Advisory>(&record);
  const std::optional<Record> other = advisory == nullptr ? std::nullopt : renamed(*advisory);
  std::string line = to_line(other ? *other : record);
  if (line.size() >= kMaxLine) {
    return put_(to_line(Skipped{"record", "the record is longer than the limit of 16 MiB"}));
  }
  return put_(line);
}

base::Status Sink::skip(const Document& document, std::string where, std::string why) {
  return add(Skipped{where.empty() ? document.place : document.place + ", " + where, std::move(why)});
}

}  // namespace bulkhead::advisory
