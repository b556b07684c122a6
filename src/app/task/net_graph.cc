// The allowed connections of a cluster as a picture.
#include "access/connection_list.h"
#include "app/cluster_source.h"
#include "app/internal/connection_picture.h"
#include "app/internal/connection_text.h"
#include "base/json.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  const access::ConnectionList list = access::list_connections(cluster);
  BULKHEAD_CHECK(context.output(connection_picture(list, request.root().get("title").text())));
  note_connections(list, context);
  return incomplete(list) && request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask net_graph{.name = "net-graph", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
