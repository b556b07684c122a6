#include "model/cvss.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "model/internal/cvss_vector.h"

namespace bulkhead::model {
namespace {

struct Metric {
  std::string_view name;
  std::string_view values;  // separated by blanks
  bool required = false;
};

constexpr Metric kVersion2[] = {
    {"AV", "L A N", true}, {"AC", "H M L", true}, {"Au", "M S N", true},  {"C", "N P C", true}, {"I", "N P C", true},
    {"A", "N P C", true},  {"E", "U POC F H ND"}, {"RL", "OF TF W U ND"}, {"RC", "UC UR C ND"}, {"CDP", "N L LM MH H ND"},
    {"TD", "N L M H ND"},  {"CR", "L M H ND"},    {"IR", "L M H ND"},     {"AR", "L M H ND"},
};

constexpr Metric kVersion3[] = {
    {"AV", "N A L P", true}, {"AC", "L H", true},  {"PR", "N L H", true}, {"UI", "N R", true}, {"S", "U C", true}, {"C", "N L H", true},
    {"I", "N L H", true},    {"A", "N L H", true}, {"E", "X U P F H"},    {"RL", "X O T W U"}, {"RC", "X U R C"},  {"CR", "X L M H"},
    {"IR", "X L M H"},       {"AR", "X L M H"},    {"MAV", "X N A L P"},  {"MAC", "X L H"},    {"MPR", "X N L H"}, {"MUI", "X N R"},
    {"MS", "X U C"},         {"MC", "X N L H"},    {"MI", "X N L H"},     {"MA", "X N L H"},
};

constexpr Metric kVersion4[] = {
    {"AV", "N A L P", true}, {"AC", "L H", true},   {"AT", "N P", true},   {"PR", "N L H", true},
    {"UI", "N P A", true},   {"VC", "H L N", true}, {"VI", "H L N", true}, {"VA", "H L N", true},
    {"SC", "H L N", true},   {"SI", "H L N", true}, {"SA", "H L N", true}, {"E", "X A P U"},
    {"CR", "X H M L"},       {"IR", "X H M L"},     {"AR", "X H M L"},     {"MAV", "X N A L P"},
    {"MAC", "X L H"},        {"MAT", "X N P"},      {"MPR", "X N L H"},    {"MUI", "X N P A"},
    {"MVC", "X H L N"},      {"MVI", "X H L N"},    {"MVA", "X H L N"},    {"MSC", "X H L N"},
    {"MSI", "X S H L N"},    {"MSA", "X S H L N"},  {"S", "X N P"},        {"AU", "X N Y"},
    {"R", "X A U I"},        {"V", "X D C"},        {"RE", "X L M H"},     {"U", "X Clear Green Amber Red"},
};

bool allows(const Metric& metric, std::string_view value) {
  const auto values = base::split(metric.values, ' ');
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::unexpected<base::Error> malformed(std::string what, std::string_view vector) {
  return base::fail(base::ErrorKind::input, std::move(what), std::string(vector));
}

}  // namespace

base::Result<CvssVector> CvssVector::parse(std::string_view text) {
  if (text.size() > kMaxCvssBytes) {
    return base::fail(base::ErrorKind::limit, "CVSS vector longer than " + std::to_string(kMaxCvssBytes) + " bytes");
  }
  constexpr std::pair<std::string_view, CvssVersion> kPrefixes[] = {
      {"CVSS:3.0/", CvssVersion::v30}, {"CVSS:3.1/", CvssVersion::v31}, {"CVSS:4.0/", CvssVersion::v4}};
  CvssVector vector;
  vector.version_ = CvssVersion::v2;
  std::string_view rest = text;
  for (const auto& [prefix, version] : kPrefixes) {
    if (text.starts_with(prefix)) {
      vector.version_ = version;
      rest = text.substr(prefix.size());
    }
  }
  if (vector.version_ == CvssVersion::v2) {
    if (text.starts_with("CVSS:")) {
      return malformed("unknown CVSS version", text);
    }
    if (rest.starts_with('(') && rest.ends_with(')')) {
      rest = rest.substr(1, rest.size() - 2);
    }
  }
  const std::span<const Metric> known = vector.version_ == CvssVersion::v2   ? std::span<const Metric>(kVersion2)
                                        : vector.version_ == CvssVersion::v4 ? std::span<const Metric>(kVersion4)
                                                                             : std::span<const Metric>(kVersion3);
  for (const std::string_view field : base::split(rest, '/')) {
    const auto [name, value] = base::split_once(field, ':');
    const auto metric = std::find_if(known.begin(), known.end(), [&, wanted = name](const Metric& m) { return m.name == wanted; });
    if (!value || metric == known.end()) {
      return malformed("no metric of this CVSS version: " + std::string(field), text);
    }
    if (!allows(*metric, *value)) {
      return malformed("no value of this metric: " + std::string(field), text);
    }
    for (const auto& [seen, unused] : vector.values_) {
      if (seen == name) {
        return malformed("metric given twice: " + std::string(name), text);
      }
    }
    vector.values_.emplace_back(name, *value);
  }
  for (const Metric& metric : known) {
    if (metric.required && vector.get(metric.name) == "X") {
      return malformed("base metric missing: " + std::string(metric.name), text);
    }
  }
  return vector;
}

std::string_view CvssVector::get(std::string_view metric) const {
  for (const auto& [name, value] : values_) {
    if (name == metric) {
      return value == "ND" ? "X" : value;
    }
  }
  return "X";
}

std::string_view CvssVector::modified(std::string_view metric) const {
  std::array<char, 8> name{'M'};
  std::copy(metric.begin(), metric.end(), name.begin() + 1);
  const std::string_view value = get(std::string_view(name.data(), metric.size() + 1));
  return value == "X" ? get(metric) : value;
}

bool CvssVector::any_defined(std::initializer_list<std::string_view> metrics) const {
  return std::any_of(metrics.begin(), metrics.end(), [this](std::string_view metric) { return get(metric) != "X"; });
}

const char* cvss_severity(int tenths, bool version2) {
  if (tenths >= 90 && !version2) {
    return "critical";
  }
  return tenths >= 70 ? "high" : tenths >= 40 ? "medium" : tenths > 0 || version2 ? "low" : "none";
}

base::Result<CvssScores> score_cvss(std::string_view text) {
  BULKHEAD_TRY(const CvssVector vector, CvssVector::parse(text));
  CvssScores scores = vector.version() == CvssVersion::v2   ? score_cvss2(vector)
                      : vector.version() == CvssVersion::v4 ? score_cvss4(vector)
                                                            : score_cvss3(vector);
  scores.severity = cvss_severity(scores.base, vector.version() == CvssVersion::v2);
  return scores;
}

base::Result<CvssImpact> cvss_impact(std::string_view text) {
  BULKHEAD_TRY(const CvssVector vector, CvssVector::parse(text));
  const bool version2 = vector.version() == CvssVersion::v2;
  const bool version4 = vector.version() == CvssVersion::v4;
  const auto lost = [&](std::initializer_list<std::string_view> metrics) {
    return std::any_of(metrics.begin(), metrics.end(), [&](std::string_view metric) { return !vector.is(metric, "N"); });
  };
  bool control = false;
  bool disclosure = false;
  bool integrity = false;
  bool availability = false;
  if (version4) {
    control = vector.is("VI", "H") || vector.is("SI", "H");
    disclosure = lost({"VC", "SC"});
    integrity = lost({"VI", "SI"});
    availability = lost({"VA", "SA"});
  } else {
    disclosure = lost({"C"});
    integrity = lost({"I"});
    availability = lost({"A"});
    control = version2 ? vector.is("I", "C") || (disclosure && integrity && availability) : vector.is("I", "H");
  }
  CvssImpact impact;
  impact.effect = control        ? FlawEffect::control
                  : disclosure   ? FlawEffect::disclosure
                  : integrity    ? FlawEffect::other
                  : availability ? FlawEffect::availability
                                 : FlawEffect::other;
  impact.network = vector.is("AV", "N");
  impact.needs_login = version2 ? !vector.is("Au", "N") : !vector.is("PR", "N");
  impact.needs_user = !version2 && !vector.is("UI", "N");
  impact.high_complexity = vector.is("AC", "H") || (version4 && vector.is("AT", "P"));
  return impact;
}

}  // namespace bulkhead::model
