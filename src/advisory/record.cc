#include "advisory/record.h"

#include <algorithm>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using base::JsonView;
using base::JsonWriter;

void write(JsonWriter& w, const Advisory& a) {
  w.member("k", "advisory").member("id", a.id).member("aliases", a.aliases);
  w.member("published", a.published).member("modified", a.modified).member("withdrawn", a.withdrawn).member("summary", a.summary);
  w.member("cvss", a.cvss).member("severity", a.severity).member("effect", a.effect);
  w.key("affected").begin_array();
  for (const Affected& x : a.affected) {
    w.begin_object().member("e", x.ecosystem).member("p", x.package).member("r", x.ranges).member("v", x.versions);
    w.member("s", static_cast<int>(x.state)).member("n", x.note);
    if (!x.symbols.empty()) {
      w.member("y", x.symbols);
    }
    w.end_object();
  }
  w.end_array();
}
void write(JsonWriter& w, const EpssScores& e) {
  w.member("k", "epss").key("rows").begin_array();
  for (const EpssScore& row : e.rows) {
    w.value(row.cve).value(static_cast<uint64_t>(row.score));
  }
  w.end_array();
}
void write(JsonWriter& w, const Exploited& e) {
  w.member("k", "exploited").member("id", e.id).member("date", e.date).member("ransomware", e.ransomware).member("name", e.name);
}
void write(JsonWriter& w, const Exploit& e) { w.member("k", "exploit").member("id", e.id).member("sources", e.sources); }
void write(JsonWriter& w, const Cycle& c) {
  w.member("k", "cycle")
      .member("product", c.product)
      .member("cycle", c.cycle)
      .member("codename", c.codename)
      .member("released", c.released);
  w.member("support", c.support).member("eol", c.end_of_life).member("extended", c.extended).member("latest", c.latest);
}
void write(JsonWriter& w, const Checks& c) { w.member("k", "checks").member("id", c.id).member("json", c.json); }
void write(JsonWriter& w, const VexStatement& s) {
  w.member("k", "vex").member("flaws", s.flaws).member("products", s.products).member("subcomponents", s.subcomponents);
  w.member("status", s.status).member("justification", s.justification).member("words", s.words);
  w.member("document", s.document).member("author", s.author).member("date", s.date);
}
void write(JsonWriter& w, const Fact& f) {
  w.member("k", "fact").member("kind", f.kind).member("name", f.name).member("value", f.value);
}
void write(JsonWriter& w, const FeedInfo& f) { w.member("k", "feed").member("date", f.date).member("note", f.note).member("part", f.part); }
void write(JsonWriter& w, const Skipped& s) { w.member("k", "skip").member("where", s.where).member("why", s.why); }

Advisory read_advisory(JsonView v) {
  Advisory a;
  a.id = v.get("id").text();
  a.aliases = v.get("aliases").texts();
  a.published = checked_date(v.get("published").text());
  a.modified = checked_date(v.get("modified").text());
  a.withdrawn = checked_date(v.get("withdrawn").text());
  a.summary = short_summary(v.get("summary").text());
  a.cvss = v.get("cvss").texts();
  a.severity = severity_word(v.get("severity").text());
  a.effect = v.get("effect").text();
  for (const JsonView& item : v.get("affected").items()) {
    Affected x{item.get("e").text(), item.get("p").text(), item.get("r").text(), item.get("v").texts()};
    const int64_t state = item.get("s").integer().value_or(0);
    if (state > 0 && state < kAffectedStates) {
      x.state = static_cast<AffectedState>(state);
    }
    x.note = item.get("n").text();
    x.symbols = item.get("y").text();
    a.affected.push_back(std::move(x));
  }
  return a;
}

VexStatement read_vex(JsonView v) {
  VexStatement s;
  s.flaws = v.get("flaws").texts();
  s.products = v.get("products").texts();
  s.subcomponents = v.get("subcomponents").texts();
  s.status = v.get("status").text();
  s.justification = v.get("justification").text();
  s.words = short_summary(v.get("words").text());
  s.document = v.get("document").text();
  s.author = v.get("author").text();
  s.date = checked_date(v.get("date").text());
  return s;
}

EpssScores read_scores(JsonView v) {
  EpssScores out;
  const std::vector<JsonView> rows = v.get("rows").items();
  out.rows.reserve(rows.size() / 2);
  for (size_t i = 0; i + 1 < rows.size(); i += 2) {
    const int64_t score = rows[i + 1].integer().value_or(-1);
    if (score >= 0 && score <= static_cast<int64_t>(kScoreUnit)) {
      out.rows.push_back({rows[i].text(), static_cast<uint32_t>(score)});
    }
  }
  return out;
}

}  // namespace

std::string to_line(const Record& record) {
  JsonWriter w;
  w.begin_object();
  std::visit([&](const auto& r) { write(w, r); }, record);
  w.end_object();
  return w.take();
}

base::Result<Record> from_line(std::string_view line) {
  base::Limits limits;
  limits.document_bytes = kMaxLine;
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(line, limits, "record"));
  const JsonView v = document.root();
  const std::string kind = v.get("k").text();
  if (kind == "advisory") {
    return read_advisory(v);
  }
  if (kind == "epss") {
    return read_scores(v);
  }
  if (kind == "exploited") {
    return Exploited{v.get("id").text(), checked_date(v.get("date").text()), v.get("ransomware").flag(), v.get("name").text()};
  }
  if (kind == "exploit") {
    return Exploit{v.get("id").text(), v.get("sources").texts()};
  }
  if (kind == "cycle") {
    return Cycle{v.get("product").text(), v.get("cycle").text(), v.get("codename").text(), v.get("released").text(),
                 v.get("support").text(), v.get("eol").text(),   v.get("extended").text(), v.get("latest").text()};
  }
  if (kind == "checks") {
    return Checks{v.get("id").text(), v.get("json").text()};
  }
  if (kind == "vex") {
    return read_vex(v);
  }
  if (kind == "fact") {
    return Fact{v.get("kind").text(), v.get("name").text(), v.get("value").text()};
  }
  if (kind == "feed") {
    return FeedInfo{checked_date(v.get("date").text()), v.get("note").text(), v.get("part").text()};
  }
  if (kind == "skip") {
    return Skipped{v.get("where").text(), v.get("why").text()};
  }
  return base::fail(base::ErrorKind::internal, "the worker sent a record of an unknown kind", "record",
                    base::escape_terminal(kind.substr(0, 40)));
}

std::string checked_date(std::string_view text) { return base::parse_moment(text) ? std::string(text) : std::string(); }

std::string short_summary(std::string_view text) {
  // Repaired before it is cut: a bad byte becomes three good ones, and a summary must stay the same when it is made again.
  const std::string repaired = base::valid_utf8(text) ? std::string() : base::repair_utf8(text);
  std::string out;
  for (const char c : base::trim(repaired.empty() ? text : repaired)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ')) {
      continue;
    }
    out += blank ? ' ' : c;
    if (out.size() > kMaxSummary + 4) {
      break;
    }
  }
  if (out.size() > kMaxSummary) {
    size_t end = kMaxSummary;
    while (end > 0 && (static_cast<uint8_t>(out[end]) & 0xC0) == 0x80) {
      --end;
    }
    out.resize(end);
    out += "…";
  }
  return out;
}

std::string severity_word(std::string_view text) {
  const std::string word = base::lower_ascii(base::trim(text));
  if (word == "moderate") {
    return "medium";
  }
  if (word == "important") {
    return "high";
  }
  if (word == "negligible" || word == "unimportant") {
    return "low";
  }
  for (const char* known : {"none", "low", "medium", "high", "critical"}) {
    if (word == known) {
      return word;
    }
  }
  return {};
}

bool is_cve(std::string_view name) {
  if (!name.starts_with("CVE-") || name.size() < 13 || name.size() > 20 || name[8] != '-') {
    return false;
  }
  const auto digits = [](std::string_view t) { return std::all_of(t.begin(), t.end(), [](char c) { return c >= '0' && c <= '9'; }); };
  return digits(name.substr(4, 4)) && digits(name.substr(9));
}

std::string advisory_name(std::string_view text) {
  std::string name(base::trim(text));
  if (name.size() > 4 && base::iequals_ascii(std::string_view(name).substr(0, 4), "CVE-")) {
    name.replace(0, 4, "CVE-");
  }
  const bool fine =
      !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c != 0x7F; });
  return fine ? name : std::string();
}

}  // namespace bulkhead::advisory
