#include "app/risk.h"

#include <cstdio>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "risk/coefficients.h"

namespace bulkhead::app {
namespace {

unsigned threads_of(unsigned asked) {
  if (asked > 0) return asked;
  return std::max(1U, std::thread::hardware_concurrency());
}

// The worker's lines, as they come: 'D' a dump for the file, 'R' a line of the report for standard output.
class Lines {
 public:
  explicit Lines(base::AtomicFile* dump) : dump_(dump) {}

  base::Status take(std::string_view bytes) {
    rest_ += bytes;
    size_t from = 0;
    for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
      const std::string_view line = std::string_view(rest_).substr(from, end + 1 - from);
      from = end + 1;
      if (line.size() < 2) continue;
      if (line[0] == 'D' && dump_ != nullptr) BULKHEAD_CHECK(dump_->write(line.substr(1)));
      if (line[0] == 'R') BULKHEAD_CHECK(base::write_all(1, line.substr(1), "standard output"));
    }
    rest_.erase(0, from);
    return {};
  }

 private:
  base::AtomicFile* dump_;
  std::string rest_;
};

}  // namespace

base::Result<std::map<std::string, double>> parse_weights(const std::string& text) {
  std::map<std::string, double> weights;
  if (text.empty()) return weights;
  for (const std::string_view part : base::split(text, ',')) {
    const auto [name, number] = base::split_once(part, '=');
    const std::optional<double> weight = number ? base::parse_double(*number) : std::nullopt;
    if (!weight || *weight < 0 || *weight > 1000 || (name != "external" && name != "container" && name != "node")) {
      return base::fail(base::ErrorKind::usage, "weights are external=N, container=N, node=N with N from 0 to 1000, joined by commas",
                        std::string(part));
    }
    weights[std::string(name)] = *weight;
  }
  return weights;
}

base::Result<int> print_risk_model(const std::string& coefficients, bool json) {
  std::string own;
  if (!coefficients.empty()) {
    BULKHEAD_TRY(own, base::read_file(coefficients, 1 << 20));
  }
  BULKHEAD_TRY(const risk::Coefficients model, risk::Coefficients::load(own, {}, coefficients));
  BULKHEAD_CHECK(base::write_all(1, risk::print_model(model, json), "standard output"));
  return 0;
}

base::Result<int> risk_of_graph(const RiskRequest& request) {
  base::JsonWriter words;
  words.begin_object().member("where", request.graph).member("lines", request.lines).member("dump", !request.dump.empty());
  words.member("format", request.format).member("trials", request.trials).member("seed", request.seed);
  words.member("threads", uint64_t{threads_of(request.threads)}).member("horizon_days", request.horizon_days).member("plan", request.plan);
  words.member("exact_budget", request.exact_budget).key("weights").begin_object();
  for (const auto& [name, weight] : request.weights) words.member(name, weight);
  words.end_object().end_object();

  BULKHEAD_TRY(const base::UniqueFd source, base::open_read(request.graph));
  std::optional<base::AtomicFile> dump;
  if (!request.dump.empty()) {
    BULKHEAD_TRY(base::AtomicFile made, base::AtomicFile::create(request.dump));
    dump.emplace(std::move(made));
  }
  Lines lines(dump ? &*dump : nullptr);
  base::WorkerRequest work;
  work.task = "risk-graph";
  work.request = words.take();
  work.inputs = {{"source", source.get()}};
  work.on_output = [&](std::string_view bytes) { return lines.take(bytes); };
  BULKHEAD_TRY(const base::WorkerResult result, base::run_worker(work));
  if (dump) BULKHEAD_CHECK(dump->commit());
  return result.exit_code;
}

}  // namespace bulkhead::app
