#include "advisory/cvss_choice.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using model::FlawEffect;

int version_order(std::string_view vector) {
  return vector.starts_with("CVSS:3.1") ? 0 : vector.starts_with("CVSS:3.0") ? 1 : vector.starts_with("CVSS:4.0") ? 2 : 3;
}

std::string_view metric(std::string_view vector, std::string_view name) {
  for (const std::string_view part : base::split(vector, '/')) {
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == ':') {
      return part.substr(name.size() + 1);
    }
  }
  return {};
}

FlawEffect effect_of(std::string_view vector) {
  const bool v4 = vector.starts_with("CVSS:4.0");
  const bool v3 = vector.starts_with("CVSS:3.");
  const auto any = [&](std::initializer_list<std::string_view> names, std::initializer_list<std::string_view> values) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      const std::string_view value = metric(vector, name);
      return std::find(values.begin(), values.end(), value) != values.end();
    });
  };
  if (v4 ? any({"VI", "SI"}, {"H"}) : any({"I"}, {v3 ? "H" : "C"})) {
    return FlawEffect::control;
  }
  if (v4 ? any({"VC", "SC"}, {"H"}) : any({"C"}, {v3 ? "H" : "C"})) {
    return FlawEffect::disclosure;
  }
  const bool some_integrity = v4 ? any({"VI", "SI"}, {"L"}) : any({"I"}, {v3 ? "L" : "P"});
  const bool some_secrecy = v4 ? any({"VC", "SC"}, {"L"}) : any({"C"}, {v3 ? "L" : "P"});
  if (some_integrity) {
    return FlawEffect::other;
  }
  if (some_secrecy) {
    return FlawEffect::disclosure;
  }
  return (v4 ? any({"VA", "SA"}, {"H", "L"}) : any({"A"}, {"H", "L", "C", "P"})) ? FlawEffect::availability : FlawEffect::other;
}

// Which effect weighs more for an attacker who wants to move on.
int weight(FlawEffect effect) {
  switch (effect) {
    case FlawEffect::control: return 4;
    case FlawEffect::disclosure: return 3;
    case FlawEffect::other: return 2;
    case FlawEffect::availability: return 1;
    case FlawEffect::unknown: return 0;
  }
  return 0;
}

}  // namespace

CvssChoice choose_cvss(std::vector<RankedVector> vectors) {
  struct Judged {
    RankedVector given;
    double score;
    std::string severity;
  };
  std::vector<Judged> judged;
  CvssChoice out;
  for (RankedVector& v : vectors) {
    Judged j{std::move(v), -1, {}};
    const FlawEffect effect = effect_of(j.given.vector);
    if (weight(effect) > weight(out.effect)) {
      out.effect = effect;
    }
    judged.push_back(std::move(j));
  }
  if (judged.empty()) {
    return out;
  }
  const Judged& best = *std::min_element(judged.begin(), judged.end(), [](const Judged& a, const Judged& b) {
    const int left = version_order(a.given.vector), right = version_order(b.given.vector);
    return std::tie(left, a.given.rank, b.score, a.given.vector) < std::tie(right, b.given.rank, a.score, b.given.vector);
  });
  const std::string_view vector = best.given.vector;
  const std::string_view privileges = metric(vector, "PR"), authentication = metric(vector, "Au"), user = metric(vector, "UI");
  out.vector = vector;
  out.score = best.score;
  out.severity = best.severity;
  out.network = metric(vector, "AV") == "N";
  out.needs_login = privileges == "L" || privileges == "H" || authentication == "S" || authentication == "M";
  out.needs_user = user == "R" || user == "P" || user == "A";
  out.high_complexity = metric(vector, "AC") == "H";
  return out;
}

}  // namespace bulkhead::advisory
