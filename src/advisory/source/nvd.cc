// The National Vulnerability Database: API and feeds 2.0 (`vulnerabilities` [{`cve`}]), single `cve` objects, the old feed 1.1
// (`CVE_Items`), and files of CPE configurations in NVD's form (anchore/nvd-data-overrides).
//
// Products are CPEs: ecosystem "CPE", package "vendor:product". They are looked up only for components that no package URL
// speaks for. Hardware is left out. A configuration of several nodes under AND holds only beside the other parts ("running on"):
// its note says so. Where a CPE is bound to other software or an edition (target_sw, sw_edition) the note says that, too.
// CISA's decision points (SSVC) in NVD's metrics are kept.
#include <map>

#include "advisory/internal/ssvc.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') &&
         ((head.contains("\"NVD_CVE\"") && head.contains("\"vulnerabilities\"")) || head.contains("\"CVE_Items\"") ||
          (head.contains("\"cve\"") && head.contains("\"configurations\"") && head.contains("\"cpeMatch\"")) ||
          (head.contains("\"sourceIdentifier\"") && head.contains("\"vulnStatus\"")));
}

bool wants(std::string_view name) { return name.ends_with(".json") && !name.ends_with("schema.json"); }

bool plain(std::string_view text) { return !text.empty() && text.size() < 200 && text.find('\n') == text.npos; }

// Parts of "cpe:2.3:a:vendor:product:version:…", unescaped.
std::vector<std::string> cpe_parts(std::string_view text) {
  std::vector<std::string> out;
  if (!text.starts_with("cpe:2.3:") || text.size() > 1000) {
    return out;
  }
  out.emplace_back();
  for (size_t i = 8; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out.back() += text[++i];
    } else if (text[i] == ':') {
      out.emplace_back();
    } else {
      out.back() += text[i];
    }
  }
  return out;
}

using Products = std::map<std::pair<std::string, std::string>, Affected>;  // by package and note

void take_match(JsonView match, const std::string& beside, Products& out) {
  const std::vector<std::string> cpe = cpe_parts(match.get("criteria").text(match.get("cpe23Uri").text()));
  if (!match.get("vulnerable").flag() || cpe.size() < 11 || (cpe[0] != "a" && cpe[0] != "o") || !plain(cpe[1]) || !plain(cpe[2])) {
    return;
  }
  std::string note = beside;
  for (const auto& [at, word] : {std::pair{8U, "for "}, std::pair{7U, "edition "}}) {
    if (cpe[at] != "*" && cpe[at] != "-" && plain(cpe[at])) {
      note += (note.empty() ? "" : "; ") + std::string(word) + cpe[at];
    }
  }
  const std::string package = base::lower_ascii(cpe[1]) + ":" + base::lower_ascii(cpe[2]);
  Affected& x = out[{package, note}];
  x.ecosystem = "CPE";
  x.package = package;
  x.note = note;
  std::string version = cpe[3];
  if (version != "*" && version != "-") {
    if (cpe[4] != "*" && cpe[4] != "-") {
      version += "-" + cpe[4];  // version and update are two parts: 2.0, beta9
    }
    if (plain(version)) {
      x.versions.push_back(version);
    }
    return;
  }
  std::string lines;
  for (const auto& [key, word] : {std::pair{"versionStartIncluding", "introduced "}, std::pair{"versionStartExcluding", "introduced "},
                                  std::pair{"versionEndExcluding", "fixed "}, std::pair{"versionEndIncluding", "last_affected "}}) {
    const std::string value = match.get(key).text();
    if (value.empty()) {
      continue;
    }
    if (!plain(value)) {
      return;
    }
    // "Starting after V" has no event of its own: V counts as affected.
    lines += (lines.empty() ? "" : "\n") + std::string(word) + value;
  }
  if (!lines.starts_with("introduced ")) {
    lines = "introduced 0" + (lines.empty() ? "" : "\n" + lines);
  }
  if (!("\n\n" + x.ranges + "\n\n").contains("\n\n" + lines + "\n\n")) {
    x.ranges += (x.ranges.empty() ? "" : "\n\n") + lines;
  }
}

void take_nodes(JsonView nodes, bool together, Products& out, int depth) {
  for (const JsonView& node : nodes.items()) {
    const std::string beside = together || node.get("operator").text() == "AND" ? "only together with other products (NVD's AND)" : "";
    for (const char* key : {"cpeMatch", "cpe_match"}) {
      for (const JsonView& match : node.get(key).items()) {
        take_match(match, beside, out);
      }
    }
    if (depth < 4) {
      take_nodes(node.get("children"), !beside.empty(), out, depth + 1);
    }
  }
}

void add_vector(Advisory& a, const std::string& vector) {
  if (!vector.empty() && vector.size() < 400 && std::find(a.cvss.begin(), a.cvss.end(), vector) == a.cvss.end()) {
    a.cvss.push_back(vector);
  }
}

std::string english(JsonView list) {
  for (const JsonView& item : list.items()) {
    if (item.get("lang").text().starts_with("en")) {
      return short_summary(item.get("value").text());
    }
  }
  return {};
}

// `cve` is the object of 2.0 and of the overrides; `item` an element of CVE_Items for 1.1.
base::Status read_flaw(JsonView cve, JsonView item, const Document& document, const std::string& place, Sink& sink) {
  Advisory a;
  a.id = advisory_name(cve.get("id").text(cve.path("CVE_data_meta", "ID").text(item.path("_annotation", "cve_id").text())));
  if (!is_cve(a.id)) {
    return sink.skip(document, place, "no CVE id");
  }
  a.published = checked_date(cve.get("published").text(item.get("publishedDate").text()));
  a.modified = checked_date(cve.get("lastModified").text(item.get("lastModifiedDate").text()));
  a.summary = english(cve.get("descriptions"));
  if (a.summary.empty()) {
    a.summary = english(cve.path("description", "description_data"));
  }
  if (cve.get("vulnStatus").text() == "Rejected") {
    a.withdrawn = a.modified;
    return sink.add(a);
  }
  for (const char* key : {"cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"}) {
    for (const JsonView& metric : cve.path("metrics", key).items()) {
      add_vector(a, metric.path("cvssData", "vectorString").text());
    }
  }
  add_vector(a, item.path("impact", "baseMetricV3", "cvssV3", "vectorString").text());
  add_vector(a, item.path("impact", "baseMetricV2", "cvssV2", "vectorString").text());
  Products products;
  for (const JsonView& configuration : cve.get("configurations").items()) {
    take_nodes(configuration.get("nodes"), configuration.get("operator").text() == "AND", products, 0);
  }
  take_nodes(item.path("configurations", "nodes"), false, products, 0);
  for (auto& [key, x] : products) {
    a.affected.push_back(std::move(x));
  }
  for (const JsonView& metric : cve.path("metrics", "ssvcV203").items()) {
    if (const auto value = ssvc_value(metric.get("ssvcData"))) {
      BULKHEAD_CHECK(sink.add(Fact{"ssvc", a.id, *value}));
    }
  }
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  size_t index = 0;
  if (root.get("vulnerabilities").kind() == JsonKind::array) {
    for (const JsonView& item : root.get("vulnerabilities").items()) {
      BULKHEAD_CHECK(read_flaw(item.get("cve"), item, document, "vulnerabilities[" + std::to_string(index++) + "]", sink));
    }
    return sink.date(checked_date(root.get("timestamp").text()));
  }
  if (root.get("CVE_Items").kind() == JsonKind::array) {
    for (const JsonView& item : root.get("CVE_Items").items()) {
      BULKHEAD_CHECK(read_flaw(item.get("cve"), item, document, "CVE_Items[" + std::to_string(index++) + "]", sink));
    }
    return sink.date(checked_date(root.get("CVE_data_timestamp").text()));
  }
  if (root.get("cve").kind() == JsonKind::object) {
    return read_flaw(root.get("cve"), root, document, {}, sink);
  }
  if (root.get("sourceIdentifier").string()) {
    return read_flaw(root, root, document, {}, sink);
  }
  return base::fail(base::ErrorKind::input, "neither `vulnerabilities` nor `CVE_Items` nor `cve`", document.place);
}

}  // namespace

extern constinit const Source nvd{
    .name = "nvd",
    .title = "NVD: products by CPE, severity",
    .publisher = "NIST, National Vulnerability Database; Anchore's additions in its form",
    .licence = "public domain (NIST); CC0 (Anchore)",
    .rank = 80,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
