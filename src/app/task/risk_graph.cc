// Assesses attack graphs from risk dumps. Request: {where, lines, dump, format, trials, seed, threads, horizon_days, plan,
// exact_budget, weights}. Input "source": one dump, or one a line. Output lines: 'D' + a dump with results, 'R' + a line of
// the report.
#include "app/internal/risk_request.h"
#include "base/file.h"
#include "base/json.h"
#include "base/worker.h"
#include "risk/assess.h"
#include "risk/dump.h"

namespace bulkhead::app::task {
namespace {

base::Status assess_one(base::WorkerContext& context, base::JsonView request, base::JsonView document, const std::string& where) {
  BULKHEAD_TRY(risk::Dump dump, risk::read_dump(document, where));
  const risk::Options options = risk_options(request);
  if (options.horizon_days > 0) dump.priced.horizon_days = options.horizon_days;
  for (risk::PricedAttacker& attacker : dump.priced.attackers) {
    const auto told = options.weights.find(attacker.name);
    if (told != options.weights.end() && !attacker.starts.empty()) attacker.weight = told->second;
  }
  BULKHEAD_TRY(const model::RiskReport report, risk::assess(dump.graph, dump.priced, options));
  return put_risk(context, request, dump.graph, dump.priced, report);
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const std::string where = request.root().get("where").text();
  BULKHEAD_TRY(const std::string text, base::read_fd(context.input("source"), context.limits().document_bytes, where));
  if (!request.root().get("lines").flag()) {
    BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, context.limits(), where));
    BULKHEAD_CHECK(assess_one(context, request.root(), document.root(), where));
    return 0;
  }
  base::Status status;
  base::each_json_line(text, context.limits(), where, [&](uint64_t line, base::Result<base::JsonDocument> document) {
    if (!document) {
      status = std::unexpected(std::move(document).error());
    } else {
      status = assess_one(context, request.root(), document->root(), where + ":" + std::to_string(line));
    }
    return status.has_value();
  });
  BULKHEAD_CHECK(std::move(status));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask risk_graph{.name = "risk-graph", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
