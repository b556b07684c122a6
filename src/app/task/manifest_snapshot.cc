// Input "manifests" (a tar of manifest files) → the bytes of a snapshot. Request: {"name", "collected_at", "collector", "redact"}.
#include "base/json.h"
#include "base/worker.h"
#include "kube/manifests.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), {}, "request"));
  const base::JsonView root = request.root();
  kube::SnapshotMeta meta;
  meta.name = root.get("name").text();
  meta.collected_at = root.get("collected_at").text();
  meta.collector = root.get("collector").text();
  BULKHEAD_CHECK(kube::write_manifest_snapshot(context.input("manifests"), context.limits(), meta, root.get("redact").flag(),
                                               [&](std::string_view bytes) { return context.output(bytes); }));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask manifest_snapshot{.name = "manifest-snapshot", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
