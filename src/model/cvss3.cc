// CVSS 2.0, 3.0 and 3.1: closed formulas over a table of weights.
//
// Sums and products are taken in long double. Their error is far below 1e-9, and every score that is exactly on a tenth differs
// from the next value by more, so that rounding with this slack gives the exact result (compared over all base vectors and
// 100,000 others in tests/system/cvss_oracle.py). 3.1 defines its own rounding on five decimals: Appendix A.
#include <algorithm>
#include <cmath>

#include "model/internal/cvss_vector.h"

namespace bulkhead::model {
namespace {

using Number = long double;
constexpr Number kSlack = 1e-9L;

struct Weight {
  std::string_view metric;
  std::string_view value;
  Number weight;
};

// A metric without a row, and a value that is not defined, weighs 1.
template <size_t N>
Number weigh(const Weight (&table)[N], std::string_view metric, std::string_view value) {
  for (const Weight& row : table) {
    if (row.metric == metric && row.value == value) {
      return row.weight;
    }
  }
  return 1;
}

// v2 guide, section 3.2.
constexpr Weight kVersion2[] = {
    {"AV", "L", 0.395L}, {"AV", "A", 0.646L}, {"AC", "H", 0.35L},  {"AC", "M", 0.61L},  {"AC", "L", 0.71L},  {"Au", "M", 0.45L},
    {"Au", "S", 0.56L},  {"Au", "N", 0.704L}, {"C", "N", 0},       {"C", "P", 0.275L},  {"C", "C", 0.66L},   {"I", "N", 0},
    {"I", "P", 0.275L},  {"I", "C", 0.66L},   {"A", "N", 0},       {"A", "P", 0.275L},  {"A", "C", 0.66L},   {"E", "U", 0.85L},
    {"E", "POC", 0.9L},  {"E", "F", 0.95L},   {"RL", "OF", 0.87L}, {"RL", "TF", 0.9L},  {"RL", "W", 0.95L},  {"RC", "UC", 0.9L},
    {"RC", "UR", 0.95L}, {"CDP", "N", 0},     {"CDP", "L", 0.1L},  {"CDP", "LM", 0.3L}, {"CDP", "MH", 0.4L}, {"CDP", "H", 0.5L},
    {"CDP", "X", 0},     {"TD", "N", 0},      {"TD", "L", 0.25L},  {"TD", "M", 0.75L},  {"CR", "L", 0.5L},   {"CR", "H", 1.51L},
    {"IR", "L", 0.5L},   {"IR", "H", 1.51L},  {"AR", "L", 0.5L},   {"AR", "H", 1.51L},
};

// v3.1 specification, section 7.4; the same numbers in 3.0. PR depends on the scope.
constexpr Weight kVersion3[] = {
    {"AV", "N", 0.85L}, {"AV", "A", 0.62L}, {"AV", "L", 0.55L}, {"AV", "P", 0.2L},  {"AC", "L", 0.77L}, {"AC", "H", 0.44L},
    {"UI", "N", 0.85L}, {"UI", "R", 0.62L}, {"C", "H", 0.56L},  {"C", "L", 0.22L},  {"C", "N", 0},      {"I", "H", 0.56L},
    {"I", "L", 0.22L},  {"I", "N", 0},      {"A", "H", 0.56L},  {"A", "L", 0.22L},  {"A", "N", 0},      {"E", "F", 0.97L},
    {"E", "P", 0.94L},  {"E", "U", 0.91L},  {"RL", "W", 0.97L}, {"RL", "T", 0.96L}, {"RL", "O", 0.95L}, {"RC", "R", 0.96L},
    {"RC", "U", 0.92L}, {"CR", "H", 1.5L},  {"CR", "L", 0.5L},  {"IR", "H", 1.5L},  {"IR", "L", 0.5L},  {"AR", "H", 1.5L},
    {"AR", "L", 0.5L},
};

int round_half_up(Number score) { return static_cast<int>(std::floor(score * 10 + 0.5L + kSlack)); }

int round_up(Number score, CvssVersion version) {
  if (version == CvssVersion::v30) {
    return static_cast<int>(std::ceil(score * 10 - kSlack));
  }
  const long scaled = std::lround(score * 100000);
  return static_cast<int>(scaled % 10000 == 0 ? scaled / 10000 : scaled / 10000 + 1);
}

// 3.x: the base formula, over base metrics or modified ones with their requirements.
int score3(const CvssVector& vector, bool environmental) {
  const auto value = [&](std::string_view metric) { return environmental ? vector.modified(metric) : vector.get(metric); };
  const auto weight = [&](std::string_view metric) { return weigh(kVersion3, metric, value(metric)); };
  const auto required = [&](std::string_view metric, std::string_view requirement) {
    return environmental ? weight(metric) * weigh(kVersion3, requirement, vector.get(requirement)) : weight(metric);
  };
  const bool changed = value("S") == "C";
  Number lost = 1 - (1 - required("C", "CR")) * (1 - required("I", "IR")) * (1 - required("A", "AR"));
  if (environmental) {
    lost = std::min(lost, 0.915L);
  }
  Number impact = 6.42L * lost;
  if (changed) {
    impact =
        7.52L * (lost - 0.029L) - 3.25L * (environmental && vector.version() == CvssVersion::v31 ? std::pow(lost * 0.9731L - 0.02L, 13.0L)
                                                                                                 : std::pow(lost - 0.02L, 15.0L));
  }
  if (impact <= 0) {
    return 0;
  }
  const std::string_view privilege = value("PR");
  const Number privileges = privilege == "N" ? 0.85L : privilege == "L" ? (changed ? 0.68L : 0.62L) : (changed ? 0.5L : 0.27L);
  const Number exploitability = 8.22L * weight("AV") * weight("AC") * privileges * weight("UI");
  return round_up(std::min((changed ? 1.08L : 1.0L) * (impact + exploitability), 10.0L), vector.version());
}

}  // namespace

CvssScores score_cvss2(const CvssVector& vector) {
  const auto weight = [&](std::string_view metric) { return weigh(kVersion2, metric, vector.get(metric)); };
  const Number exploitability = 20 * weight("AV") * weight("AC") * weight("Au");
  const auto base = [&](Number impact) { return impact == 0 ? 0 : round_half_up((0.6L * impact + 0.4L * exploitability - 1.5L) * 1.176L); };
  const auto temporal = [&](int tenths) {
    return round_half_up(static_cast<Number>(tenths) / 10 * weight("E") * weight("RL") * weight("RC"));
  };
  CvssScores scores;
  scores.version = "2.0";
  scores.base = std::max(0, base(10.41L * (1 - (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A")))));
  if (vector.any_defined({"E", "RL", "RC"})) {
    scores.temporal = temporal(scores.base);
  }
  if (vector.any_defined({"CDP", "TD", "CR", "IR", "AR"})) {
    const Number adjusted = std::min(
        10.0L, 10.41L * (1 - (1 - weight("C") * weight("CR")) * (1 - weight("I") * weight("IR")) * (1 - weight("A") * weight("AR"))));
    const Number again = static_cast<Number>(temporal(base(adjusted))) / 10;
    scores.environmental = std::max(0, round_half_up((again + (10 - again) * weight("CDP")) * weight("TD")));
  }
  return scores;
}

CvssScores score_cvss3(const CvssVector& vector) {
  const Number threat =
      weigh(kVersion3, "E", vector.get("E")) * weigh(kVersion3, "RL", vector.get("RL")) * weigh(kVersion3, "RC", vector.get("RC"));
  const auto temporal = [&](int tenths) { return round_up(static_cast<Number>(tenths) / 10 * threat, vector.version()); };
  CvssScores scores;
  scores.version = vector.version() == CvssVersion::v30 ? "3.0" : "3.1";
  scores.base = score3(vector, false);
  scores.temporal = temporal(scores.base);
  scores.environmental = temporal(score3(vector, true));
  return scores;
}

}  // namespace bulkhead::model
