#include "risk/pricing.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"

namespace bulkhead::risk {
namespace {

constexpr double kEdge = 1e-9;    // chances stay this far inside (0, 1)
constexpr double kEpssDays = 30;  // what EPSS is a chance over: first.org/epss/model

double inside(double p) { return std::clamp(p, kEdge, 1 - kEdge); }

// The chance over `days` of what has chance p over `per` days, at k times its pace.
double over(double p, double k, double days, double per) { return 1 - std::pow(1 - std::clamp(p, 0.0, 1.0), k * days / per); }

// CVSS's own qualitative scale (CVSS 3.1, section 5; the same in 4.0).
const char* severity(double cvss) {
  if (cvss < 0) return "unscored";
  return cvss >= 9 ? "critical" : cvss >= 7 ? "high" : cvss >= 4 ? "medium" : "low";
}

base::Result<double> prior(const model::Variable& variable, const Coefficients& coefficients) {
  BULKHEAD_TRY(const double base_chance, coefficients.value(std::string("exploit.prior.") + severity(variable.cvss)));
  BULKHEAD_TRY(const double young, coefficients.value("exploit.prior.young_days"));
  BULKHEAD_TRY(const double old, coefficients.value("exploit.prior.old_days"));
  const char* age = variable.age_days < 0 ? "undated" : variable.age_days < young ? "young" : variable.age_days < old ? "grown" : "old";
  BULKHEAD_TRY(const double factor, coefficients.value(std::string("exploit.prior.") + age));
  return base_chance * factor;
}

base::Result<double> product(std::string_view keys, const Coefficients& coefficients) {
  double result = 1;
  for (const std::string_view key : base::split(keys, '+')) {
    BULKHEAD_TRY(const double value, coefficients.value(key));
    result *= value;
  }
  return result;
}

// "value.secret.tls" for kubernetes.io/tls.
std::string secret_key(std::string_view type) {
  const size_t slash = type.rfind('/');
  return "value.secret." + base::lower_ascii(slash == std::string_view::npos ? type : type.substr(slash + 1));
}

std::string environment_of(const model::Asset& asset) { return asset.environment.empty() ? "none" : asset.environment; }

std::string value_key(const model::Asset& asset, const Coefficients& coefficients) {
  if (asset.kind == "secret") {
    const std::string key = secret_key(asset.secret_type);
    return coefficients.find(key) != nullptr ? key : "value.secret.other";
  }
  if (asset.kind == "workload") {
    const std::string key = "value.workload." + environment_of(asset);
    return coefficients.find(key) != nullptr ? key : "value.workload.none";
  }
  return "value." + base::replace_all(asset.kind, "-", "_");
}

}  // namespace

base::Result<double> chance(const model::Variable& variable, const Coefficients& coefficients, double horizon_days) {
  const std::string& key = variable.coefficient;
  if (key == "exploit.prior" || (key == "exploit.epss" && variable.epss < 0)) {
    BULKHEAD_TRY(const double p, prior(variable, coefficients));
    return inside(p);
  }
  if (key == "exploit.epss") {
    BULKHEAD_TRY(const double k, coefficients.value(key));
    return inside(over(variable.epss, k, horizon_days, kEpssDays));
  }
  if (key.starts_with("attempt.")) {
    BULKHEAD_TRY(const double k, coefficients.value(key));
    BULKHEAD_TRY(const double missing, coefficients.value("attempt.epss_missing"));
    return inside(over(variable.epss < 0 ? missing : variable.epss, k, horizon_days, kEpssDays));
  }
  BULKHEAD_TRY(const double p, product(key, coefficients));
  if (key.starts_with("residual.")) {
    BULKHEAD_TRY(const double per, coefficients.value("residual.per_days"));
    return inside(over(p, 1, horizon_days, per));
  }
  return inside(p);
}

base::Result<double> asset_value(const model::Asset& asset, const Coefficients& coefficients) {
  if (asset.explicit_value >= 0) return asset.explicit_value;
  BULKHEAD_TRY(double value, coefficients.value(value_key(asset, coefficients)));
  if (asset.kind == "secret" || asset.kind == "volume") {
    const std::string key = "value.environment." + environment_of(asset);
    BULKHEAD_TRY(const double factor, coefficients.value(coefficients.find(key) != nullptr ? key : "value.environment.none"));
    value *= factor;
  }
  return value;
}

base::Result<Priced> price(const model::AttackGraph& graph, const Coefficients& coefficients, const Options& options) {
  Priced priced;
  priced.horizon_days = options.horizon_days;
  if (priced.horizon_days <= 0) {
    BULKHEAD_TRY(priced.horizon_days, coefficients.value("horizon"));
  }
  for (const model::Variable& variable : graph.variables) {
    BULKHEAD_TRY(const double p, chance(variable, coefficients, priced.horizon_days));
    priced.chance.push_back(p);
  }
  for (const model::Asset& asset : graph.assets) {
    BULKHEAD_TRY(const double value, asset_value(asset, coefficients));
    priced.asset_value.push_back(value);
  }
  BULKHEAD_TRY(const double scale, coefficients.value("effort.scale"));
  for (const model::Action& action : graph.actions) {
    BULKHEAD_TRY(const double lead, coefficients.value(action.lead));
    BULKHEAD_TRY(const double effort, coefficients.value(action.effort));
    priced.lead_days.push_back(lead);
    priced.effort.push_back(effort * std::pow(static_cast<double>(std::max<uint64_t>(1, action.weight)), scale));
    const size_t dot = action.effort.rfind('.');
    priced.effort_band.push_back(dot == std::string::npos ? action.effort : action.effort.substr(dot + 1));
  }
  for (const model::Attacker& attacker : graph.attackers) {
    PricedAttacker made;
    made.name = attacker.name;
    const auto told = options.weights.find(attacker.name);
    if (told != options.weights.end()) {
      made.weight = told->second;
    } else if (const Coefficient* weight = coefficients.find("blend." + attacker.name)) {
      made.weight = weight->value;
    } else {
      return base::fail(base::ErrorKind::internal, "no coefficient for 'blend." + attacker.name + "'");
    }
    double sum = 0;
    for (const model::Start& start : attacker.starts) sum += std::max(0.0, start.weight);
    for (const model::Start& start : attacker.starts) {
      made.starts.push_back({start.position, sum > 0 ? std::max(0.0, start.weight) / sum : 0});
    }
    if (!(sum > 0)) made.weight = 0;  // an attacker with nowhere to start
    priced.attackers.push_back(std::move(made));
  }
  return priced;
}

std::vector<std::string> keys_without_row(const model::AttackGraph& graph, const Coefficients& coefficients) {
  std::set<std::string> missing;
  for (const model::Variable& variable : graph.variables) {
    if (variable.coefficient == "exploit.prior") continue;
    for (const std::string_view key : base::split(variable.coefficient, '+')) {
      if (coefficients.falls_back(key)) missing.insert(std::string(key));
    }
  }
  for (const model::Action& action : graph.actions) {
    if (coefficients.falls_back(action.lead)) missing.insert(action.lead);
    if (coefficients.falls_back(action.effort)) missing.insert(action.effort);
  }
  return {missing.begin(), missing.end()};
}

}  // namespace bulkhead::risk
