// From facts to the answer: graph, risk, plan, and the view that was asked for.
#include <algorithm>
#include <set>
#include <utility>

#include "app/facts.h"
#include "app/placing.h"
#include "app/risk.h"
#include "app/views.h"
#include "base/json.h"
#include "base/text.h"
#include "kube/version_skew.h"
#include "report/scan_report.h"
#include "risk/assess.h"

namespace bulkhead::app::task {
namespace {

void count_cluster(report::ScanReport& report, const model::Cluster& cluster) {
  report.cluster = cluster.name.empty() ? "(unnamed)" : cluster.name;
  report.server_version = cluster.server_version;
  report.nodes = cluster.nodes.size();
  report.pods = cluster.pods.size();
  // Workloads are what people wrote: controllers that no other controller owns, and pods without any.
  report.workloads = static_cast<uint64_t>(std::count_if(
                         cluster.workloads.begin(), cluster.workloads.end(),
                         [](const model::Workload& workload) { return workload.meta.owner_kind.empty() && workload.replicas != 0; })) +
                     static_cast<uint64_t>(std::count_if(cluster.pods.begin(), cluster.pods.end(),
                                                         [](const model::Pod& pod) { return pod.meta.owner_kind.empty(); }));
  for (const model::ResourceRead& read : cluster.reads) {
    report.objects += read.count;
    if (read.state == model::ReadState::forbidden || read.state == model::ReadState::error) {
      ++report.kinds_not_read;
      report.not_read.push_back({read.resource + (read.group.empty() ? "" : "." + read.group),
                                 read.message.empty() ? model::read_state_name(read.state) : read.message});
    }
  }
  if (cluster.torn) {
    report.not_read.push_back({"one moment", "the lists are of different moments: objects changed while they were read"});
  }
  for (const std::string& problem : cluster.problems) {
    report.not_read.push_back({problem, ""});
  }
}

bool same_image(const model::Container& container, const graph::ImageFacts& image) {
  return container.image == image.reference || std::any_of(image.digests.begin(), image.digests.end(), [&](const std::string& digest) {
           return container.image_id.ends_with(digest) || container.image.ends_with(digest);
         });
}

void count_images(report::ScanReport& report, const Facts& facts) {
  std::set<std::string> unread, known;
  for (const model::Pod& pod : facts.cluster.pods) {
    for (const model::Container& container : pod.spec.containers) {
      if (!known.insert(container.image).second) {
        continue;
      }
      const bool read = std::any_of(facts.image_facts.begin(), facts.image_facts.end(),
                                    [&](const graph::ImageFacts& image) { return same_image(container, image); });
      (read ? report.images_read : report.images) += 1;
      if (!read) {
        unread.insert(container.image);
      }
    }
  }
  report.images += report.images_read;
  for (const std::string& image : unread) {
    report.not_read.push_back({"image " + image, "not in --images"});
  }
  for (const UnreadImage& image : facts.images.unread) {
    report.not_read.push_back({image.file, image.why});
  }
  for (const ReadImage& image : facts.images.images) {
    report.components += image.inventory.components.size();
    for (const model::CoverageNote& note : image.coverage) {
      report.not_read.push_back({image.file + ": " + note.what, note.why});
    }
    if (!image.inventory.complete) {
      report.not_read.push_back({"parts of " + image.file, "see bulkhead components " + image.file});
    }
  }
}

base::Result<risk::Options> risk_options(base::JsonView request) {
  risk::Options options;
  if (const auto horizon = request.get("horizon_days").number(); horizon && *horizon > 0) {
    options.horizon_days = *horizon;
  }
  if (const auto trials = request.get("trials").integer(); trials && *trials > 0) {
    options.trials = static_cast<uint64_t>(*trials);
  }
  if (const auto seed = request.get("seed").integer(); seed && *seed > 0) {
    options.seed = static_cast<uint64_t>(*seed);
  }
  if (const auto threads = request.get("threads").integer(); threads && *threads > 0) {
    options.threads = static_cast<unsigned>(*threads);
  }
  BULKHEAD_TRY(options.weights, parse_weights(request.get("weights").text()));
  return options;
}

// True when the external attacker holds any asset with at least the band's chance.
bool gate_fails(const report::ScanReport& report, std::string_view band) {
  for (const model::AttackerRisk& attacker : report.risk->attackers) {
    for (const model::Estimate& asset : attacker.assets) {
      for (const double edge : {0.9, 0.5, 0.1, 0.01}) {
        if (attacker.attacker == "external" && band == model::band(edge) && asset.mean >= edge) {
          return true;
        }
      }
    }
  }
  return false;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const base::JsonView request = document.root();
  BULKHEAD_TRY(const std::unique_ptr<Facts> facts, load_facts(context, request.get("as_of").text()));
  BULKHEAD_TRY(model::AttackGraph graph, build_graph(*facts));
  BULKHEAD_TRY(risk::Options options, risk_options(request));
  const std::string own_coefficients = request.get("coefficients").text();
  BULKHEAD_TRY(const risk::Coefficients coefficients, own_coefficients.empty()
                                                          ? risk::Coefficients::load()
                                                          : risk::Coefficients::load(own_coefficients, context.limits(), "--coefficients"));
  const std::string view = request.get("view").text("scan");
  options.plan = view != "paths";
  BULKHEAD_TRY(const model::RiskReport risk, risk::assess(graph, coefficients, options));

  report::ScanReport report;
  count_cluster(report, facts->cluster);
  count_images(report, *facts);
  report.advisory_age_days = facts->advisory_age_days;
  report.support = facts->support;
  report.life_cycle = life_cycles(*facts);
  report.version_skew = kube::version_skew(facts->components);
  report.graph = &graph;
  report.risk = &risk;
  report.findings = place_findings(*facts, graph);
  report.decided = facts->decided.decided;
  for (const std::string& one : facts->decided.expired) {
    report.decision_notes.push_back("decision over: " + one);
  }
  for (const std::string& one : facts->decided.partly) {
    report.decision_notes.push_back("decision not applied: " + one);
  }
  for (const model::CoverageNote& note : facts->coverage) {
    report.not_read.push_back({note.what, note.why});
  }
  for (const std::string& line : graph.not_read) {
    report.not_read.push_back({line, ""});
  }

  // Nodes of several pools may lack the same thing: it is said once.
  std::set<std::pair<std::string, std::string>> said;
  std::erase_if(report.not_read, [&](const report::NotRead& one) { return !said.emplace(one.what, one.why).second; });

  const std::string format = request.get("format").text("table");
  report::TerminalStyle style{static_cast<size_t>(request.get("width").integer().value_or(100)), request.get("color").flag()};
  std::string out;
  if (view == "paths") {
    BULKHEAD_TRY(out, render_paths(report, request.get("from").text(), request.get("to").text(), format == "json", style));
  } else if (view == "explain") {
    BULKHEAD_TRY(out, render_explanation(report, request.get("subject").text(), style));
  } else if (format == "json") {
    base::JsonWriter writer;
    report::write_scan(writer, report, request.get("all_findings").flag());
    out = writer.take() + "\n";
  } else {
    out = report::render_scan(report, style, view == "plan", format == "wide");
  }
  BULKHEAD_CHECK(context.output(out));
  if (gate_fails(report, request.get("fail_on").text())) {
    return 1;
  }
  return request.get("strict").flag() && !report.complete() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask assess{.name = "assess", .prepare = prepare_facts, .run = run};

}  // namespace bulkhead::app::task
