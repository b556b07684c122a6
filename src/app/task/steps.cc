// The steps of a cluster's attack graph. Request: {format, state, row, as_of}. Inputs: as app/facts.h.
#include "report/steps.h"
#include "app/facts.h"
#include "base/json.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const base::JsonView root = request.root();
  BULKHEAD_TRY(const std::unique_ptr<Facts> facts, load_facts(context, root.get("as_of").text()));
  BULKHEAD_TRY(const model::AttackGraph graph, build_graph(*facts));
  const report::StepFilter filter{root.get("state").text(), root.get("row").text()};
  BULKHEAD_CHECK(
      context.output(root.get("format").text() == "jsonl" ? report::steps_jsonl(graph, filter) : report::steps_table(graph, filter)));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask steps{.name = "steps", .prepare = prepare_facts, .run = run};

}  // namespace bulkhead::app::task
