#include "app/cluster_source.h"

#include <cerrno>
#include <sys/mman.h>

#include "app/internal/live_cluster.h"
#include "base/clock.h"
#include "kube/snapshot_reader.h"

namespace bulkhead::app {

using base::ErrorKind;
using base::fail;

base::Result<ClusterInput> open_cluster(const ClusterOptions& options) {
  if (!options.snapshot.empty() + !options.from_manifests.empty() + !(options.kubeconfig.empty() && options.context.empty()) > 1) {
    return fail(ErrorKind::usage, "--snapshot, --from-manifests and a live cluster (--kubeconfig, --context) exclude one another");
  }
  ClusterInput input;
  input.kind = "snapshot";
  if (!options.snapshot.empty()) {
    input.label = "snapshot " + options.snapshot;
    BULKHEAD_TRY(input.fd, base::open_read(options.snapshot));
    return input;
  }
  if (!options.from_manifests.empty()) {
    return fail(ErrorKind::usage, "--from-manifests is not there yet");
  }
  input.fd = base::UniqueFd(::memfd_create("bulkhead-cluster", MFD_CLOEXEC));
  if (!input.fd) {
    return base::fail_errno(errno, "cannot make a memory file");
  }
  BULKHEAD_TRY(const kube::Recording recording,
               record_live_cluster(options, false, base::now(), [&](std::string_view bytes) { return base::write_all(input.fd.get(), bytes, "memory file"); }));
  input.label = "context " + recording.meta.name;
  return input;
}

base::Result<model::Cluster> load_cluster_input(const base::WorkerContext& context) {
  if (const int fd = context.input("snapshot"); fd >= 0) {
    return kube::load_snapshot(fd, context.limits());
  }
  return fail(ErrorKind::internal, "the request carries no cluster");
}

}  // namespace bulkhead::app
