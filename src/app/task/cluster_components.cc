// The components of a cluster as lines, a table, or a CycloneDX document (a Kubernetes bill of materials).
// Request: {format, as_of, strict}. Inputs: as app/facts.h.
#include <map>

#include "app/facts.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "graph/knowledge.h"
#include "report/terminal.h"
#include "sbom/kbom.h"

namespace bulkhead::app::task {
namespace {

using model::ClusterComponent;
using Ends = std::map<std::pair<std::string, std::string>, report::Support>;

const report::Support* end_of(const Ends& ends, const ClusterComponent& c) {
  const auto at = ends.find({c.name, c.version});
  return at == ends.end() || at->second.ends.empty() ? nullptr : &at->second;
}

// What the table knows of a node's OS (data/node_os.yaml); null for one that it lacks.
void write_os(base::JsonWriter& w, const graph::NodeOs* os) {
  w.key("os");
  if (os == nullptr) {
    w.null();
    return;
  }
  w.begin_object().member("name", os->name).member("container_os", os->container_os).member("ssh", os->ssh).member("shell", os->shell);
  w.member("package_manager", os->package_manager).member("user_namespaces", os->user_namespaces).member("unprivileged_bpf", os->unprivileged_bpf);
  w.member("seccomp_default", os->seccomp_default).member("cgroup", os->cgroup).key("modules").begin_object();
  for (const auto& [module, state] : os->modules) {
    w.member(module, state);
  }
  w.end_object().end_object();
}

std::string as_lines(const Facts& facts, const Ends& ends, const graph::Knowledge& knowledge) {
  std::string out;
  for (const ClusterComponent& c : facts.components) {
    base::JsonWriter w;
    w.begin_object().member("name", c.name).member("kind", c.kind).member("version", c.version).member("how", c.how);
    w.member("evidence", c.evidence).member("vendor", c.vendor).member("image", c.image).member("digest", c.digest);
    w.member("purl", sbom::purl_of(c)).member("places", c.places).key("support_ends");
    const report::Support* end = end_of(ends, c);
    end == nullptr ? (void)w.null() : (void)w.value(end->ends);
    if (c.kind == "os") {
      write_os(w, knowledge.os_of(c.name, ""));
    }
    w.end_object();
    out += w.take() + "\n";
  }
  return out;
}

std::string as_tsv(const Facts& facts) {
  std::string out;
  for (const ClusterComponent& c : facts.components) {
    const auto field = [](const std::string& text) { return base::escape_terminal(text); };
    out += field(c.kind) + "\t" + field(c.name) + "\t" + field(c.version) + "\t" + c.how + "\t" + field(c.vendor) + "\t" +
           std::to_string(c.places.size()) + "\n";
  }
  return out;
}

std::string as_table(const Facts& facts, const Ends& ends) {
  report::Table table({{"KIND"}, {"NAME"}, {"VERSION"}, {"KNOWN BY"}, {"PLACES"}, {"SUPPORT"}, {"EVIDENCE", false, true}});
  for (const ClusterComponent& c : facts.components) {
    const report::Support* end = end_of(ends, c);
    std::string support = end == nullptr ? "" : end->days > 0 ? "ends in " + std::to_string(end->days) + " days" : "ended " + end->ends;
    table.add({{c.kind},
               {c.name, report::Tone::strong},
               {c.version.empty() ? "?" : c.version},
               {c.how},
               {std::to_string(c.places.size())},
               {support, end != nullptr && end->days <= 0 ? report::Tone::bad : report::Tone::plain},
               {c.evidence, report::Tone::faint}});
  }
  return table.render({160, false});
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request(), context.limits(), "request"));
  const base::JsonView request = document.root();
  BULKHEAD_TRY(const std::unique_ptr<Facts> facts, load_facts(context, request.get("as_of").text()));
  Ends ends;
  for (report::Support& one : life_cycles(*facts)) {
    ends[{one.component, one.version}] = one;
  }
  const std::string format = request.get("format").text();
  if (format == "cyclonedx-json") {
    std::map<std::string, std::string> dates;  // "name version" → end of support
    for (const auto& [key, one] : ends) {
      dates[key.first + " " + key.second] = one.ends;
    }
    BULKHEAD_CHECK(context.output(sbom::write_kbom(facts->cluster, facts->components, dates)));
  } else {
    BULKHEAD_TRY(const graph::Knowledge knowledge, graph::Knowledge::load());
    BULKHEAD_CHECK(context.output(format == "tsv" ? as_tsv(*facts) : format == "table" ? as_table(*facts, ends) : as_lines(*facts, ends, knowledge)));
  }
  const bool whole = facts->cluster.was_read("", "pods") && facts->cluster.was_read("", "nodes") && !facts->cluster.server_version.empty();
  return request.get("strict").flag() && !whole ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask cluster_components{.name = "cluster-components", .prepare = prepare_facts, .run = run};

}  // namespace bulkhead::app::task
