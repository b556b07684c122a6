// Which findings can be part of an attack in this cluster, and why the others cannot.
#pragma once

#include <vector>

#include "app/facts.h"
#include "report/scan_report.h"

namespace bulkhead::app {

// Every finding of the images, nodes and the control plane in its place. Refers to `facts`.
std::vector<report::PlacedFinding> place_findings(const Facts& facts, const model::AttackGraph& graph);

}  // namespace bulkhead::app
