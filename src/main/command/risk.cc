#include "app/risk.h"
#include "main/command.h"
#include "main/scan_flags.h"

namespace bulkhead::main::command {
namespace {

using Kind = Option::Kind;

std::vector<Option> options() {
  return scan_options({
      {Kind::flag, "--model", "print every coefficient with value, range, reason and source"},
      {Kind::text, "--graph", "take the attack graph from a risk dump (JSON; *.jsonl: one a line) and compute its results anew"},
      {Kind::text, "--dump", "write the attack graph and its results to this file"},
      {Kind::number, "--exact-budget", "combinations up to which a graph is computed exactly; 0: always trials"},
      {Kind::flag, "--no-plan", "risk and single actions only"},
      {Kind::text, "--format", "text or json", false, "text", {"text", "json"}},
  });
}

base::Result<int> run(const Arguments& arguments) {
  app::RiskRequest request;
  request.coefficients = arguments.text("coefficients");
  request.format = arguments.text("format");
  if (arguments.flag("model")) return app::print_risk_model(request.coefficients, request.format == "json");
  const auto number = [&](const char* name, double low, double high) -> base::Result<double> {
    const double value = arguments.number(name);
    if (value < low || value > high) return base::fail(base::ErrorKind::usage, std::string("--") + name + " is out of its bounds");
    return value;
  };
  BULKHEAD_TRY(const double trials, number("trials", 0, 1 << 24));
  BULKHEAD_TRY(const double seed, number("seed", 0, 9e15));
  BULKHEAD_TRY(const double threads, number("threads", 0, 1024));
  BULKHEAD_TRY(const double budget, number("exact-budget", 0, 1 << 22));
  BULKHEAD_TRY(request.horizon_days, number("horizon", 0, 3650));
  BULKHEAD_TRY(request.weights, app::parse_weights(arguments.text("weights")));
  if (trials > 0) request.trials = static_cast<uint64_t>(trials);
  if (arguments.given("seed")) request.seed = static_cast<uint64_t>(seed);
  request.threads = static_cast<unsigned>(threads);
  if (arguments.given("exact-budget")) request.exact_budget = static_cast<int64_t>(budget);
  request.plan = !arguments.flag("no-plan");
  request.dump = arguments.text("dump");
  request.graph = arguments.text("graph");
  request.lines = request.graph.ends_with(".jsonl");
  if (!request.graph.empty()) return app::risk_of_graph(request);
  request.assess = scan_options_from(arguments, "risk").assess;
  return app::risk_of_cluster(request);
}

}  // namespace

extern constinit const Command risk{"risk", "what attackers can come to hold, and what each action removes", options,
                                    "bulkhead risk --model\n"
                                    "bulkhead risk --snapshot shop.snapshot.tar.zst --images images --dump dump.json\n"
                                    "bulkhead risk --graph dump.json --format json\n"
                                    "bulkhead risk --graph dump.json --dump results.json --trials 65536",
                                    run};

}  // namespace bulkhead::main::command
