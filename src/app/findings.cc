#include "app/findings.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/components.h"
#include "app/database.h"
#include "app/decisions.h"
#include "app/finding_gate.h"
#include "app/version.h"
#include "app/vex_file.h"
#include "base/file.h"
#include "base/text.h"
#include "match/matcher.h"
#include "match/rematch.h"
#include "report/findings_report.h"
#include "report/terminal.h"
#include "risk/priority.h"

namespace bulkhead::app {
namespace {

using report::FindingsReport;
using report::ReportedFinding;

constexpr uint64_t kMaxCoefficients = 1 << 20;  // bytes
constexpr uint64_t kMaxStored = 2ULL << 30;     // bytes

report::TerminalStyle style_of_terminal() {
  report::TerminalStyle style;
  winsize size{};
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && base::parse_u64(columns)) {
    style.width = static_cast<size_t>(*base::parse_u64(columns));
  } else if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  } else {
    style.width = 160;  // a file: rather too wide than cut
  }
  style.color = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return style;
}

report::Tone tone_of(const std::string& severity) {
  return severity == "critical" || severity == "high" ? report::Tone::bad : severity == "medium" ? report::Tone::warn : report::Tone::plain;
}

std::string evidence_of(const model::Finding& f) { return f.exploit == model::ExploitEvidence::none ? "" : model::exploit_name(f.exploit); }

base::Result<risk::Coefficients> coefficients_of(const std::string& path) {
  std::string own;
  if (!path.empty()) {
    BULKHEAD_TRY(own, base::read_file(path, kMaxCoefficients));
  }
  return risk::Coefficients::load(own, {}, path);
}

// The grade of the component that a finding is about; claimed where it is not told.
class Grades {
 public:
  explicit Grades(const model::Inventory& inventory) {
    for (const model::Component& c : inventory.components) {
      const auto [at, fresh] = by_purl_.emplace(c.purl, c.grade);
      at->second = fresh ? c.grade : std::max(at->second, c.grade);
    }
  }
  model::Grade of(const model::Finding& f) const {
    const auto at = by_purl_.find(f.purl);
    return at == by_purl_.end() ? model::Grade::claimed : at->second;
  }

 private:
  std::map<std::string_view, model::Grade> by_purl_;
};

// CISA's own decision points; its records are by CVE id.
base::Result<std::optional<risk::SsvcPoints>> published_ssvc(const advisory::Database& database, const model::Finding& f) {
  BULKHEAD_TRY(const std::optional<advisory::Ssvc> points, database.ssvc(f.id));
  return points ? std::optional(risk::SsvcPoints{points->exploitation, points->automatable, points->technical_impact, points->date})
                : std::nullopt;
}

base::Status rate(FindingsReport& report, const std::vector<model::Finding>& findings, const advisory::Database& database,
                  const FindingsRequest& request) {
  BULKHEAD_TRY(const risk::Coefficients coefficients, coefficients_of(request.coefficients));
  BULKHEAD_TRY(risk::Priorities priorities, risk::Priorities::create(coefficients, request.as_of));
  const Grades grades(*report.inventory);
  std::map<std::string_view, std::optional<risk::SsvcPoints>> known;  // many components share a flaw
  for (const model::Finding& f : findings) {
    ReportedFinding& item = report.findings.emplace_back();
    item.finding = &f;
    BULKHEAD_TRY(item.priority, priorities.of(f, grades.of(f)));
    const auto [at, fresh] = known.try_emplace(f.id);
    if (fresh) {
      BULKHEAD_TRY(at->second, published_ssvc(database, f));
    }
    BULKHEAD_TRY(item.ssvc, risk::ssvc_of(f, at->second, request.mission));
  }
  if (request.sort == "priority") {
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const ReportedFinding& a, const ReportedFinding& b) { return a.priority.score > b.priority.score; });
  }
  return {};
}

base::Status put(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
             ? base::Status{}
             : base::fail(base::ErrorKind::io, "cannot write", "standard output");
}

base::Status print_jsonl(const FindingsReport& report) {
  for (const ReportedFinding& item : report.findings) {
    base::JsonWriter w;
    w.begin_object();
    model::write_finding_members(w, *item.finding);
    const model::Priority& p = item.priority;
    w.member("priority", p.score).key("priority_inputs").begin_object().member("chance", p.chance).member("chance_by", p.chance_by);
    w.member("harm", p.harm).member("effect", p.effect).member("evidence", p.evidence).member("standing", p.standing).end_object();
    const model::Ssvc& s = item.ssvc;
    w.key("ssvc").begin_object().member("decision", s.decision).member("exploitation", s.exploitation).member("automatable", s.automatable);
    w.member("technical_impact", s.technical_impact).member("mission_wellbeing", s.mission_wellbeing).member("basis", s.basis).end_object();
    w.end_object();
    BULKHEAD_CHECK(put(w.take() + "\n"));
  }
  return {};
}

std::string as_table(const FindingsReport& report) {
  report::Table table(
      {{"FLAW"}, {"SEVERITY"}, {"PRIORITY", true}, {"SSVC"}, {"EXPLOIT"}, {"COMPONENT"}, {"STATUS"}, {"FIXED IN"}, {"WHY", false, true}});
  for (const ReportedFinding& item : report.findings) {
    const model::Finding& f = *item.finding;
    const bool settled = f.disposition.settles();
    const std::string why = f.disposition
                                ? "decided " + f.disposition.status + ": " + f.disposition.reason + " (" + f.disposition.origin + ")"
                                : f.reason.comparison;
    table.add({{f.id, settled ? report::Tone::faint : report::Tone::strong},
               {f.severity, settled ? report::Tone::faint : tone_of(f.severity)},
               {fmt::format("{:.2f}", item.priority.score)},
               {item.ssvc.decision},
               {evidence_of(f)},
               {f.component},
               {settled ? f.disposition.status : model::status_name(f.status)},
               {f.fixed_version},
               {why, report::Tone::faint}});
  }
  return table.empty() ? "no known flaw\n" : table.render(style_of_terminal());
}

base::Status print(const FindingsReport& report, const std::string& format) {
  if (format == "jsonl") {
    return print_jsonl(report);
  }
  const std::string text = format == "sarif"     ? report::render_sarif(report)
                           : format == "openvex" ? report::render_openvex(report)
                                                 : as_table(report);
  if (format == "openvex" && text.empty()) {
    std::fprintf(stderr, "no finding: an OpenVEX document needs at least one statement, so none was written\n");
  }
  return put(text);
}

// The gate's answer over all findings; says on standard error what tripped it, and what could not be compared.
bool gate_trips(const FindingGate& gate, const FindingsReport& report, const std::string& condition) {
  size_t tripped = 0, unknown = 0;
  const ReportedFinding* first = nullptr;
  for (const ReportedFinding& item : report.findings) {
    const FindingGate::Answer answer = gate.judge(item);
    tripped += answer == FindingGate::Answer::trips ? 1 : 0;
    unknown += answer == FindingGate::Answer::unknown ? 1 : 0;
    first = first == nullptr && answer == FindingGate::Answer::trips ? &item : first;
  }
  const std::string shown = base::escape_terminal(condition);
  if (unknown > 0) {
    std::fprintf(stderr, "gate: %zu of the findings lack a figure that '%s' asks for: they did not trip it\n", unknown, shown.c_str());
  }
  if (tripped > 0) {
    std::fprintf(stderr, "gate: %zu of the findings meet '%s', the first is %s of %s\n", tripped, shown.c_str(),
                 base::escape_terminal(first->finding->id).c_str(), base::escape_terminal(first->finding->component).c_str());
  }
  return tripped > 0;
}

struct Matched {
  model::Inventory inventory;
  std::vector<model::Finding> findings;
  std::vector<model::CoverageNote> not_judged;
};

// The source read and matched; or a stored result, of which only what can have changed is matched again.
base::Result<Matched> match_source(const FindingsRequest& request, const advisory::Database& database) {
  Matched out;
  if (request.stored.empty() && request.save.empty()) {
    BULKHEAD_TRY(out.inventory, read_inventory(request.source));
    out.findings = match::match_inventory(out.inventory, database, request.as_of, &out.not_judged);
    return out;
  }
  match::StoredMatch stored;
  if (request.stored.empty()) {
    BULKHEAD_TRY(const model::Inventory inventory, read_inventory(request.source));
    BULKHEAD_TRY(stored, match::match_and_store(inventory, database, request.as_of, version()));
  } else {
    BULKHEAD_TRY(const std::string text, base::read_file(request.stored, kMaxStored));
    BULKHEAD_TRY(stored, match::stored_match_from_json(text, request.stored));
    BULKHEAD_TRY(const match::RematchCount count, match::rematch(stored, database, request.as_of, version()));
    std::fprintf(stderr, "matched again: %zu of %zu components; %zu of %zu answers of the database changed%s%s\n", count.matched,
                 count.components, count.changed, count.questions, count.why_all.empty() ? "" : "; all, since ",
                 base::escape_terminal(count.why_all).c_str());
  }
  if (!request.save.empty()) {
    BULKHEAD_CHECK(base::write_file_atomic(request.save, match::to_json(stored), 0600));
  }
  out.findings = match::findings_of(stored);
  out.not_judged = std::move(stored.coverage);
  out.inventory = std::move(stored.inventory);
  return out;
}

}  // namespace

base::Result<int> print_findings(const FindingsRequest& request) {
  if (request.source.empty() == request.stored.empty()) {
    return base::fail(base::ErrorKind::usage, "give a SOURCE, or --stored FILE");
  }
  std::optional<FindingGate> gate;
  if (!request.fail_on.empty()) {
    BULKHEAD_TRY(gate, FindingGate::parse(request.fail_on));
  }
  BULKHEAD_TRY(match::Decisions decisions, load_decisions(request.decisions, request.vex));
  BULKHEAD_TRY(const advisory::Database database, open_database(request.database));
  BULKHEAD_TRY(Matched matched, match_source(request, database));
  const model::Inventory& inventory = matched.inventory;
  std::vector<model::Finding>& findings = matched.findings;
  FindingsReport report;
  report.inventory = &inventory;
  report.tool_version = version();
  report.author = request.author;
  report.as_of = request.as_of;
  report.advisory_age_days = database.age_days(request.as_of);
  report.not_judged = std::move(matched.not_judged);
  match::DecisionUse used;
  match::DecisionPlace place = match::place_of(inventory);
  place.product = report::product_purl(inventory);
  BULKHEAD_TRY(std::vector<match::Decision> statements, stored_vex(database, findings, place.product));
  decisions.add(std::move(statements));
  decisions.apply(findings, place, request.as_of, used);
  BULKHEAD_CHECK(rate(report, findings, database, request));
  BULKHEAD_CHECK(print(report, request.format));
  for (const model::CoverageNote& note : report.not_judged) {
    const bool judged = note.state == model::CoverageNote::State::read;
    std::fprintf(stderr, "%s: %s: %s\n", judged ? "note" : "not judged", base::escape_terminal(note.what).c_str(),
                 base::escape_terminal(note.why).c_str());
  }
  tell_decisions(used);
  if (!inventory.complete) {
    std::fprintf(stderr, "not all of the source could be read: what is missing here need not be clean\n");
  }
  if (report.advisory_age_days < 0) {
    std::fprintf(stderr, "advisories: no feed of the database is dated\n");
  } else {
    std::fprintf(stderr, "advisories: the newest feed is %.0f day%s old\n", std::floor(report.advisory_age_days),
                 std::floor(report.advisory_age_days) == 1 ? "" : "s");
  }
  if (gate && gate_trips(*gate, report, request.fail_on)) {
    return 1;
  }
  const bool all_judged = std::ranges::all_of(
      report.not_judged, [](const model::CoverageNote& note) { return note.state == model::CoverageNote::State::read; });
  return request.strict && !(inventory.complete && all_judged) ? 4 : 0;
}

}  // namespace bulkhead::app
