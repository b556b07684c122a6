// StackRox' list of Kubernetes flaws (github.com/stackrox/k8s-cves): a YAML file per flaw with the programs, version ranges with
// the fix of each, and both of NVD's and Kubernetes' vectors.
//
// A file without `components` speaks of Kubernetes as a whole: package "kubernetes". Where `fixedBy` is given it ends the range;
// the range's own "<=" end would leave a gap up to it.
#include "advisory/internal/requirement.h"
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  const std::string text = "\n" + std::string(head);
  return name.ends_with(".yaml") && text.contains("\ncve: CVE-") && text.contains("\nissueUrl:");
}

bool wants(std::string_view name) { return name.ends_with(".yaml") && name.substr(name.rfind('/') + 1).starts_with("CVE-"); }

std::optional<std::string> lines_of(JsonView affected) {
  std::string out;
  for (const JsonView& item : affected.items()) {
    auto intervals = parse_requirement(item.get("range").text(), Flavour::cargo);
    if (!intervals) {
      return std::nullopt;
    }
    const std::string fixed = item.get("fixedBy").text();
    if (fixed.size() > 100 || fixed.contains('\n')) {
      return std::nullopt;
    }
    for (Interval& i : *intervals) {
      if (!fixed.empty()) {
        i.high = fixed;
        i.with_high = false;
      }
    }
    const std::string lines = range_lines(*intervals, Flavour::cargo);
    out += (out.empty() || lines.empty() ? "" : "\n\n") + lines;
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(document.bytes, limits, document.place));
  if (documents.empty()) {
    return base::fail(base::ErrorKind::input, "holds no YAML document", document.place);
  }
  const JsonView root = documents.front().root();
  Advisory a;
  a.id = advisory_name(root.get("cve").text());
  if (!is_cve(a.id)) {
    return base::fail(base::ErrorKind::input, "no `cve`", document.place);
  }
  const std::string published = root.get("published").text();
  a.published = a.modified = checked_date(std::string_view(published).substr(0, std::min<size_t>(published.size(), 10)));
  a.summary = short_summary(root.get("description").text());
  for (const char* by : {"kubernetes", "nvd"}) {
    for (const char* key : {"vectorV3", "vectorV2"}) {
      if (std::string vector = root.get("cvss").path(by, key).text(); !vector.empty() && vector.size() < 200) {
        a.cvss.push_back(std::move(vector));
      }
    }
  }
  const auto lines = lines_of(root.get("affected"));
  if (!lines) {
    return base::fail(base::ErrorKind::input, "a range of `affected` cannot be read", document.place);
  }
  std::vector<std::string> components = root.get("components").texts();
  if (components.empty()) {
    components = {"kubernetes"};
  }
  for (const std::string& component : components) {
    if (!component.empty() && component.size() < 100 && !component.contains('\n')) {
      a.affected.push_back({kKubernetes, kubernetes_program(component), *lines, {}});
    }
  }
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

}  // namespace

extern constinit const Source stackrox_k8s{
    .name = "stackrox_k8s",
    .title = "StackRox' Kubernetes flaws",
    .publisher = "StackRox",
    .licence = "Apache-2.0",
    .rank = 25,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
