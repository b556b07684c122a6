// Collects API objects, one at a time, into a model::Cluster; keeps nothing of an object but the typed facts.
//
// Tolerant: an object that cannot be understood is left out, counted for its resource, and named in Cluster::problems (the
// first few of a resource, then a sum). Whoever lists must then not call that resource `read`: ask faults().
// Threads: one builder, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/json.h"
#include "kube/resource.h"
#include "model/cluster.h"

namespace bulkhead::kube {

class ClusterBuilder {
 public:
  // `where` names the object's place in problems: "objects/core_v1_pods.jsonl:12".
  void add(const Resource& resource, base::JsonView object, std::string_view where);
  // An object that could not even be given to add().
  void fault(const Resource& resource, std::string_view where, std::string_view why);
  // Anything else worth a line in Cluster::problems.
  void problem(std::string line);
  // configz of a node ({"kubeletconfig": {…}}), to be joined to the node by finish().
  void add_kubelet_config(std::string_view node, base::JsonView config, std::string_view where);

  uint64_t count(const Resource& resource) const;   // objects taken
  uint64_t faults(const Resource& resource) const;  // objects left out, duplicates included

  model::Cluster& cluster() { return cluster_; }
  // Sorts every list by namespace and name, joins what belongs together, collects the names of Secrets from whatever refers
  // to them, and gives the cluster away.
  model::Cluster finish();

 private:
  struct Tally {
    uint64_t taken = 0;
    uint64_t faults = 0;
    std::unordered_set<std::string> names;  // namespace/name
  };
  bool take(const Resource& resource, const class Fields& fields);
  bool take_add_on(const Resource& resource, const class Fields& fields);
  void finish_add_ons();
  void collect_secrets();
  void fill_aggregated();

  model::Cluster cluster_;
  std::map<const Resource*, Tally> tallies_;
  std::map<std::string, model::KubeletConfig, std::less<>> kubelets_;
  std::vector<model::SecretName> listed_secrets_;
};

}  // namespace bulkhead::kube
