// CVSS 4.0: a table of 270 macrovectors and interpolation inside them.
//
// A vector falls into one macrovector, a level for each of six equivalence classes, and begins with that macrovector's score. For
// each class the score of the macrovector one level lower says how much the class is worth; the vector loses the share of it
// that it lies below the highest vector of its level, in single steps out of the level's depth. The mean of these losses over
// the classes that have a lower macrovector is taken off.
// All of it is integers: scores in tenths, steps, depths. The mean is an exact fraction, rounded half up.
//
// Source: CVSS v4.0 specification, section 8 (https://www.first.org/cvss/v4-0/specification-document). Tables: data/cvss4/.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"
#include "model/internal/cvss_vector.h"

namespace bulkhead::model {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

// Values of each metric from most to least severe: a step is one to the right.
struct Order {
  std::string_view metric;
  std::string_view values;
};
constexpr Order kOrders[] = {
    {"AV", "NALP"}, {"PR", "NLH"},  {"UI", "NPA"},  {"AC", "LH"},  {"AT", "NP"},  {"VC", "HLN"}, {"VI", "HLN"}, {"VA", "HLN"},
    {"SC", "HLN"},  {"SI", "SHLN"}, {"SA", "SHLN"}, {"CR", "HML"}, {"IR", "HML"}, {"AR", "HML"}, {"E", "APU"},
};

int steps(std::string_view metric, std::string_view from, std::string_view to) {
  for (const Order& order : kOrders) {
    if (order.metric == metric) {
      return static_cast<int>(order.values.find(to)) - static_cast<int>(order.values.find(from));
    }
  }
  return 0;
}

using Highest = std::vector<std::pair<std::string_view, std::string_view>>;  // metric, value

struct Level {
  int depth = 1;
  std::vector<Highest> highest;
};

struct Tables {
  std::map<std::string_view, int> scores;                                 // macrovector → tenths
  std::map<std::pair<std::string_view, std::string_view>, Level> levels;  // class, level
};

Tables read_tables() {
  Tables tables;
  for (const base::EmbeddedFile& file : embedded_files()) {
    for (const std::string_view line : base::split(file.content, '\n')) {
      const auto fields = base::split(line, '\t');
      if (line.starts_with('#') || fields.size() < 2) {
        continue;
      }
      if (file.name == "cvss4/macrovectors.tsv") {
        const auto [whole, tenth] = base::split_once(fields[1], '.');
        tables.scores[fields[0]] =
            static_cast<int>(base::parse_u64(whole).value_or(0) * 10 + base::parse_u64(tenth.value_or("0")).value_or(0));
      } else if (file.name == "cvss4/highest.tsv" && fields.size() == 4) {
        Level& level = tables.levels[{fields[0], fields[1]}];
        level.depth = static_cast<int>(base::parse_u64(fields[2]).value_or(1));
        for (const std::string_view vector : base::split(fields[3], ' ')) {
          Highest& highest = level.highest.emplace_back();
          for (const std::string_view field : base::split(vector, '/')) {
            const auto [metric, value] = base::split_once(field, ':');
            highest.emplace_back(metric, value.value_or(""));
          }
        }
      }
    }
  }
  return tables;
}

const Tables& tables() {
  static const Tables read = read_tables();
  return read;
}

// The metric with its environment; what is not defined counts as the worst.
std::string_view effective(const CvssVector& vector, std::string_view metric) {
  if (metric == "E" || metric == "CR" || metric == "IR" || metric == "AR") {
    const std::string_view value = vector.get(metric);
    return value != "X" ? value : metric == "E" ? "A" : "H";
  }
  return vector.modified(metric);
}

// Section 8.2, tables 24 to 29.
std::string macrovector(const CvssVector& vector) {
  const auto is = [&](std::string_view metric, std::string_view value) { return effective(vector, metric) == value; };
  const bool network = is("AV", "N");
  const bool no_login = is("PR", "N");
  const bool no_user = is("UI", "N");
  const bool high_c = is("VC", "H");
  const bool high_i = is("VI", "H");
  const bool high_a = is("VA", "H");
  std::string text(6, '0');
  text[0] = network && no_login && no_user ? '0' : (network || no_login || no_user) && !is("AV", "P") ? '1' : '2';
  text[1] = is("AC", "L") && is("AT", "N") ? '0' : '1';
  text[2] = high_c && high_i ? '0' : high_c || high_i || high_a ? '1' : '2';
  text[3] = is("SI", "S") || is("SA", "S") ? '0' : is("SC", "H") || is("SI", "H") || is("SA", "H") ? '1' : '2';
  text[4] = is("E", "A") ? '0' : is("E", "P") ? '1' : '2';
  text[5] = (is("CR", "H") && high_c) || (is("IR", "H") && high_i) || (is("AR", "H") && high_a) ? '0' : '1';
  return text;
}

// Score of the macrovector with one class's digits raised; nullopt where there is none.
std::optional<int> score_of(const std::string& macro) {
  const auto found = tables().scores.find(macro);
  return found == tables().scores.end() ? std::nullopt : std::optional(found->second);
}

std::string raised(std::string macro, std::initializer_list<size_t> digits) {
  for (const size_t digit : digits) {
    ++macro[digit];
  }
  return macro;
}

// Best score of the macrovectors one level lower in EQ3 and EQ6, which move together.
std::optional<int> lower_of_36(const std::string& macro) {
  if (macro[2] == '0' && macro[5] == '0') {
    return std::max(score_of(raised(macro, {5})), score_of(raised(macro, {2})));
  }
  return score_of(raised(macro, {macro[5] == '0' ? size_t{5} : size_t{2}}));
}

// Steps below the first highest vector of the level that is nowhere below the vector.
int steps_below(const CvssVector& vector, const Level& level) {
  for (const Highest& highest : level.highest) {
    int sum = 0;
    bool above = true;
    for (const auto& [metric, value] : highest) {
      const int distance = steps(metric, value, effective(vector, metric));
      above = above && distance >= 0;
      sum += distance;
    }
    if (above) {
      return sum;
    }
  }
  return 0;
}

}  // namespace

CvssScores score_cvss4(const CvssVector& vector) {
  CvssScores scores;
  scores.version = "4.0";
  const bool harmless = std::ranges::all_of(std::initializer_list<std::string_view>{"VC", "VI", "VA", "SC", "SI", "SA"},
                                            [&](std::string_view metric) { return effective(vector, metric) == "N"; });
  const std::string macro = macrovector(vector);
  const std::optional<int> start = score_of(macro);
  if (harmless || !start) {
    return scores;
  }
  struct Class {
    std::string_view name;
    std::string level;
    std::optional<int> lower;
  };
  const Class classes[] = {
      {"1", macro.substr(0, 1), score_of(raised(macro, {0}))}, {"2", macro.substr(1, 1), score_of(raised(macro, {1}))},
      {"36", {macro[2], macro[5]}, lower_of_36(macro)},        {"4", macro.substr(3, 1), score_of(raised(macro, {3}))},
      {"5", macro.substr(4, 1), score_of(raised(macro, {4}))},
  };
  constexpr int kCommon = 840;  // a multiple of every depth: 1, 2, 4, 5, 6, 7, 8, 10
  int loss = 0;                 // in tenths / kCommon
  int lower_classes = 0;
  for (const Class& row : classes) {
    if (!row.lower) {
      continue;
    }
    ++lower_classes;
    const auto level = tables().levels.find({row.name, row.level});
    if (row.name != "5" && level != tables().levels.end()) {
      loss += (*start - *row.lower) * steps_below(vector, level->second) * (kCommon / level->second.depth);
    }
  }
  const int divisor = kCommon * std::max(lower_classes, 1);
  // Rounded half up: floor(x + 1/2) of (start·divisor − loss) / divisor.
  const int rounded = (2 * (*start * divisor - loss) + divisor) / (2 * divisor);
  scores.base = std::clamp(rounded, 0, 100);
  return scores;
}

}  // namespace bulkhead::model
