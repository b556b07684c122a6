#include "match/internal/finding_of.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using model::FindingStatus;
using model::Tri;

FindingStatus status_of(const Judged& decider) {
  if (decider.verdict.affected == Tri::unknown) {
    return decider.record->state == AffectedState::under_investigation ? FindingStatus::under_investigation : FindingStatus::unknown;
  }
  if (!decider.verdict.fixed_version.empty()) {
    return FindingStatus::fixed_available;
  }
  switch (decider.record->state) {
    case AffectedState::no_fix: return FindingStatus::no_fix;
    case AffectedState::will_not_fix: return FindingStatus::will_not_fix;
    case AffectedState::deferred: return FindingStatus::deferred;
    case AffectedState::under_investigation: return FindingStatus::under_investigation;
    default: break;
  }
  // An open range is the publisher's word that no release has the fix; a last affected version or a list is not.
  const std::string& ranges = decider.record->ranges;
  const bool open = !ranges.empty() && ranges.find("last_affected ") == std::string::npos && ranges.find("fixed ") == std::string::npos;
  return open ? FindingStatus::no_fix : FindingStatus::affected;
}

}  // namespace

base::Result<model::Finding> finding_of(const Subject& subject, const Judged& decider, const advisory::Database& database) {
  BULKHEAD_TRY(std::optional<advisory::Flaw> flaw, database.flaw(decider.record->flaw));
  BULKHEAD_TRY(std::optional<advisory::RecordInfo> record, database.record(decider.record->advisory));
  if (!flaw || !record) {
    return base::fail(base::ErrorKind::input, "the advisory database names a record that is not in it");
  }
  model::Finding f;
  f.id = std::move(flaw->name);
  f.aliases = std::move(flaw->aliases);
  f.purl = subject.purl;
  f.component = subject.component;
  f.status = status_of(decider);
  f.fixed_version = decider.verdict.fixed_version;
  f.severity = std::move(flaw->severity);
  f.cvss = std::move(flaw->cvss);
  f.cvss_score = flaw->cvss_score;
  f.epss = flaw->epss < 0 ? -1 : static_cast<double>(flaw->epss) / advisory::kScoreUnit;
  f.epss_before = flaw->epss_before < 0 ? -1 : static_cast<double>(flaw->epss_before) / advisory::kScoreUnit;
  f.kev = flaw->exploit >= model::ExploitEvidence::kev;
  f.exploit = flaw->exploit;
  f.exploit_sources = std::move(flaw->exploit_sources);
  f.effect = flaw->effect;
  f.network = flaw->network;
  f.needs_login = flaw->needs_login;
  f.needs_user = flaw->needs_user;
  f.high_complexity = flaw->high_complexity;
  f.published = std::move(flaw->published);
  f.summary = std::move(flaw->summary);
  f.source = std::move(record->source);
  f.sources = std::move(flaw->sources);
  if (f.severity == "unknown" && decider.record->note.starts_with("urgency ")) {
    const std::string word = advisory::severity_word(decider.record->note.substr(8, decider.record->note.find(';') - 8));
    f.severity = word.empty() ? f.severity : word;
  }
  f.reason = {std::move(record->id),     subject.scheme,
              subject.package,           subject.ecosystem,
              subject.version,           decider.verdict.range + (decider.record->note.empty() ? "" : " (" + decider.record->note + ")"),
              decider.verdict.comparison};
  return f;
}

void sort_findings(std::vector<model::Finding>& findings) {
  const auto before = [](const model::Finding& a, const model::Finding& b) {
    return std::tie(a.purl, a.paths, a.id) < std::tie(b.purl, b.paths, b.id);
  };
  // An SBOM may list one component twice: no flaw of one thing in one place is told twice.
  const auto forget_repetitions = [&] {
    const auto same = [](const model::Finding& a, const model::Finding& b) {
      return std::tie(a.purl, a.paths, a.id) == std::tie(b.purl, b.paths, b.id);
    };
    findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
  };
  if (std::is_sorted(findings.begin(), findings.end(), before)) {
    forget_repetitions();  // components come sorted
    return;
  }
  // A finding is large: sort places, then move each once.
  std::vector<size_t> order(findings.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) { return before(findings[left], findings[right]); });
  std::vector<model::Finding> sorted;
  sorted.reserve(findings.size());
  for (const size_t at : order) {
    sorted.push_back(std::move(findings[at]));
  }
  findings = std::move(sorted);
  forget_repetitions();
}

}  // namespace bulkhead::match
