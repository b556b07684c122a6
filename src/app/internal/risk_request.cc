#include "app/internal/risk_request.h"

#include "base/text.h"
#include "model/risk_report_json.h"
#include "report/risk_text.h"
#include "risk/dump.h"

namespace bulkhead::app {

risk::Options risk_options(base::JsonView request) {
  risk::Options options;
  options.trials = static_cast<uint64_t>(request.get("trials").integer().value_or(static_cast<int64_t>(options.trials)));
  options.seed = static_cast<uint64_t>(request.get("seed").integer().value_or(1));
  options.threads = static_cast<unsigned>(request.get("threads").integer().value_or(0));
  options.plan = request.get("plan").flag(true);
  options.horizon_days = request.get("horizon_days").number().value_or(0);
  if (const int64_t budget = request.get("exact_budget").integer().value_or(-1); budget >= 0)
    options.exact_budget = static_cast<uint64_t>(budget);
  request.get("weights").each(
      [&](std::string_view name, base::JsonView weight) { options.weights[std::string(name)] = weight.number().value_or(0); });
  return options;
}

base::Status put_risk(base::WorkerContext& context, base::JsonView request, const model::AttackGraph& graph, const risk::Priced& priced,
                      const model::RiskReport& report) {
  if (request.get("dump").flag()) BULKHEAD_CHECK(context.output("D" + risk::write_dump(graph, priced, report)));
  const std::string text = request.get("format").text() == "json" ? model::to_json(report, graph) : report::risk_text(report, graph);
  std::string lines;
  for (const std::string_view line : base::split(base::trim(text), '\n')) lines += "R" + std::string(line) + "\n";
  return context.output(lines);
}

}  // namespace bulkhead::app
