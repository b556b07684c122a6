// Priority of a finding without a cluster: a score from the coefficients, and CISA's SSVC decision. docs/priority.md.
//
// Score: 100 × chance of an exploit × CVSS / 10 × effect × evidence grade × standing; the chance is the risk model's own (direct
// evidence, else EPSS over the horizon, else the prior by severity and age). Threads: pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/inventory.h"
#include "model/priority.h"
#include "risk/coefficients.h"

namespace bulkhead::risk {

// Prices findings of one run. Coefficients are looked up once, the chance of an exploit once a flaw. One thread at a time.
class Priorities {
 public:
  // Error: internal, for a coefficient that is not there.
  static base::Result<Priorities> create(const Coefficients& coefficients, base::Moment as_of);
  // `grade`: of the component. `coefficients` of create() must still live.
  base::Result<model::Priority> of(const model::Finding& finding, model::Grade grade);

 private:
  Priorities(const Coefficients& coefficients, base::Moment as_of) : coefficients_(&coefficients), as_of_(as_of) {}
  base::Result<double> chance_of(const model::Finding& finding, const char* key);

  const Coefficients* coefficients_;
  base::Moment as_of_ = 0;
  double horizon_ = 0, unknown_ = 0, investigated_ = 0, no_code_ = 0;
  std::vector<double> effects_, grades_;              // by the enumeration's number
  std::map<std::string, double, std::less<>> harms_;  // by the severity's word
  std::unordered_map<std::string, double> chances_;   // by flaw
};

// What CISA itself has published of a flaw; empty words are not known.
struct SsvcPoints {
  std::string exploitation, automatable, technical_impact, date;
};
// `mission`: low | medium | high. Exploitation is the stronger of CISA's word and our evidence.
base::Result<model::Ssvc> ssvc_of(const model::Finding& finding, const std::optional<SsvcPoints>& published, std::string_view mission);
// track 0, track* 1, attend 2, act 3; -1 for other words.
int ssvc_rank(std::string_view decision);

}  // namespace bulkhead::risk
