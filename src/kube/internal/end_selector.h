// Building model::EndSelector from Kubernetes label selectors.
#pragma once

#include <string>
#include <vector>

#include "model/cluster.h"

namespace bulkhead::kube {

model::EndSelector end_all(std::vector<model::EndSelector> parts);  // one part stands for itself, none for everything
model::EndSelector end_any(std::vector<model::EndSelector> parts);
model::EndSelector end_not(model::EndSelector part);
model::EndSelector end_in(model::EndSelector::Of of, std::string key, std::vector<std::string> values);
model::EndSelector end_exists(model::EndSelector::Of of, std::string key);
model::EndSelector end_unknown();
// An operator that the API lacks gives `unknown`.
model::EndSelector end_from_labels(const model::LabelSelector& selector, model::EndSelector::Of of);
// One requirement; `not in` and `does not exist` hold for an end without the label, as in Kubernetes.
model::EndSelector end_requirement(const std::string& op, model::EndSelector::Of of, const std::string& key,
                                   const std::vector<std::string>& values);

}  // namespace bulkhead::kube
