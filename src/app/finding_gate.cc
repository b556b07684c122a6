#include "app/finding_gate.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "risk/priority.h"

namespace bulkhead::app {
namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"none", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 5> kExploits = {"none", "proof_of_concept", "weaponised", "kev", "kev_ransomware"};

template <size_t N>
double place_in(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto at = std::ranges::find(words, word);
  return at == words.end() ? -1 : static_cast<double>(at - words.begin());
}

}  // namespace

base::Result<FindingGate> FindingGate::parse(std::string_view text) {
  FindingGate gate;
  for (const std::string_view part : base::split(text, '|')) {
    const std::string_view term = base::trim(part);
    const auto wrong = [&](const std::string& why) {
      return base::fail(base::ErrorKind::usage, "not a condition on findings: " + why, "--fail-on " + std::string(term));
    };
    if (term == "kev") {
      gate.terms_.push_back({Field::kev, 1});
      continue;
    }
    const size_t sign = term.find(">=");
    const size_t wide = term.find("≥");
    const size_t at = std::min(sign, wide);
    if (at == term.npos) {
      return wrong("use kev, or FIELD>=VALUE with severity, priority, cvss, epss, exploit or ssvc");
    }
    const std::string_view field = base::trim(term.substr(0, at));
    const std::string value = base::lower_ascii(base::trim(term.substr(at + (sign < wide ? 2 : std::string_view("≥").size()))));
    Term out;
    if (field == "severity" || field == "exploit" || field == "ssvc") {
      out.field = field == "severity" ? Field::severity : field == "exploit" ? Field::exploit : Field::ssvc;
      out.at_least = field == "severity"  ? place_in(kSeverities, value)
                     : field == "exploit" ? place_in(kExploits, value)
                                          : risk::ssvc_rank(value);
      if (out.at_least < 0) {
        return wrong("'" + value + "' is no " + std::string(field));
      }
    } else if (field == "priority" || field == "cvss" || field == "epss") {
      out.field = field == "priority" ? Field::priority : field == "cvss" ? Field::cvss : Field::epss;
      const auto number = base::parse_double(value);
      if (!number || *number < 0) {
        return wrong("'" + value + "' is no number");
      }
      out.at_least = *number;
    } else {
      return wrong("there is no field '" + std::string(field) + "'");
    }
    gate.terms_.push_back(out);
  }
  return gate;
}

double FindingGate::value_of(const report::ReportedFinding& item, Field field) {
  const model::Finding& f = *item.finding;
  switch (field) {
    case Field::kev: return f.kev ? 1 : 0;
    case Field::severity: return place_in(kSeverities, f.severity);
    case Field::priority: return item.priority.score;
    case Field::cvss: return f.cvss_score;
    case Field::epss: return f.epss;
    case Field::exploit: return static_cast<double>(f.exploit);
    case Field::ssvc: return risk::ssvc_rank(item.ssvc.decision);
  }
  return -1;
}

FindingGate::Answer FindingGate::judge(const report::ReportedFinding& item) const {
  if (item.finding->disposition.settles() || item.finding->runs_no_code) {
    return Answer::passes;
  }
  bool unknown = false;
  for (const Term& term : terms_) {
    const double value = value_of(item, term.field);
    if (value >= term.at_least && value >= 0) {
      return Answer::trips;
    }
    unknown = unknown || value < 0;
  }
  return unknown ? Answer::unknown : Answer::passes;
}

}  // namespace bulkhead::app
