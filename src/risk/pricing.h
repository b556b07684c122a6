// Coefficients and facts make chances, values, lead times and efforts.
//
// Formulas (docs/risk-model.md): exploit by EPSS 1 − (1 − EPSS)^(k·h/30), only where the variable's coefficient is
// exploit.epss; attempt 1 − (1 − EPSS)^(k·h/30); residual 1 − (1 − v)^(h/per_days); every other chance is its coefficient, or
// the product of several joined by "+". Chances are kept inside (0, 1): nothing is impossible or certain by a coefficient.
// Errors: ErrorKind::internal for a key that is not there.
#pragma once

#include "base/result.h"
#include "model/attack_graph.h"
#include "risk/coefficients.h"
#include "risk/options.h"
#include "risk/priced.h"

namespace bulkhead::risk {

base::Result<double> chance(const model::Variable& variable, const Coefficients& coefficients, double horizon_days);
base::Result<double> asset_value(const model::Asset& asset, const Coefficients& coefficients);

base::Result<Priced> price(const model::AttackGraph& graph, const Coefficients& coefficients, const Options& options);

// Keys of the graph that no coefficient of their own answers, sorted: the report says that "other" stands for them.
std::vector<std::string> keys_without_row(const model::AttackGraph& graph, const Coefficients& coefficients);

}  // namespace bulkhead::risk
