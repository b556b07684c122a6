// The file of own decisions, and the commands on it.
//
// YAML (JSON is YAML too): {"schema": "bulkhead.decisions/1", "decisions": [...]}, written sorted by flaw, component and id, so that it
// lives well in version control. Default: decisions.yaml in the configuration folder (app/database_trust.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "match/decision.h"

namespace bulkhead::app {

std::string decisions_path(const std::optional<std::string>& given);
// A default file that is not there is no decisions; one that was named must be there.
// `vex`: VEX documents, each read in a worker; their statements come behind the own decisions.
base::Result<match::Decisions> load_decisions(const std::optional<std::string>& given, const std::vector<std::string>& vex);

// Prints the decision. `update`: what is not given in it keeps what the present one has.
base::Result<int> add_decision(const std::optional<std::string>& file, match::Decision decision);
base::Result<int> list_decisions(const std::optional<std::string>& file, const std::string& format, base::Moment as_of);
base::Result<int> remove_decision(const std::optional<std::string>& file, const std::string& id);

// Lines for standard error: what was decided, what ended, what was left out.
void tell_decisions(const match::DecisionUse& use);

}  // namespace bulkhead::app
