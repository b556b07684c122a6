// `bulkhead risk` for people: attackers, assets, single actions and the plan, with figures and their intervals.
#pragma once

#include <string>

#include "model/attack_graph.h"
#include "model/risk_report.h"
#include "report/terminal.h"

namespace bulkhead::report {

std::string risk_text(const model::RiskReport& report, const model::AttackGraph& graph, const TerminalStyle& style = {});

}  // namespace bulkhead::report
