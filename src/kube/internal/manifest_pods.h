// The pods that controllers would make of manifests, and what the ServiceAccount admission plug-in adds to a pod.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace bulkhead::kube {

// What a pod's admission needs to know of its ServiceAccount.
struct AccountFacts {
  std::optional<bool> automount;
  std::vector<std::string> pull_secrets;
};
using Accounts = std::map<std::pair<std::string, std::string>, AccountFacts>;  // by namespace, name

constexpr int64_t kMaxPodsOfController = 1000;

// A pod manifest as it would be after admission, one line.
std::string admit_pod(base::JsonView pod, const Accounts& accounts);

// The pods of a Deployment, ReplicaSet, StatefulSet, ReplicationController, DaemonSet, Job or CronJob, admitted.
// `fn(name, json)`. Names: "web-0" for a StatefulSet, else "web-deployment-0"; a DaemonSet's end with the node's name.
// Returns the number of pods left out because of kMaxPodsOfController.
int64_t expand_controller(base::JsonView controller, const std::vector<std::string>& nodes, const Accounts& accounts,
                          const std::function<void(const std::string& name, std::string json)>& fn);

}  // namespace bulkhead::kube
