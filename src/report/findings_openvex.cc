#include <map>
#include <set>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "model/purl.h"
#include "report/findings_report.h"

namespace bulkhead::report {
namespace {

using base::JsonWriter;
using model::FindingStatus;

struct Statement {
  std::string status, justification, impact, action, notes;
  auto operator<=>(const Statement&) const = default;
};

// What we found is `affected` or open; only a decision, or a component of which nothing runs, makes it less.
Statement statement_of(const model::Finding& f) {
  Statement s;
  if (const model::Disposition& d = f.disposition; d) {
    s.status = d.status;
    s.justification = d.status == "not_affected" ? d.justification : "";
    s.impact = d.status == "not_affected" && d.justification.empty() ? (d.reason.empty() ? "decided without a reason" : d.reason) : "";
    s.notes = d.reason.empty() ? d.origin : d.reason + " (" + d.origin + (d.author.empty() ? "" : ", " + d.author) + ")";
  } else if (f.runs_no_code) {
    s.status = "not_affected";
    s.justification = "vulnerable_code_not_in_execute_path";
    s.notes = "headers, documentation or debug data: no code of it runs";
  } else if (f.status == FindingStatus::unknown || f.status == FindingStatus::under_investigation) {
    s.status = "under_investigation";
    s.notes = f.reason.comparison;
  } else {
    s.status = "affected";
  }
  if (s.status == "affected") {
    s.action = !f.fixed_version.empty()                  ? "update to " + f.fixed_version
               : f.status == FindingStatus::will_not_fix ? "no fix will come from the publisher"
               : f.status == FindingStatus::end_of_life  ? "the release is out of support: move to a newer one"
                                                         : "no fix is published yet";
    s.notes = s.notes.empty() ? f.reason.comparison : s.notes;
  }
  return s;
}

void optional(JsonWriter& w, std::string_view key, const std::string& text) {
  if (!text.empty()) {
    w.member(key, text);
  }
}

std::string statements_json(const FindingsReport& r) {
  const std::string product = product_purl(*r.inventory);
  JsonWriter w(true);
  w.begin_array();
  // Two places of one component are one statement, unless they were decided differently.
  std::set<std::tuple<std::string, std::string, Statement>> written;
  for (const ReportedFinding& item : r.findings) {
    const model::Finding& f = *item.finding;
    const Statement s = statement_of(f);
    if (!written.emplace(f.id, f.purl, s).second) {
      continue;
    }
    w.begin_object().key("vulnerability").begin_object().member("name", f.id);
    optional(w, "description", f.summary);
    if (!f.aliases.empty()) {
      w.member("aliases", f.aliases);
    }
    w.end_object().key("products").begin_array().begin_object().member("@id", product);
    w.key("identifiers").begin_object().member("purl", product).end_object();
    w.key("subcomponents").begin_array().begin_object();
    if (f.purl.starts_with("pkg:")) {
      w.member("@id", f.purl).key("identifiers").begin_object().member("purl", f.purl).end_object();
    } else {
      w.member("@id", "urn:bulkhead:component:" + base::sha256_hex(f.purl).substr(0, 32));
    }
    w.end_object().end_array().end_object().end_array().member("status", s.status);
    optional(w, "justification", s.justification);
    optional(w, "impact_statement", s.impact);
    optional(w, "action_statement", s.action);
    optional(w, "status_notes", s.notes);
    w.end_object();
  }
  w.end_array();
  return w.take();
}

}  // namespace

std::string product_purl(const model::Inventory& inventory) {
  model::Purl parts;
  const std::string& digest = inventory.manifest_digest.empty() ? inventory.config_digest : inventory.manifest_digest;
  std::string_view reference = inventory.references.empty() ? std::string_view(inventory.subject) : inventory.references.front();
  reference = reference.substr(0, reference.find('@'));
  if (!inventory.references.empty() && !digest.empty()) {
    const size_t slash = reference.rfind('/');
    const size_t colon = reference.find(':', slash == reference.npos ? 0 : slash);
    const std::string_view repository = reference.substr(0, colon);
    parts.type = "oci";
    parts.name = repository.substr(repository.rfind('/') + 1);
    parts.version = digest;
    parts.qualifiers.emplace_back("repository_url", repository);
    if (colon != reference.npos) {
      parts.qualifiers.emplace_back("tag", reference.substr(colon + 1));
    }
  } else {
    while (reference.size() > 1 && reference.ends_with('/')) {
      reference.remove_suffix(1);
    }
    parts.type = "generic";
    parts.name = reference.substr(reference.rfind('/') + 1);
    parts.version = digest;
  }
  if (parts.name.empty()) {
    parts.name = "source";
  }
  const auto purl = model::make_purl(std::move(parts));
  return purl ? model::to_text(*purl) : "pkg:generic/source";
}

std::string render_openvex(const FindingsReport& r) {
  if (r.findings.empty()) {
    return {};
  }
  const std::string statements = statements_json(r);
  const std::string time = base::format_moment(r.as_of);
  const std::string author = r.author.empty() ? "unknown author" : r.author;
  JsonWriter w(true);
  w.begin_object().member("@context", "https://openvex.dev/ns/v0.2.0");
  w.member("@id", "https://openvex.dev/docs/public/vex-" + base::sha256_hex(time + "\n" + author + "\n" + statements));
  w.member("author", author).member("timestamp", time).member("version", 1).member("tooling", "bulkhead " + r.tool_version);
  w.key("statements").raw(statements).end_object();
  return w.take() + "\n";
}

}  // namespace bulkhead::report
