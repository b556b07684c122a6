// Priority of a finding without a cluster: a score from the coefficients, and CISA's SSVC decision. docs/priority.md.
//
// Score: 100 × chance of an exploit × CVSS / 10 × effect × evidence grade × standing; the chance is the risk model's own (direct
// evidence, else EPSS over the horizon, else the prior by severity and age). Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/inventory.h"
#include "model/priority.h"
#include "risk/coefficients.h"

namespace bulkhead::risk {

// `grade`: of the component. Error: internal, for a coefficient that is not there.
base::Result<model::Priority> priority_of(const model::Finding& finding, model::Grade grade, const Coefficients& coefficients,
                                          base::Moment as_of);

// What CISA itself has published of a flaw; empty words are not known.
struct SsvcPoints {
  std::string exploitation, automatable, technical_impact, date;
};
// `mission`: low | medium | high. Exploitation is the stronger of CISA's word and our evidence.
base::Result<model::Ssvc> ssvc_of(const model::Finding& finding, const std::optional<SsvcPoints>& published, std::string_view mission);
// track 0, track* 1, attend 2, act 3; -1 for other words.
int ssvc_rank(std::string_view decision);

}  // namespace bulkhead::risk
