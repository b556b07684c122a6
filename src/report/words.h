// How positions, steps, paths and plan items are said to people. One place, so that the terminal, the explanation and the
// JSON's titles use the same words.
#pragma once

#include <string>

#include "model/attack_graph.h"
#include "model/risk_report.h"

namespace bulkhead::report {

// "internet", "shop/api on worker-1", "service account shop/api", "node worker-1", "control plane", an asset's own title.
std::string position_title(const model::AttackGraph& graph, uint32_t position);
// The same without the node of a workload.
std::string position_short(const model::AttackGraph& graph, uint32_t position);
// "internet → ingress/controller (EXT_SVC_FLAW <flaw>) → …"
std::string path_text(const model::AttackGraph& graph, const model::AttackPath& path);
// Titles of an item's actions: one, or "a + b (together)".
std::string item_title(const model::AttackGraph& graph, const model::PlanItem& item);
// 0.4137 → "41 %"; below 1 % "< 1 %".
std::string percent(double share);
// 14 → "14 days", 1 → "1 day".
std::string days(double count);

}  // namespace bulkhead::report
