// What the assessing worker prints: one function per view. All text is escaped by the report room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/scan_report.h"

namespace bulkhead::app {

// Positions that a word of the user names: an id, "internet", "control-plane", "shop/api", "node:worker-1", "worker-1",
// "secret:shop/db", "sa:shop/api". Empty: none.
std::vector<uint32_t> find_positions(const model::AttackGraph& graph, std::string_view word);

// `bulkhead paths`: the shortest simple ways from any of `from` to any of `to`, fewest unknown steps first, at most `most`.
base::Result<std::string> render_paths(const report::ScanReport& report, std::string_view from, std::string_view to, bool json,
                                       const report::TerminalStyle& style, size_t most = 5);

// `bulkhead explain SUBJECT`: a plan item's number, a flaw id, an action id, a step id, or a position.
base::Result<std::string> render_explanation(const report::ScanReport& report, std::string_view subject,
                                             const report::TerminalStyle& style);

}  // namespace bulkhead::app
