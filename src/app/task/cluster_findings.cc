// The flaws of nodes, of Kubernetes' own programs and of its add-ons, each with what it comes to here.
// Request: {format, as_of}. Inputs: as app/facts.h.
#include "app/facts.h"
#include "app/placing.h"
#include "base/json.h"
#include "base/worker.h"
#include "report/terminal.h"

namespace bulkhead::app::task {
namespace {

const char* use_word(report::PlacedFinding::Use use) {
  return use == report::PlacedFinding::Use::attack ? "attack" : use == report::PlacedFinding::Use::unknown ? "unknown" : "none";
}

// "holds: user:alice may create pods", "does not hold: …", "unknown: RBAC not read whole"; the reason alone for what has no preconditions.
std::string words(const report::PlacedFinding& placed) {
  if (placed.check == nullptr) {
    return placed.why;
  }
  const model::FlawCheck& check = *placed.check;
  const auto first = [](const std::vector<std::string>& list) { return list.empty() ? std::string() : list.front(); };
  return check.verdict == model::Tri::yes  ? "holds: " + (check.facts.empty() ? std::string() : check.facts.back())
         : check.verdict == model::Tri::no ? "does not hold: " + check.denied
                                           : "unknown: " + first(check.missing);
}

std::string as_line(const report::PlacedFinding& placed) {
  base::JsonWriter w;
  w.begin_object().member("place", placed.place).member("use", use_word(placed.use)).member("why", placed.why).key("precondition");
  if (placed.check == nullptr) {
    w.null();
  } else {
    w.begin_object().member("verdict", model::name(placed.check->verdict)).member("because", placed.check->facts);
    w.member("missing", placed.check->missing).member("denied", placed.check->denied).member("mitigation", placed.check->mitigation);
    w.member("step", placed.check->has_step).end_object();
  }
  w.key("finding");
  model::write_finding(w, *placed.finding);
  w.end_object();
  return w.take() + "\n";
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  BULKHEAD_TRY(const std::unique_ptr<Facts> facts, load_facts(context, document.root().get("as_of").text()));
  BULKHEAD_TRY(const model::AttackGraph graph, build_graph(*facts));
  const bool lines = document.root().get("format").text() == "jsonl";
  report::Table table({{"FLAW"}, {"PLACE"}, {"COMPONENT"}, {"STATUS"}, {"FIXED IN"}, {"USE"}, {"PRECONDITIONS", false, true}});
  std::string out;
  for (const report::PlacedFinding& placed : place_findings(*facts, graph)) {
    if (placed.place.starts_with("image ")) {
      continue;
    }
    if (lines) {
      out += as_line(placed);
      continue;
    }
    const model::Finding& f = *placed.finding;
    table.add({{f.id, report::Tone::strong},
               {placed.place},
               {f.component},
               {model::status_name(f.status)},
               {f.fixed_version},
               {use_word(placed.use)},
               {words(placed)}});
  }
  if (!lines) {
    out = table.empty() ? "no known flaw\n" : table.render({200, false});
  }
  BULKHEAD_CHECK(context.output(out));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask cluster_findings{.name = "cluster-findings", .prepare = prepare_facts, .run = run};

}  // namespace bulkhead::app::task
