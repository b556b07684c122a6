#include "model/finding.h"

#include <array>

namespace bulkhead::model {
namespace {

constexpr std::array kStatuses = {"affected",    "fixed_available",     "no_fix", "will_not_fix", "deferred",
                                  "end_of_life", "under_investigation", "unknown"};
constexpr std::array kEffects = {"unknown", "control", "disclosure", "availability", "other", "malicious"};
constexpr std::array kExploits = {"none", "proof_of_concept", "weaponised", "kev", "kev_ransomware"};

template <typename Enum, size_t N>
Enum from_name(const std::array<const char*, N>& names, std::string_view name, Enum fallback) {
  for (size_t i = 0; i < N; ++i) {
    if (name == names[i]) {
      return static_cast<Enum>(i);
    }
  }
  return fallback;
}

void write_score(base::JsonWriter& w, std::string_view key, double score) {
  w.key(key);
  if (score < 0) {
    w.null();
  } else {
    w.value(score);
  }
}

}  // namespace

const char* status_name(FindingStatus status) { return kStatuses[static_cast<size_t>(status)]; }
const char* effect_name(FlawEffect effect) { return kEffects[static_cast<size_t>(effect)]; }
const char* exploit_name(ExploitEvidence evidence) { return kExploits[static_cast<size_t>(evidence)]; }

void write_finding(base::JsonWriter& w, const Finding& f) {
  w.begin_object();
  write_finding_members(w, f);
  w.end_object();
}

void write_finding_members(base::JsonWriter& w, const Finding& f) {
  w.member("id", f.id).member("aliases", f.aliases).member("purl", f.purl).member("component", f.component);
  w.member("status", status_name(f.status)).member("fixed_version", f.fixed_version).member("severity", f.severity).member("cvss", f.cvss);
  write_score(w, "cvss_score", f.cvss_score);
  write_score(w, "epss", f.epss);
  if (f.epss_before >= 0) {
    w.member("epss_before", f.epss_before);
  }
  w.member("kev", f.kev).member("exploit", exploit_name(f.exploit)).member("exploit_sources", f.exploit_sources);
  w.member("effect", effect_name(f.effect)).member("network", f.network).member("needs_login", f.needs_login);
  w.member("needs_user", f.needs_user).member("high_complexity", f.high_complexity).member("published", f.published);
  w.member("summary", f.summary).member("source", f.source).member("sources", f.sources);
  w.key("reason").begin_object();
  w.member("record", f.reason.record).member("scheme", f.reason.scheme).member("package", f.reason.package);
  w.member("ecosystem", f.reason.ecosystem).member("version", f.reason.version).member("range", f.reason.range);
  w.member("comparison", f.reason.comparison).end_object();
  w.member("paths", f.paths).member("layer", f.layer).member("runs_no_code", f.runs_no_code);
  if (const Disposition& d = f.disposition; d) {
    w.key("disposition").begin_object().member("status", d.status).member("justification", d.justification).member("reason", d.reason);
    w.member("author", d.author).member("decided", d.decided).member("expires", d.expires).member("origin", d.origin).end_object();
  }
}

base::Result<Finding> finding_from_json(base::JsonView v) {
  if (v.kind() != base::JsonKind::object || !v.get("id").string()) {
    return base::fail(base::ErrorKind::input, "a finding must be an object with an id");
  }
  Finding f;
  f.id = v.get("id").text();
  f.aliases = v.get("aliases").texts();
  f.purl = v.get("purl").text();
  f.component = v.get("component").text();
  f.status = from_name(kStatuses, v.get("status").text(), FindingStatus::unknown);
  f.fixed_version = v.get("fixed_version").text();
  f.severity = v.get("severity").text("unknown");
  f.cvss = v.get("cvss").text();
  f.cvss_score = v.get("cvss_score").number().value_or(-1);
  f.epss = v.get("epss").number().value_or(-1);
  f.epss_before = v.get("epss_before").number().value_or(-1);
  f.kev = v.get("kev").flag();
  f.exploit = from_name(kExploits, v.get("exploit").text(), ExploitEvidence::none);
  f.exploit_sources = v.get("exploit_sources").texts();
  f.effect = from_name(kEffects, v.get("effect").text(), FlawEffect::unknown);
  f.network = v.get("network").flag();
  f.needs_login = v.get("needs_login").flag();
  f.needs_user = v.get("needs_user").flag();
  f.high_complexity = v.get("high_complexity").flag();
  f.published = v.get("published").text();
  f.summary = v.get("summary").text();
  f.source = v.get("source").text();
  f.sources = v.get("sources").texts();
  const base::JsonView reason = v.get("reason");
  f.reason = {reason.get("record").text(),  reason.get("scheme").text(), reason.get("package").text(),   reason.get("ecosystem").text(),
              reason.get("version").text(), reason.get("range").text(),  reason.get("comparison").text()};
  f.paths = v.get("paths").texts();
  f.layer = v.get("layer").text();
  f.runs_no_code = v.get("runs_no_code").flag();
  const base::JsonView d = v.get("disposition");
  f.disposition = {d.get("status").text(),  d.get("justification").text(), d.get("reason").text(), d.get("author").text(),
                   d.get("decided").text(), d.get("expires").text(),       d.get("origin").text()};
  return f;
}

}  // namespace bulkhead::model
