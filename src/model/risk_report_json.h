// The one JSON form of a risk report: "bulkhead.plan/1". Keys: docs/risk-model.md ("The report").
#pragma once

#include <string>

#include "base/json.h"
#include "model/attack_graph.h"
#include "model/risk_report.h"

namespace bulkhead::model {

// Writes one object; `graph` is the one that the report's indices point into.
void write_risk_report(base::JsonWriter& writer, const RiskReport& report, const AttackGraph& graph);
std::string to_json(const RiskReport& report, const AttackGraph& graph);

}  // namespace bulkhead::model
