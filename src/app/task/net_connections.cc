// The allowed connections of a cluster as csv, txt, json or dot.
#include "access/connection_list.h"
#include "app/cluster_source.h"
#include "app/internal/connection_text.h"
#include "base/json.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  const access::ConnectionList list = access::list_connections(cluster);
  BULKHEAD_CHECK(write_connections(list, request.root().get("format").text(), [&](std::string_view text) { return context.output(text); }));
  note_connections(list, context);
  return incomplete(list) && request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask net_connections{.name = "net-connections", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
