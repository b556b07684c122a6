// CycloneDX documents with `vulnerabilities`: VEX (JSON and XML) and vulnerability disclosure reports such as Apache Logging's.
// internal/cyclonedx_flaws.h says what becomes of them. An SBOM without vulnerabilities is none of these.
#include <array>

#include "advisory/internal/cyclonedx_flaws.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/xml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;
using base::XmlElement;

bool recognises(std::string_view, std::string_view head) {
  const std::string_view text = base::trim(head);
  return (text.starts_with('{') && head.contains("\"CycloneDX\"") && head.contains("\"vulnerabilities\"")) ||
         (text.starts_with('<') && head.contains("cyclonedx.org/schema/bom") && head.contains("<vulnerabilit"));
}

bool wants(std::string_view name) { return name.ends_with(".json") || name.ends_with(".xml"); }

void add_component(CycloneDocument& out, const std::string& ref, const std::string& purl, const std::string& cpe) {
  if (!ref.empty() && ref.size() < 2000 && (!purl.empty() || !cpe.empty())) {
    out.identifiers.emplace(ref, purl.empty() ? cpe : purl);
  }
}

void read_components(JsonView list, CycloneDocument& out, int depth) {
  for (const JsonView& c : list.items()) {
    add_component(out, c.get("bom-ref").text(), c.get("purl").text(), c.get("cpe").text());
    if (depth < 16) {
      read_components(c.get("components"), out, depth + 1);
    }
  }
}

CycloneFlaw read_flaw(JsonView v) {
  CycloneFlaw flaw;
  flaw.id = v.get("id").text();
  flaw.published = v.get("published").text();
  flaw.updated = v.get("updated").text();
  flaw.summary = v.get("description").text();
  for (const JsonView& rating : v.get("ratings").items()) {
    if (std::string vector = cyclone_vector(rating.get("method").text(), rating.get("vector").text()); !vector.empty()) {
      flaw.vectors.push_back(std::move(vector));
    }
    flaw.severity = flaw.severity.empty() ? rating.get("severity").text() : flaw.severity;
  }
  flaw.state = v.path("analysis", "state").text();
  flaw.justification = v.path("analysis", "justification").text();
  flaw.detail = v.path("analysis", "detail").text();
  for (const JsonView& item : v.get("affects").items()) {
    CycloneTarget target;
    target.ref = item.get("ref").text();
    for (const JsonView& version : item.get("versions").items()) {
      if (version.get("status").text("affected") != "affected") {
        continue;
      }
      if (const auto range = version.get("range").string()) {
        target.ranges.emplace_back(*range);
      } else {
        target.versions.push_back(version.get("version").text());
      }
    }
    flaw.targets.push_back(std::move(target));
  }
  return flaw;
}

base::Result<CycloneDocument> read_json(const Document& document, const base::Limits& limits) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  if (root.get("bomFormat").string() != "CycloneDX" || root.get("vulnerabilities").kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "no CycloneDX document with `vulnerabilities`", document.place);
  }
  CycloneDocument out;
  out.id = short_summary(root.get("serialNumber").text());
  out.date = checked_date(root.path("metadata", "timestamp").text());
  out.author = short_summary(root.path("metadata", "supplier", "name").text(root.path("metadata", "manufacture", "name").text()));
  add_component(out, root.path("metadata", "component", "bom-ref").text(), root.path("metadata", "component", "purl").text(),
                root.path("metadata", "component", "cpe").text());
  read_components(root.get("components"), out, 0);
  for (const JsonView& v : root.get("vulnerabilities").items()) {
    out.flaws.push_back(read_flaw(v));
  }
  return out;
}

std::string text_of(const XmlElement& e, std::string_view child) { return std::string(e.child(child).trimmed()); }

void read_component(const XmlElement& e, CycloneDocument& out) {
  add_component(out, std::string(e.attribute("bom-ref")), text_of(e, "purl"), text_of(e, "cpe"));
  for (const XmlElement& inner : e.child("components").children) {
    read_component(inner, out);
  }
}

CycloneFlaw read_flaw(const XmlElement& e) {
  CycloneFlaw flaw;
  flaw.id = text_of(e, "id");
  flaw.published = text_of(e, "published");
  flaw.updated = text_of(e, "updated");
  flaw.summary = text_of(e, "description");
  for (const XmlElement& rating : e.child("ratings").children) {
    if (std::string vector = cyclone_vector(text_of(rating, "method"), text_of(rating, "vector")); !vector.empty()) {
      flaw.vectors.push_back(std::move(vector));
    }
    flaw.severity = flaw.severity.empty() ? text_of(rating, "severity") : flaw.severity;
  }
  const XmlElement& analysis = e.child("analysis");
  flaw.state = text_of(analysis, "state");
  flaw.justification = text_of(analysis, "justification");
  flaw.detail = text_of(analysis, "detail");
  for (const XmlElement& item : e.child("affects").children) {
    CycloneTarget target;
    target.ref = text_of(item, "ref");
    for (const XmlElement& version : item.child("versions").children) {
      const std::string status = text_of(version, "status"), range = text_of(version, "range");
      if (status.empty() || status == "affected") {
        (range.empty() ? target.versions : target.ranges).push_back(range.empty() ? text_of(version, "version") : range);
      }
    }
    flaw.targets.push_back(std::move(target));
  }
  return flaw;
}

base::Result<CycloneDocument> read_xml(const Document& document, const base::Limits& limits) {
  static constexpr std::array<std::string_view, 3> kWanted = {"metadata", "component", "vulnerability"};
  CycloneDocument out;
  bool cyclone = document.bytes.contains("cyclonedx.org/schema/bom");
  BULKHEAD_CHECK(base::each_xml_element(document.bytes, kWanted, limits, document.place, [&](const XmlElement& e) -> base::Status {
    if (e.name == "metadata") {
      out.date = checked_date(text_of(e, "timestamp"));
      out.author = short_summary(text_of(e.child("manufacturer"), "name"));
      read_component(e.child("component"), out);
    } else if (e.name == "component") {
      read_component(e, out);
    } else {
      out.flaws.push_back(read_flaw(e));
    }
    return {};
  }));
  if (!cyclone || out.flaws.empty()) {
    return base::fail(base::ErrorKind::input, "no CycloneDX document with vulnerabilities", document.place);
  }
  out.id = document.name.substr(document.name.rfind('/') + 1);
  return out;
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  const bool xml = base::trim(document.bytes.substr(0, 256)).starts_with('<');
  BULKHEAD_TRY(const CycloneDocument cyclone, xml ? read_xml(document, limits) : read_json(document, limits));
  return give_cyclone(cyclone, document, sink);
}

}  // namespace

extern constinit const Source cyclonedx_vex{
    .name = "cyclonedx_vex",
    .title = "CycloneDX VEX and vulnerability disclosure reports",
    .publisher = "whoever made the document: Apache Logging Services, vendors",
    .licence = "each publisher's: Apache-2.0 (Apache Logging)",
    .rank = 20,  // beside the reviewed databases: of two that differ on a fix the more careful one counts
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
