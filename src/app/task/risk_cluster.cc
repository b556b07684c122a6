// `bulkhead risk` on a cluster: facts to graph to risk. Request: as risk_graph's, with as_of and coefficients (the text of the user's
// own file). Inputs as app/facts.h says. Output lines: 'D' + the dump, 'R' + a line of the report.
#include "app/facts.h"
#include "app/internal/risk_request.h"
#include "risk/assess.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const base::JsonView request = document.root();
  BULKHEAD_TRY(const risk::Coefficients coefficients,
               risk::Coefficients::load(request.get("coefficients").text(), context.limits(), request.get("coefficients_file").text()));
  BULKHEAD_TRY(const std::unique_ptr<Facts> facts, load_facts(context, request.get("as_of").text()));
  BULKHEAD_TRY(model::AttackGraph graph, build_graph(*facts));
  BULKHEAD_TRY(const risk::Assessment assessment, risk::assess_priced(graph, coefficients, risk_options(request)));
  BULKHEAD_CHECK(put_risk(context, request, graph, assessment.priced, assessment.report));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask risk_cluster{.name = "risk-cluster", .prepare = prepare_facts, .run = run};

}  // namespace bulkhead::app::task
