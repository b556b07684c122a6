#include "app/vex_file.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "app/database.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

void read_rows(const advisory::FeedContent& content, std::vector<advisory::StoredVex>& statements, uint64_t& wordless) {
  for (const advisory::VexRow& row : content.vex) {
    const auto status = advisory::vex_status(row.status);
    if (!status) {
      ++wordless;
      continue;
    }
    advisory::StoredVex& v = statements.emplace_back();
    for (const std::string_view flaw : base::split(row.flaws, '\n')) {
      v.flaws.emplace_back(flaw);
    }
    v.product = row.product;
    v.subcomponent = row.subcomponent;
    v.status = *status;
    v.justification = row.justification;
    v.words = row.words;
    v.document = row.document;
    v.author = row.author;
    v.date = row.date;
    v.file = content.feed.file;
  }
}

}  // namespace

base::Result<std::vector<match::Decision>> read_vex(const std::string& path) {
  BULKHEAD_TRY(const std::vector<advisory::FeedContent> contents, read_feed_file(path, {}));
  std::vector<advisory::StoredVex> statements;
  std::string sources;
  uint64_t wordless = 0;
  for (const advisory::FeedContent& content : contents) {
    sources += (sources.empty() ? "" : ", ") + content.feed.source;
    wordless += content.feed.skipped;
    read_rows(content, statements, wordless);
  }
  if (wordless > 0) {
    std::fprintf(stderr, "%s: %s statements could not be read\n", base::escape_terminal(path).c_str(),
                 base::with_thousands(wordless).c_str());
  }
  if (statements.empty()) {
    return base::fail(base::ErrorKind::input, "holds no VEX statement", path, "read as " + sources);
  }
  return match::decisions_of(statements);
}

base::Result<std::vector<match::Decision>> stored_vex(const advisory::Database& database, const std::vector<model::Finding>& findings,
                                                      const std::string& product) {
  std::vector<match::Decision> out;
  BULKHEAD_TRY(const bool any, database.has_vex());
  if (!any) {
    return out;
  }
  // Only what speaks of a finding: a distribution's documents have thousands of statements on one package.
  std::map<std::string, std::vector<std::string>> names;
  for (const model::Finding& f : findings) {
    for (const std::string& subject : {f.purl, product}) {
      std::vector<std::string>& of = names[subject];
      of.push_back(f.id);
      of.insert(of.end(), f.aliases.begin(), f.aliases.end());
    }
  }
  names.erase("");
  for (auto& [subject, flaws] : names) {
    std::sort(flaws.begin(), flaws.end());
    flaws.erase(std::unique(flaws.begin(), flaws.end()), flaws.end());
    BULKHEAD_TRY(const std::vector<advisory::StoredVex> statements, database.vex_statements(subject, flaws));
    for (match::Decision& d : match::decisions_of(statements)) {
      out.push_back(std::move(d));
    }
  }
  return out;
}

}  // namespace bulkhead::app
