// Rocky Linux's errata API (errata.rockylinux.org, api/v2/advisories): pages of {"advisories": […]}.
//
// Packages are listed as name-epoch:version-release.arch.rpm with their product ("Rocky Linux 10 aarch64") and, for modules, name
// and stream. The same build stands once per architecture.
#include <set>

#include "advisory/distribution.h"
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"advisories\"") && head.contains("\"red_hat_advisory_id\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

base::Status read_packages(const Document& document, JsonView item, Erratum& e, Sink& sink) {
  std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;  // ecosystem, package, version, module
  for (const JsonView& p : item.get("packages").items()) {
    const std::string text = p.get("nevra").text();
    const auto nevra = nevra_of(text, true);
    const std::vector<std::string> releases = ecosystems_of_release(p.get("product_name").text());
    if (!nevra || releases.empty()) {
      BULKHEAD_CHECK(sink.skip(document, e.id, "a package of no known form or release: " + base::repair_utf8(text.substr(0, 120))));
      continue;
    }
    if (nevra->arch == "src") {
      continue;
    }
    const std::string module = p.get("module_name").text();
    const std::string note = module_note(module.empty() ? module : module + ":" + p.get("module_stream").text());
    for (const std::string& release : releases) {
      if (seen.emplace(release, nevra->name, nevra->evr, note).second) {
        e.affected.push_back({release, nevra->name, fixed_range(nevra->evr), {}});
        e.affected.back().note = note;
      }
    }
  }
  return {};
}

base::Status read_advisory(const Document& document, JsonView item, size_t index, Sink& sink) {
  Erratum e;
  e.id = advisory_name(item.get("name").text());
  if (e.id.empty()) {
    return sink.skip(document, "advisories[" + std::to_string(index) + "]", "an advisory without a name");
  }
  e.published = date_of(item.get("published_at").text());
  e.modified = date_of(item.get("updated_at").text());
  e.summary = short_summary(item.get("synopsis").text());
  e.severity = severity_word(item.get("severity").text());
  e.unnamed = item.get("kind").text() == "Security";
  for (const JsonView& cve : item.get("cves").items()) {
    ErratumFlaw flaw{advisory_name(cve.get("cve").text()), {}, {}};
    if (std::string vector = vector_of(cve.get("cvss3_scoring_vector").text()); !vector.empty()) {
      flaw.cvss.push_back(std::move(vector));
    }
    if (is_cve(flaw.name)) {
      e.flaws.push_back(std::move(flaw));
    }
  }
  BULKHEAD_CHECK(sink.date(e.modified));
  if (e.flaws.empty() && !e.unnamed) {
    return {};
  }
  BULKHEAD_CHECK(read_packages(document, item, e, sink));
  return add_erratum(e, sink);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView list = json.root().get("advisories");
  if (list.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "a page of errata must hold a list of advisories", document.place);
  }
  size_t index = 0;
  for (const JsonView& item : list.items()) {
    BULKHEAD_CHECK(read_advisory(document, item, index++, sink));
  }
  return {};
}

}  // namespace

extern constinit const Source rocky_errata{
    .name = "rocky_errata",
    .title = "Rocky Linux errata",
    .publisher = "Rocky Enterprise Software Foundation (errata.rockylinux.org)",
    .licence = "none stated; facts",
    .rank = 14,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
