#include "app/cluster_source.h"

#include "kube/snapshot_reader.h"

namespace bulkhead::app {

using base::ErrorKind;
using base::fail;

base::Result<ClusterInput> open_cluster(const ClusterOptions& options) {
  if (!options.snapshot.empty() + !options.from_manifests.empty() + !(options.kubeconfig.empty() && options.context.empty()) > 1) {
    return fail(ErrorKind::usage, "--snapshot, --from-manifests and a live cluster (--kubeconfig, --context) exclude one another");
  }
  ClusterInput input;
  if (!options.snapshot.empty()) {
    input.kind = "snapshot";
    input.label = "snapshot " + options.snapshot;
    BULKHEAD_TRY(input.fd, base::open_read(options.snapshot));
    return input;
  }
  return fail(ErrorKind::usage, "no source of a cluster: only --snapshot FILE is there yet");
}

base::Result<model::Cluster> load_cluster_input(const base::WorkerContext& context) {
  if (const int fd = context.input("snapshot"); fd >= 0) {
    return kube::load_snapshot(fd, context.limits());
  }
  return fail(ErrorKind::internal, "the request carries no cluster");
}

}  // namespace bulkhead::app
