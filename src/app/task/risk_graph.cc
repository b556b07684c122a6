// Assesses attack graphs from risk dumps. Request: {where, lines, dump, format, trials, seed, threads, horizon_days, plan,
// exact_budget, weights}. Input "source": one dump, or one a line. Output lines: 'D' + a dump with results, 'R' + a line of
// the report.
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "model/risk_report_json.h"
#include "report/risk_text.h"
#include "risk/assess.h"
#include "risk/dump.h"

namespace bulkhead::app::task {
namespace {

base::Status assess_one(base::WorkerContext& context, base::JsonView request, base::JsonView document, const std::string& where) {
  BULKHEAD_TRY(risk::Dump dump, risk::read_dump(document, where));
  risk::Options options;
  options.trials = static_cast<uint64_t>(request.get("trials").integer().value_or(16'384));
  options.seed = static_cast<uint64_t>(request.get("seed").integer().value_or(1));
  options.threads = static_cast<unsigned>(request.get("threads").integer().value_or(1));
  options.plan = request.get("plan").flag(true);
  const int64_t budget = request.get("exact_budget").integer().value_or(-1);
  if (budget >= 0) options.exact_budget = static_cast<uint64_t>(budget);
  const double horizon = request.get("horizon_days").number().value_or(0);
  if (horizon > 0) dump.priced.horizon_days = horizon;
  for (risk::PricedAttacker& attacker : dump.priced.attackers) {
    const base::JsonView told = request.get("weights").get(attacker.name);
    if (told && !attacker.starts.empty()) attacker.weight = told.number().value_or(attacker.weight);
  }
  BULKHEAD_TRY(const model::RiskReport report, risk::assess(dump.graph, dump.priced, options));
  if (request.get("dump").flag()) BULKHEAD_CHECK(context.output("D" + risk::write_dump(dump.graph, dump.priced, report)));
  std::string text;
  if (request.get("format").text() == "json") {
    text = model::to_json(report, dump.graph) + "\n";
  } else {
    text = report::risk_text(report, dump.graph);
  }
  std::string lines;
  for (const std::string_view line : base::split(base::trim(text), '\n')) lines += "R" + std::string(line) + "\n";
  return context.output(lines);
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
