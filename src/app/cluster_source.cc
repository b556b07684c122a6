#include "app/cluster_source.h"

#include <cstdio>

#include "app/internal/live_cluster.h"
#include "base/clock.h"
#include "base/text.h"
#include "kube/manifest_folder.h"
#include "kube/manifests.h"
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
  BULKHEAD_TRY(input.fd, base::memory_file());
  if (!options.from_manifests.empty()) {
    input.kind = "manifests";
    input.label = "manifests " + options.from_manifests;
    BULKHEAD_TRY(const uint64_t files, kube::pack_manifests(options.from_manifests, input.fd.get()));
    if (!options.quiet) {
      std::fprintf(stderr, "Reading %s manifests of %s\n", base::with_thousands(files).c_str(),
                   base::escape_terminal(options.from_manifests).c_str());
    }
    return input;
  }
  BULKHEAD_TRY(const kube::Recording recording, record_live_cluster(options, false, base::now(), [&](std::string_view bytes) {
                 return base::write_all(input.fd.get(), bytes, "memory file");
               }));
  input.label = "context " + recording.meta.name;
  return input;
}

base::Result<model::Cluster> load_cluster_input(const base::WorkerContext& context, const std::string& prefix) {
  if (const int fd = context.input(prefix + "snapshot"); fd >= 0) {
    return kube::load_snapshot(fd, context.limits());
  }
  if (const int fd = context.input(prefix + "manifests"); fd >= 0) {
    return kube::load_manifests(fd, context.limits(), "manifests");
  }
  return fail(ErrorKind::internal, "the request carries no cluster");
}

}  // namespace bulkhead::app
