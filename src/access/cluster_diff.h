// What changed between two clusters, or two moments of one, in words: versions, pods' settings, rights, ways in, reach.
//
// Each line says what it is about, what changed and which way it points: `opens` (an attacker has more), `closes` (less) or
// `changes` (neither for sure). Lists that one side did not read are named and not compared: what is missing there is no change.
// Deterministic: areas in the order of the enum, lines sorted. Reach is summed up by pairs; `net diff` has each of them.
#pragma once

#include <string>
#include <vector>

#include "model/cluster.h"

namespace bulkhead::access {

struct ClusterChange {
  enum class Area : uint8_t { version, workload, setting, right, entrance, reach } area = Area::version;
  enum class Direction : uint8_t { changes, opens, closes } direction = Direction::changes;
  std::string object;  // "Deployment shop/web", "sa:ci/runner"
  std::string text;    // "privileged: container app was no, is yes"
};
const char* name(ClusterChange::Area area);
const char* name(ClusterChange::Direction direction);

struct ClusterDiff {
  std::vector<ClusterChange> changes;
  std::vector<std::string> not_compared;  // "pods: not read in B"
};
ClusterDiff diff_clusters(const model::Cluster& before, const model::Cluster& after);

}  // namespace bulkhead::access
