// CVE JSON 5 records (cve.org schema): what their containers say of severity, for flaws that other feeds tell of without it.
// Read: CVSS of the CNA and of CISA's vulnrichment container, CISA's decision points (SSVC), the title, the dates. Not read: `affected` (its
// version forms are many and loose; packages come from the ecosystems' own feeds).
#include <algorithm>

#include "advisory/internal/ssvc.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

// The kernel's own records have a row of theirs (kernel_cna).
bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"CVE_RECORD\"") && !head.contains("\"programFiles\"");
}

// cvelistV5 has its lists of changes beside the records.
bool wants(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return file.starts_with("CVE-") && file.ends_with(".json");
}

void add_metrics(Advisory& a, JsonView container) {
  for (const JsonView& metric : container.get("metrics").items()) {
    for (const char* key : {"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"}) {
      const std::string vector = metric.path(key, "vectorString").text();
      if (!vector.empty() && vector.size() < 400 && std::find(a.cvss.begin(), a.cvss.end(), vector) == a.cvss.end()) {
        a.cvss.push_back(vector);
      }
    }
  }
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView meta = json.root().get("cveMetadata");
  const JsonView cna = json.root().path("containers", "cna");
  Advisory a;
  a.id = advisory_name(meta.get("cveId").text());
  if (!is_cve(a.id)) {
    return base::fail(base::ErrorKind::input, "no `cveMetadata.cveId`", document.place);
  }
  a.published = checked_date(meta.get("datePublished").text());
  a.modified = checked_date(meta.get("dateUpdated").text());
  if (meta.get("state").string() == "REJECTED") {
    a.withdrawn = checked_date(meta.get("dateRejected").text());
    a.withdrawn = a.withdrawn.empty() ? a.modified : a.withdrawn;
    return sink.add(a);
  }
  a.summary = short_summary(cna.get("title").text());
  if (a.summary.empty()) {
    for (const JsonView& item : cna.get("descriptions").items()) {
      if (item.get("lang").text().starts_with("en")) {
        a.summary = short_summary(item.get("value").text());
        break;
      }
    }
  }
  add_metrics(a, cna);
  for (const JsonView& container : json.root().path("containers", "adp").items()) {
    add_metrics(a, container);
    for (const JsonView& metric : container.get("metrics").items()) {
      const JsonView other = metric.get("other");
      if (const auto value = other.get("type").text() == "ssvc" ? ssvc_value(other.get("content")) : std::nullopt) {
        BULKHEAD_CHECK(sink.add(Fact{"ssvc", a.id, *value}));
      }
    }
  }
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

}  // namespace

extern constinit const Source cve_json{
    .name = "cve_json",
    .title = "CVE records: severity and dates",
    .publisher = "CVE programme; CISA vulnrichment",
    .licence = "CVE terms of use; vulnrichment CC0",
    .rank = 35,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
