#include "app/explain_match.h"

#include <algorithm>
#include <cstdio>

#include "app/database.h"
#include "base/text.h"
#include "match/matcher.h"

namespace bulkhead::app {
namespace {

std::string as_json(const match::Explanation& e) {
  base::JsonWriter w(true);
  w.begin_object().member("schema", "bulkhead.explain_match/1").member("component", e.component.purl).member("flaw", e.flaw);
  w.member("looked_up", e.looked_up).key("records").begin_array();
  for (const match::Judgement& j : e.judgements) {
    w.begin_object().member("record", j.record).member("source", j.source).member("file", j.file).member("feed_date", j.feed_date);
    w.member("verdict", j.verdict).member("decides", j.decides).member("scheme", j.reason.scheme).member("ecosystem", j.reason.ecosystem);
    w.member("package", j.reason.package).member("version", j.reason.version).member("range", j.reason.range);
    w.member("comparison", j.reason.comparison).end_object();
  }
  w.end_array().key("findings").begin_array();
  for (const model::Finding& f : e.findings) {
    model::write_finding(w, f);
  }
  w.end_array().member("notes", e.notes).end_object();
  return w.take() + "\n";
}

std::string as_text(const match::Explanation& e) {
  std::string out;
  const auto line = [&](const std::string& label, const std::string& text) {
    if (!text.empty()) {
      out += label + base::escape_terminal(text) + "\n";
    }
  };
  for (const match::Judgement& j : e.judgements) {
    line(j.decides ? "decides: " : "also:    ",
         j.record + " of " + j.source + (j.feed_date.empty() ? "" : ", feed of " + j.feed_date.substr(0, 10)) + ": " + j.verdict);
    line("  looked up   ", j.reason.ecosystem + " " + j.reason.package);
    line("  range       ", j.reason.range);
    line("  comparison  ",
         j.reason.comparison + (j.reason.comparison.empty() || j.reason.scheme.empty() ? "" : " (" + j.reason.scheme + ")"));
  }
  for (const std::string& note : e.notes) {
    line("note: ", note);
  }
  return out;
}

std::string headline(const match::Explanation& e, const std::string& asked) {
  const std::string what = e.component.name + (e.component.version.empty() ? "" : " " + e.component.version);
  if (e.flaw.empty()) {
    return asked + " says nothing of " + what;
  }
  if (e.findings.empty()) {
    const bool decided =
        std::any_of(e.judgements.begin(), e.judgements.end(), [](const match::Judgement& j) { return j.matches && j.decides; });
    return decided ? e.flaw + " does not count for " + what + ": no code of its own runs there" : e.flaw + " does not match " + what;
  }
  return e.flaw + " matches " + what + ": " + model::status_name(e.findings.front().status) +
         (e.findings.front().fixed_version.empty() ? "" : " in " + e.findings.front().fixed_version);
}

}  // namespace

base::Result<int> explain_match(const std::string& purl, const std::string& advisory_id, const std::string& database_path,
                                const std::string& format) {
  BULKHEAD_TRY(const model::Component component, match::component_of_purl(purl));
  if (component.version.empty()) {
    return base::fail(base::ErrorKind::usage, "the component needs a version", purl);
  }
  BULKHEAD_TRY(const advisory::Database database, open_database(database_path));
  BULKHEAD_TRY(const match::Explanation e, match::explain(component, advisory_id, database, base::now()));
  if (format == "json") {
    std::fputs(as_json(e).c_str(), stdout);
  } else {
    std::printf("%s\n%s", base::escape_terminal(headline(e, advisory_id)).c_str(), as_text(e).c_str());
  }
  return 0;
}

}  // namespace bulkhead::app
