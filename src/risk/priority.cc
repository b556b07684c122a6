#include "risk/priority.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"
#include "risk/pricing.h"

namespace bulkhead::risk {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

using model::ExploitEvidence;
using model::FindingStatus;

constexpr std::array<std::string_view, 4> kDecisions = {"track", "track*", "attend", "act"};

// The best direct evidence speaks; without any, EPSS; without that, the prior.
const char* exploit_key(const model::Finding& f) {
  switch (f.exploit) {
    case ExploitEvidence::kev_ransomware: return "exploit.ransomware";
    case ExploitEvidence::kev: return "exploit.kev";
    case ExploitEvidence::weaponised: return "exploit.weaponised";
    case ExploitEvidence::proof_of_concept: return "exploit.proof_of_concept";
    case ExploitEvidence::none: break;
  }
  return f.kev ? "exploit.kev" : f.epss >= 0 ? "exploit.epss" : "exploit.prior";
}

using Row = std::array<std::string_view, 4>;

const std::map<Row, std::string_view>& tree() {
  static const auto kTree = [] {
    std::map<Row, std::string_view> out;
    for (const base::EmbeddedFile& file : embedded_files()) {
      if (std::string_view(file.name) != "priority/ssvc_cisa.tsv") {
        continue;
      }
      for (const std::string_view line : base::split(file.content, '\n')) {
        const std::vector<std::string_view> cells = base::split(line, '\t');
        if (!line.starts_with('#') && cells.size() == 5) {
          out.emplace(Row{cells[0], cells[1], cells[2], cells[3]}, cells[4]);
        }
      }
    }
    return out;
  }();
  return kTree;
}

std::string evidence_word(const model::Finding& f) {
  return f.kev || f.exploit >= ExploitEvidence::kev ? "active" : f.exploit != ExploitEvidence::none ? "poc" : "none";
}

int strength(std::string_view exploitation) { return exploitation == "active" ? 2 : exploitation == "poc" ? 1 : 0; }

}  // namespace

base::Result<Priorities> Priorities::create(const Coefficients& coefficients, base::Moment as_of) {
  Priorities out(coefficients, as_of);
  BULKHEAD_TRY(out.horizon_, coefficients.value("horizon"));
  BULKHEAD_TRY(out.unknown_, coefficients.value("priority.standing.unknown"));
  BULKHEAD_TRY(out.investigated_, coefficients.value("priority.standing.under_investigation"));
  BULKHEAD_TRY(out.no_code_, coefficients.value("priority.standing.no_code"));
  for (const auto effect : {model::FlawEffect::unknown, model::FlawEffect::control, model::FlawEffect::disclosure,
                            model::FlawEffect::availability, model::FlawEffect::other, model::FlawEffect::malicious}) {
    BULKHEAD_TRY(const double value, coefficients.value(std::string("priority.effect.") + model::effect_name(effect)));
    out.effects_.push_back(value);
  }
  for (const auto grade : {model::Grade::claimed, model::Grade::files_match, model::Grade::content_identified, model::Grade::loaded}) {
    BULKHEAD_TRY(const double value, coefficients.value(std::string("priority.evidence.") + model::grade_name(grade)));
    out.grades_.push_back(value);
  }
  for (const char* severity : {"none", "low", "medium", "high", "critical", "unknown"}) {
    BULKHEAD_TRY(out.harms_[severity], coefficients.value(std::string("priority.severity.") + severity));
  }
  return out;
}

base::Result<double> Priorities::chance_of(const model::Finding& f, const char* key) {
  if (const auto at = chances_.find(f.id); at != chances_.end()) {
    return at->second;
  }
  model::Variable v{.id = f.id, .kind = model::VariableKind::exploit, .coefficient = key};
  v.epss = f.epss;
  v.cvss = f.cvss_score;
  if (const auto published = base::parse_moment(f.published)) {
    v.age_days = std::max(0.0, static_cast<double>(as_of_ - *published) / static_cast<double>(base::kDay));
  }
  BULKHEAD_TRY(const double out, chance(v, *coefficients_, horizon_));
  chances_.emplace(f.id, out);
  return out;
}

base::Result<model::Priority> Priorities::of(const model::Finding& f, model::Grade grade) {
  model::Priority out;
  const char* key = exploit_key(f);
  out.chance_by = key;
  BULKHEAD_TRY(out.chance, chance_of(f, key));
  const auto harm = harms_.find(f.severity);
  out.harm = f.cvss_score >= 0 ? std::min(1.0, f.cvss_score / 10) : harm != harms_.end() ? harm->second : harms_["unknown"];
  out.effect = effects_.at(static_cast<size_t>(f.effect));
  out.evidence = grades_.at(static_cast<size_t>(grade));
  out.standing = f.disposition.settles() ? 0 : 1;
  out.standing *= f.status == FindingStatus::unknown ? unknown_ : f.status == FindingStatus::under_investigation ? investigated_ : 1;
  out.standing *= f.runs_no_code ? no_code_ : 1;
  out.score = std::round(out.chance * out.harm * out.effect * out.evidence * out.standing * 10'000) / 100;
  return out;
}

int ssvc_rank(std::string_view decision) {
  const auto at = std::ranges::find(kDecisions, decision);
  return at == kDecisions.end() ? -1 : static_cast<int>(at - kDecisions.begin());
}

base::Result<model::Ssvc> ssvc_of(const model::Finding& f, const std::optional<SsvcPoints>& published, std::string_view mission) {
  model::Ssvc out;
  std::vector<std::string> basis, assumed;
  out.exploitation = evidence_word(f);
  if (published) {
    basis.push_back("CISA" + (published->date.empty() ? "" : " " + published->date.substr(0, 10)));
    out.automatable = published->automatable;
    out.technical_impact = published->technical_impact;
    if (strength(published->exploitation) > strength(out.exploitation)) {
      out.exploitation = published->exploitation;
    }
  }
  // Read off the vector where CISA has said nothing: automatable is reconnaissance to exploitation without anybody's help.
  const bool vector = !f.cvss.empty();
  const bool from_vector = vector && (out.automatable.empty() || out.technical_impact.empty());
  if (out.automatable.empty()) {
    out.automatable = vector && !(f.network && !f.needs_login && !f.needs_user && !f.high_complexity) ? "no" : "yes";
    if (!vector) {
      assumed.push_back("automatable");
    }
  }
  if (out.technical_impact.empty()) {
    const bool known = f.effect != model::FlawEffect::unknown;
    const bool partial = known && (f.effect == model::FlawEffect::disclosure || f.effect == model::FlawEffect::availability ||
                                   f.effect == model::FlawEffect::other);
    out.technical_impact = partial ? "partial" : "total";
    if (!known) {
      assumed.push_back("technical impact");
    }
  }
  if (from_vector) {
    basis.push_back("CVSS");
  }
  if (!assumed.empty()) {
    basis.push_back("assumed: " + base::join(assumed, ", "));
  }
  out.mission_wellbeing = mission;
  out.basis = base::join(basis, "; ");
  const auto at = tree().find(Row{out.exploitation, out.automatable, out.technical_impact, out.mission_wellbeing});
  if (at == tree().end()) {
    return base::fail(base::ErrorKind::usage, "the mission must be low, medium or high", "--mission " + std::string(mission));
  }
  out.decision = at->second;
  return out;
}

}  // namespace bulkhead::risk
