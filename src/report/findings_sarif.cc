#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "report/findings_report.h"

namespace bulkhead::report {
namespace {

using base::JsonWriter;

constexpr const char* kSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const char* level_of(const model::Finding& f) {
  if (f.runs_no_code || f.severity == "low" || f.severity == "none") {
    return "note";
  }
  return f.severity == "critical" || f.severity == "high" ? "error" : "warning";
}

// GitHub sorts by this number; where nobody has scored the flaw the word's own middle stands (its documented bands).
std::string security_severity(const model::Finding& f) {
  if (f.cvss_score >= 0) {
    return fmt::format("{:.1f}", f.cvss_score);
  }
  return f.severity == "critical" ? "9.5"
         : f.severity == "high"   ? "8.0"
         : f.severity == "medium" ? "5.5"
         : f.severity == "low"    ? "2.0"
                                  : "0.0";
}

// A path in an image as a relative reference: every byte that would mean something in a URI is escaped.
std::string uri_of(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                       c == '~' || c == '/';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
  // "//host" and "a:b" would be read as more than a path.
  while (out.starts_with("/")) {
    out.erase(0, 1);
  }
  return out.empty() ? "." : out;
}

std::string fixed_words(const model::Finding& f) {
  return f.fixed_version.empty() ? std::string(model::status_name(f.status)) : "fixed in " + f.fixed_version;
}

void write_rule(JsonWriter& w, const model::Finding& f) {
  const std::string title = f.summary.empty() ? f.id : f.id + ": " + f.summary;
  w.begin_object().member("id", f.id);
  w.key("shortDescription").begin_object().member("text", title).end_object();
  std::string help = f.summary.empty() ? "No summary is published." : f.summary;
  help += "\n\nSeverity: " + f.severity + (f.cvss.empty() ? "" : " (" + f.cvss + ")");
  help += f.aliases.empty() ? "" : "\nAlso known as: " + base::join(f.aliases, ", ");
  help += f.sources.empty() ? "" : "\nSources: " + base::join(f.sources, ", ");
  w.key("help").begin_object().member("text", help).end_object();
  w.key("defaultConfiguration").begin_object().member("level", level_of(f)).end_object();
  w.key("properties").begin_object().member("security-severity", security_severity(f)).member("severity", f.severity);
  w.member("cvss", f.cvss).member("aliases", f.aliases).member("kev", f.kev).member("exploit", model::exploit_name(f.exploit));
  w.key("epss");
  f.epss < 0 ? w.null() : w.value(f.epss);
  std::vector<std::string> tags = {"security", "vulnerability"};
  if (f.kev) {
    tags.emplace_back("known-exploited");
  }
  w.member("tags", tags).end_object().end_object();
}

void write_location(JsonWriter& w, const std::string& uri, const model::Finding& f) {
  w.begin_object()
      .key("physicalLocation")
      .begin_object()
      .key("artifactLocation")
      .begin_object()
      .member("uri", uri)
      .member("uriBaseId", "SOURCE");
  // Code scanning shows only results with a line; a package has none, so the first stands for the whole file.
  w.end_object().key("region").begin_object().member("startLine", 1).end_object().end_object();
  w.key("logicalLocations").begin_array().begin_object().member("name", f.component).member("fullyQualifiedName", f.purl);
  w.member("kind", "package").end_object().end_array().end_object();
}

void write_suppression(JsonWriter& w, const model::Disposition& d) {
  std::string words = d.status + (d.justification.empty() ? "" : ", " + d.justification) + (d.reason.empty() ? "" : ": " + d.reason);
  words += " (" + (d.author.empty() ? d.origin : d.author + ", " + d.origin) + (d.expires.empty() ? "" : ", until " + d.expires) + ")";
  w.key("suppressions").begin_array().begin_object().member("kind", "external").member("status", "accepted");
  w.member("justification", words).end_object().end_array();
}

void write_result(JsonWriter& w, const ReportedFinding& item, size_t rule, const model::Inventory& inventory) {
  const model::Finding& f = *item.finding;
  w.begin_object().member("ruleId", f.id).member("ruleIndex", static_cast<uint64_t>(rule)).member("level", level_of(f));
  const std::string message = f.component + " has " + f.id + " (" + f.severity + ", " + fixed_words(f) + "). " + f.reason.comparison;
  w.key("message").begin_object().member("text", message).end_object();
  w.key("locations").begin_array();
  if (f.paths.empty()) {
    write_location(w, uri_of(inventory.subject), f);
  }
  for (const std::string& path : f.paths) {
    write_location(w, uri_of(path), f);
  }
  w.end_array();
  // The version is no part of it: an update that does not fix the flaw is the same result, not a new one.
  const std::string purl = f.purl.substr(0, f.purl.find('@', f.purl.find('/')));
  const std::string place = f.paths.empty() ? "" : f.paths.front();
  w.key("partialFingerprints").begin_object();
  w.member("bulkheadFlawComponentPath/v1", base::sha256_hex(f.id + "\n" + purl + "\n" + place).substr(0, 32)).end_object();
  if (f.disposition.settles()) {
    write_suppression(w, f.disposition);
  }
  w.key("properties").begin_object().member("purl", f.purl).member("status", model::status_name(f.status));
  w.member("fixedVersion", f.fixed_version).member("priority", item.priority.score).member("ssvc", item.ssvc.decision);
  w.member("record", f.reason.record).member("source", f.source).member("range", f.reason.range).member("layer", f.layer);
  w.member("runsNoCode", f.runs_no_code).end_object().end_object();
}

void write_notification(JsonWriter& w, const model::CoverageNote& note) {
  w.begin_object().member("level", note.state == model::CoverageNote::State::error  ? "error"
                                   : note.state == model::CoverageNote::State::read ? "note"
                                                                                    : "warning");
  w.key("message").begin_object().member("text", note.what + ": " + note.why).end_object().end_object();
}

void write_invocation(JsonWriter& w, const FindingsReport& r) {
  w.key("invocations").begin_array().begin_object().member("executionSuccessful", true);
  w.member("endTimeUtc", base::format_moment(r.as_of)).key("toolExecutionNotifications").begin_array();
  for (const model::CoverageNote& note : r.inventory->coverage) {
    if (note.state != model::CoverageNote::State::read) {
      write_notification(w, note);
    }
  }
  for (const model::CoverageNote& note : r.not_judged) {
    write_notification(w, note);
  }
  w.end_array().end_object().end_array();
}

}  // namespace

std::string render_sarif(const FindingsReport& r) {
  std::map<std::string_view, const model::Finding*> rules;
  for (const ReportedFinding& item : r.findings) {
    rules.emplace(item.finding->id, item.finding);
  }
  std::map<std::string_view, size_t> index;
  JsonWriter w(true);
  w.begin_object().member("$schema", kSchema).member("version", "2.1.0").key("runs").begin_array().begin_object();
  w.key("tool").begin_object().key("driver").begin_object().member("name", "Bulkhead").member("version", r.tool_version);
  w.key("rules").begin_array();
  for (const auto& [id, finding] : rules) {
    index.emplace(id, index.size());
    write_rule(w, *finding);
  }
  w.end_array().end_object().end_object();
  write_invocation(w, r);
  w.member("columnKind", "unicodeCodePoints").key("originalUriBaseIds").begin_object().key("SOURCE").begin_object();
  w.key("description").begin_object().member("text", "the top of " + r.inventory->subject).end_object().end_object().end_object();
  w.key("results").begin_array();
  for (const ReportedFinding& item : r.findings) {
    write_result(w, item, index.at(item.finding->id), *r.inventory);
  }
  w.end_array().key("properties").begin_object().member("source", product_purl(*r.inventory)).member("complete", r.inventory->complete);
  w.key("advisoryAgeDays");
  r.advisory_age_days < 0 ? w.null() : w.value(std::floor(r.advisory_age_days));
  w.end_object().end_object().end_array().end_object();
  return w.take() + "\n";
}

}  // namespace bulkhead::report
