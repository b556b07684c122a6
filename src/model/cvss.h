// CVSS vectors: exact scores of 2.0, 3.0, 3.1 and 4.0, and what an attacker gains by the flaw.
//
// Sources: FIRST.Org's specifications, https://www.first.org/cvss/v2/guide, …/v3-0/specification-document,
// …/v3.1/specification-document, …/v4-0/specification-document. The numbers of 4.0 (scores of macrovectors, highest vectors of
// each level) are data under data/cvss4/.
//
// A vector is accepted with its metrics in any order; a metric twice, an unknown metric or value, or a missing base metric is
// an error of kind `input`. A 2.0 vector has no prefix and may stand in parentheses.
// Scores are kept in tenths, so that they are exact. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/finding.h"

namespace bulkhead::model {

inline constexpr size_t kMaxCvssBytes = 1024;

struct CvssScores {
  std::string version;               // "2.0", "3.0", "3.1", "4.0"
  int base = 0;                      // tenths: 98 is 9.8. For 4.0 the one score, with threat and environmental metrics.
  std::optional<int> temporal;       // 3.x: always; 2.0: where a temporal metric is given; 4.0: never
  std::optional<int> environmental;  // the same
  std::string severity;              // of `base`: none | low | medium | high | critical
};

base::Result<CvssScores> score_cvss(std::string_view vector);

// none 0, low < 4.0, medium < 7.0, high < 9.0, critical; 2.0 has no critical and no none.
const char* cvss_severity(int tenths, bool version2);

// What the base metrics say about an attack (the "modified" ones of an environment do not count).
struct CvssImpact {
  // control: integrity wholly lost (2.0 I:C, 3.x I:H, 4.0 VI:H, SI:H), or all three partly lost in 2.0, its usual way to say
  // "runs code as a user"; else disclosure: any confidentiality; availability: nothing else; other: some integrity only.
  FlawEffect effect = FlawEffect::unknown;
  bool network = false;          // AV:N
  bool needs_login = false;      // PR:L, PR:H; Au:S, Au:M
  bool needs_user = false;       // UI:R, UI:P, UI:A
  bool high_complexity = false;  // AC:H; 4.0 also AT:P
};

base::Result<CvssImpact> cvss_impact(std::string_view vector);

}  // namespace bulkhead::model
