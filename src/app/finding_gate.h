// `--fail-on`: a condition on findings, any of whose terms is enough.
//
// TERM ("|" TERM)…   kev · severity>=WORD · priority>=N · cvss>=N · epss>=N · exploit>=WORD · ssvc>=WORD
// Findings that are decided (not affected, fixed) or of which nothing runs never trip it. A figure that a finding does not have is
// unknown: it does not trip the term, and the finding is counted as not comparable (docs/priority.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/findings_report.h"

namespace bulkhead::app {

class FindingGate {
 public:
  // Error: usage, naming the term.
  static base::Result<FindingGate> parse(std::string_view text);

  enum class Answer { passes, trips, unknown };
  Answer judge(const report::ReportedFinding& finding) const;

 private:
  enum class Field { kev, severity, priority, cvss, epss, exploit, ssvc };
  struct Term {
    Field field = Field::kev;
    double at_least = 0;
  };
  static double value_of(const report::ReportedFinding& finding, Field field);  // negative: not known
  std::vector<Term> terms_;
};

}  // namespace bulkhead::app
