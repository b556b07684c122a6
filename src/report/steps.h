// The steps of an attack graph for programs (one JSON object a line) and for people.
#pragma once

#include <string>

#include "model/attack_graph.h"

namespace bulkhead::report {

struct StepFilter {
  std::string state;  // empty: all
  std::string row;    // empty: all
};

// {"step","from":{"kind","namespace","name","node"},"to":{…},"state","cut_by","needs_flaw","flaws","facts","technique","id"}
std::string steps_jsonl(const model::AttackGraph& graph, const StepFilter& filter = {});
// Counts by row and state, then a line a step.
std::string steps_table(const model::AttackGraph& graph, const StepFilter& filter = {});
// "shop/api@worker-1", "service account shop/api", "node worker-1", …
std::string position_words(const model::Position& position);

}  // namespace bulkhead::report
