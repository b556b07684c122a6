// The project's catalogue of Kubernetes flaws with the facts that each needs (data/kubernetes/k8s-cve-preconditions.json):
// `affected` [{component, ranges: [[from, fixed or null]]}] and `checks`, which the graph evaluates against a cluster.
#include "advisory/internal/catalogue.h"
#include "advisory/names.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) { return head.contains("\"bulkhead-k8s-cve-preconditions/"); }

bool wants(std::string_view name) { return name.ends_with(".json"); }

bool plain(const std::string& version) { return !version.empty() && version.size() < 100 && version.find('\n') == version.npos; }

bool read_affected(JsonView item, bool by_design, Affected& x) {
  x.ecosystem = kKubernetes;
  x.package = kubernetes_program(item.get("component").text());
  bool good = plain(x.package) && item.get("ranges").size() > 0;
  for (const JsonView& pair : item.get("ranges").items()) {
    const std::string from = pair.at(0).text(), to = pair.at(1).text();
    good = good && pair.size() == 2 && plain(from) && (to.empty() || plain(to));
    x.ranges += (x.ranges.empty() ? "" : "\n\n") + std::string("introduced ") + from + (to.empty() ? "" : "\nfixed " + to);
  }
  if (by_design) {
    x.state = AffectedState::will_not_fix;
    x.note = "never fixed: by design";
  }
  return good;
}

base::Status read_row(JsonView row, const Document& document, const std::string& place, Sink& sink) {
  Advisory a;
  // "NODES-PROXY-GET (no CVE)": rows without a CVE keep their first word.
  const std::string id = row.get("id").text();
  a.id = advisory_name(id.substr(0, id.find(' ')));
  if (a.id.empty()) {
    return sink.skip(document, place, "no id");
  }
  a.summary = short_summary(row.get("precondition").text());
  for (const JsonView& item : row.get("affected").items()) {
    Affected x;
    if (!read_affected(item, row.get("unfixed_by_design").flag(), x)) {
      return sink.skip(document, place, "a range cannot be read");
    }
    a.affected.push_back(std::move(x));
  }
  BULKHEAD_CHECK(sink.add(a));
  return sink.add(Checks{a.id, row.dump()});
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  return read_catalogue(document, limits, sink, read_row);
}

}  // namespace

extern constinit const Source k8s_preconditions{
    .name = "k8s_preconditions",
    .title = "Kubernetes flaws with their preconditions",
    .publisher = "the Bulkhead developers, out of the sources that the file names",
    .licence = "Apache-2.0",
    .rank = 15,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
