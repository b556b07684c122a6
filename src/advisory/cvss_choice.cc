#include "advisory/cvss_choice.h"

#include <algorithm>
#include <tuple>

#include "model/cvss.h"

namespace bulkhead::advisory {
namespace {

using model::FlawEffect;

int version_order(std::string_view version) { return version == "3.1" ? 0 : version == "3.0" ? 1 : version == "4.0" ? 2 : 3; }

// Which effect weighs more for an attacker who wants to move on.
int weight(FlawEffect effect) {
  switch (effect) {
    case FlawEffect::malicious: return 5;
    case FlawEffect::control: return 4;
    case FlawEffect::disclosure: return 3;
    case FlawEffect::other: return 2;
    case FlawEffect::availability: return 1;
    case FlawEffect::unknown: return 0;
  }
  return 0;
}

struct Judged {
  RankedVector given;
  model::CvssScores scores;
  model::CvssImpact impact;
};

}  // namespace

CvssChoice choose_cvss(std::vector<RankedVector> vectors) {
  std::vector<Judged> judged;
  CvssChoice out;
  for (RankedVector& v : vectors) {
    const auto scores = model::score_cvss(v.vector);
    const auto impact = model::cvss_impact(v.vector);
    if (!scores || !impact) {
      continue;  // publishers write broken vectors, too; the word of severity stays
    }
    if (weight(impact->effect) > weight(out.effect)) {
      out.effect = impact->effect;
    }
    judged.push_back({std::move(v), *scores, *impact});
  }
  if (judged.empty()) {
    return out;
  }
  const Judged& best = *std::min_element(judged.begin(), judged.end(), [](const Judged& a, const Judged& b) {
    const int left = version_order(a.scores.version), right = version_order(b.scores.version);
    return std::tie(left, a.given.rank, b.scores.base, a.given.vector) < std::tie(right, b.given.rank, a.scores.base, b.given.vector);
  });
  out.vector = best.given.vector;
  out.score = static_cast<double>(best.scores.base) / 10.0;
  out.severity = best.scores.severity;
  out.network = best.impact.network;
  out.needs_login = best.impact.needs_login;
  out.needs_user = best.impact.needs_user;
  out.high_complexity = best.impact.high_complexity;
  return out;
}

}  // namespace bulkhead::advisory
