// Plain manifests (YAML or JSON, as kubectl takes them) → API objects as a server would hold them, as far as Bulkhead reads.
//
// What is done to them (docs/reading-a-cluster.md has the list, checked against a real server's --dry-run=server):
//   * lists (kind: List, PodList, …) are taken apart; a namespaced object without a namespace goes to "default"
//   * controllers are expanded into pods: Deployment, ReplicaSet, StatefulSet, ReplicationController by replicas, Job by
//     parallelism, CronJob one, DaemonSet one for each Node manifest (or one without a node)
//   * pods get what the ServiceAccount admission plug-in adds: the token volume and its mounts, pull secrets
//     a controller that already owns something among the manifests (a dump of a cluster) is not expanded
//   * every namespace has its "default" ServiceAccount
// Other defaults are filled in by the readers of the objects themselves (internal/object_reader.h).
// What manifests cannot tell is not made up: `reads` says `absent` for a kind without a manifest; for namespaces, service
// accounts and cluster roles also when one is referred to that is not there. A file that cannot be read makes every kind
// `error`: what it held is not known. Secrets' contents are dropped at once.
// Limits: Limits::document_bytes a file, archive limits for all, the YAML limits; 1,000 pods of one controller.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"
#include "kube/resource.h"
#include "kube/snapshot_writer.h"
#include "model/cluster.h"

namespace bulkhead::kube {

struct ManifestObject {
  const Resource* resource = nullptr;
  std::string ns, name;
  std::string json;   // one line, namespace filled in
  std::string where;  // "deploy/api.yaml:12"
};
struct ManifestSet {
  std::vector<ManifestObject> objects;  // by resource, namespace, name
  std::vector<model::ResourceRead> reads;
  std::vector<std::string> problems;
};

// Adds one file's objects; errors are the file's own (the caller goes on with the next).
class ManifestReader {
 public:
  explicit ManifestReader(const base::Limits& limits) : limits_(limits) {}
  void add_file(std::string_view path, std::string_view text);
  ManifestSet finish();

 private:
  void add_document(base::JsonView document, std::string_view where, std::string_view kind_of_list, std::string_view version_of_list,
                    int depth);
  base::Limits limits_;
  std::vector<ManifestObject> objects_;
  std::vector<std::string> problems_;
  std::map<std::string, uint64_t> unknown_kinds_;
  uint64_t unread_files_ = 0;
};

// A tar of manifest files (open_cluster packs the folder so) → the set.
base::Result<ManifestSet> read_manifest_tar(int fd, const base::Limits& limits, std::string_view where);
base::Result<model::Cluster> load_manifests(int fd, const base::Limits& limits, std::string_view where);
// The same as a snapshot.
base::Status write_manifest_snapshot(int fd, const base::Limits& limits, SnapshotMeta meta, bool redact, const SnapshotWriter::Sink& sink);

}  // namespace bulkhead::kube
