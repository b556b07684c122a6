#include "app/risk.h"

#include <cstdio>
#include <functional>
#include <optional>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "risk/coefficients.h"

namespace bulkhead::app {
namespace {

constexpr uint64_t kMaxCoefficients = 1 << 20;  // bytes of the user's own file

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

// The tasks' request: src/app/internal/risk_request.h reads it.
std::string words(const RiskRequest& request, const std::string& own_coefficients) {
  base::JsonWriter out;
  out.begin_object().member("where", request.graph).member("lines", request.lines).member("dump", !request.dump.empty());
  out.member("format", request.format).member("trials", request.trials).member("seed", request.seed);
  out.member("threads", static_cast<uint64_t>(request.threads)).member("horizon_days", request.horizon_days).member("plan", request.plan);
  out.member("exact_budget", request.exact_budget).member("as_of", request.assess.as_of);
  out.member("coefficients", own_coefficients).member("coefficients_file", request.coefficients).key("weights").begin_object();
  for (const auto& [name, weight] : request.weights) out.member(name, weight);
  out.end_object().end_object();
  return out.take();
}

// Runs a worker whose lines go to standard output and to the dump; the dump is there whole or not at all.
base::Result<int> with_lines(const RiskRequest& request, const std::function<base::Result<base::WorkerResult>(Lines&)>& work) {
  std::optional<base::AtomicFile> dump;
  if (!request.dump.empty()) {
    BULKHEAD_TRY(base::AtomicFile made, base::AtomicFile::create(request.dump));
    dump.emplace(std::move(made));
  }
  Lines lines(dump ? &*dump : nullptr);
  BULKHEAD_TRY(const base::WorkerResult result, work(lines));
  if (dump) BULKHEAD_CHECK(dump->commit());
  return result.exit_code;
}

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
    BULKHEAD_TRY(own, base::read_file(coefficients, kMaxCoefficients));
  }
  BULKHEAD_TRY(const risk::Coefficients model, risk::Coefficients::load(own, {}, coefficients));
  BULKHEAD_CHECK(base::write_all(1, risk::print_model(model, json), "standard output"));
  return 0;
}

base::Result<int> risk_of_graph(const RiskRequest& request) {
  BULKHEAD_TRY(const base::UniqueFd source, base::open_read(request.graph));
  return with_lines(request, [&](Lines& lines) {
    base::WorkerRequest work;
    work.task = "risk-graph";
    work.request = words(request, "");
    work.inputs = {{"source", source.get()}};
    work.on_output = [&](std::string_view bytes) { return lines.take(bytes); };
    return base::run_worker(work);
  });
}

base::Result<int> risk_of_cluster(const RiskRequest& request) {
  std::string own;
  if (!request.coefficients.empty()) {
    BULKHEAD_TRY(own, base::read_file(request.coefficients, kMaxCoefficients));
  }
  return with_lines(request, [&](Lines& lines) {
    return run_on_cluster("risk-cluster", words(request, own), request.assess, [&](std::string_view bytes) { return lines.take(bytes); });
  });
}

}  // namespace bulkhead::app
