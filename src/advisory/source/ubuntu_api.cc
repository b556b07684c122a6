// The Ubuntu security API's pages of flaws (ubuntu.com/security/cves.json): `cves`, each with `packages` and per release a status.
//
// `pocket` esm-infra or esm-apps: Ubuntu Pro. `description` of a released package is its version. `priority` is Ubuntu's severity.
#include "advisory/internal/ubuntu.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"cves\"") && head.contains("\"notices_ids\"") && head.contains("\"packages\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

void read_packages(JsonView packages, Advisory& a) {
  for (const JsonView& package : packages.items()) {
    const std::string name = package.get("name").text();
    if (name.empty() || name.size() > 200 || name.contains('\n')) {
      continue;
    }
    for (const JsonView& s : package.get("statuses").items()) {
      const std::string status = s.get("status").text(), detail = s.get("description").text();
      const bool pro = s.get("pocket").text().starts_with("esm") || (status == "released" && detail.contains("+esm"));
      const auto ecosystem = ubuntu_ecosystem(s.get("release_codename").text(), pro);
      Affected x{ecosystem.value_or(""), name, {}, {}};
      if (ecosystem && ubuntu_status(status, detail, x)) {
        a.affected.push_back(std::move(x));
      }
    }
  }
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView list = json.root().get("cves");
  if (list.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the page has no `cves`", document.place);
  }
  size_t index = 0;
  for (const JsonView& v : list.items()) {
    const std::string place = "cves[" + std::to_string(index++) + "]";
    Advisory a;
    a.id = advisory_name(v.get("id").text());
    if (!is_cve(a.id)) {
      BULKHEAD_CHECK(sink.skip(document, place, "no CVE id"));
      continue;
    }
    const std::string published = v.get("published").text(), updated = v.get("updated_at").text();
    a.published = checked_date(published.size() == 19 ? published + "Z" : published);
    a.modified = checked_date(updated.substr(0, std::min<size_t>(updated.size(), 10)));
    if (v.get("status").text() == "rejected") {
      a.withdrawn = a.published;
    }
    a.summary = short_summary(v.get("description").text());
    a.severity = severity_word(v.get("priority").text());
    if (std::string vector = v.path("impact", "baseMetricV3", "cvssV3", "vectorString").text(); vector.starts_with("CVSS:") && vector.size() < 200) {
      a.cvss.push_back(std::move(vector));
    }
    read_packages(v.get("packages"), a);
    BULKHEAD_CHECK(sink.add(a));
    BULKHEAD_CHECK(sink.date(a.modified.empty() ? a.published : a.modified));
  }
  return {};
}

}  // namespace

extern constinit const Source ubuntu_api{
    .name = "ubuntu_api",
    .title = "Ubuntu security API: flaws",
    .publisher = "Canonical, Ubuntu security team",
    .licence = "CC-BY-SA 4.0",
    .rank = 13,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
