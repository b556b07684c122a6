// The steps of a cluster's attack graph. Request: {format, state, row, as_of}. Input: a cluster (app/cluster_source.h).
#include "app/cluster_source.h"
#include "app/steps.h"
#include "base/json.h"
#include "base/worker.h"
#include "report/steps.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const base::JsonView root = request.root();
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  BULKHEAD_TRY(const model::AttackGraph graph, graph_of_cluster(cluster, root.get("as_of").integer().value_or(0)));
  const report::StepFilter filter{root.get("state").text(), root.get("row").text()};
  BULKHEAD_CHECK(context.output(root.get("format").text() == "jsonl" ? report::steps_jsonl(graph, filter) : report::steps_table(graph, filter)));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask steps{.name = "steps", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
