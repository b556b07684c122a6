// Which of a flaw's CVSS vectors speaks for it, and what they say an attacker gains.
//
// Source: FIRST, CVSS v2, v3.1 and v4.0 specifications. Publishers disagree: version 3.1 is preferred (nearly all have it), then
// 3.0, 4.0, 2.0; within one version the publisher of the smaller rank, then the higher score, then the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace bulkhead::advisory {

struct RankedVector {
  int rank = 0;
  std::string vector;
};

struct CvssChoice {
  std::string vector;  // empty: none that can be read
  double score = -1;
  std::string severity;  // none low medium high critical; empty without a vector
  bool network = false, needs_login = false, needs_user = false, high_complexity = false;
  // Of all vectors together: control if any has high integrity impact, else disclosure, else availability, else other.
  model::FlawEffect effect = model::FlawEffect::unknown;
};

CvssChoice choose_cvss(std::vector<RankedVector> vectors);

}  // namespace bulkhead::advisory
