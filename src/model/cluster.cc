#include "model/cluster.h"

#include <algorithm>

namespace bulkhead::model {

bool LabelSelector::matches(const Labels& labels) const {
  for (const auto& [key, value] : match_labels) {
    const auto found = labels.find(key);
    if (found == labels.end() || found->second != value) {
      return false;
    }
  }
  return std::all_of(match_expressions.begin(), match_expressions.end(), [&](const LabelSelectorRequirement& requirement) {
    const auto found = labels.find(requirement.key);
    const bool present = found != labels.end();
    const bool listed =
        present && std::find(requirement.values.begin(), requirement.values.end(), found->second) != requirement.values.end();
    if (requirement.op == "In") {
      return listed;
    }
    if (requirement.op == "NotIn") {
      return !listed;  // an absent key satisfies NotIn
    }
    if (requirement.op == "Exists") {
      return present;
    }
    return requirement.op == "DoesNotExist" && !present;
  });
}

bool LabelSelector::valid() const {
  return std::all_of(match_expressions.begin(), match_expressions.end(), [](const LabelSelectorRequirement& requirement) {
    const bool needs_values = requirement.op == "In" || requirement.op == "NotIn";
    const bool needs_none = requirement.op == "Exists" || requirement.op == "DoesNotExist";
    return (needs_values && !requirement.values.empty()) || (needs_none && requirement.values.empty());
  });
}

const char* read_state_name(ReadState state) {
  switch (state) {
    case ReadState::read: return "read";
    case ReadState::forbidden: return "forbidden";
    case ReadState::absent: return "absent";
    case ReadState::error: return "error";
  }
  return "error";
}

ReadState Cluster::list_state(std::string_view group, std::string_view resource) const {
  for (const ResourceRead& read : reads) {
    if (read.group == group && read.resource == resource) {
      return read.state;
    }
  }
  return ReadState::error;
}

}  // namespace bulkhead::model
