// CISA's catalogue of known exploited vulnerabilities (cisa.gov, known_exploited_vulnerabilities.json and .csv).
// The CSV form has no date of its own: the newest `dateAdded` stands for it.
#include <algorithm>

#include "advisory/internal/csv.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool is_csv(std::string_view head) { return head.substr(0, 200).contains("cveID,vendorProject,product,"); }

bool recognises(std::string_view, std::string_view head) {
  return (base::trim(head).starts_with('{') && head.contains("\"catalogVersion\"")) || is_csv(head);
}

bool wants(std::string_view name) { return name.ends_with(".json") || name.ends_with(".csv"); }

base::Status read_csv(const Document& document, Sink& sink) {
  std::string newest;
  BULKHEAD_CHECK(each_csv_row(document.bytes, document.place, [&](const CsvRow& row, uint64_t line) -> base::Status {
    const auto field = [&](std::string_view key) {
      const auto at = row.find(key);
      return at == row.end() ? std::string() : at->second;
    };
    Exploited e{advisory_name(field("cveID")), checked_date(field("dateAdded")), field("knownRansomwareCampaignUse") == "Known",
                short_summary(field("vulnerabilityName"))};
    if (!is_cve(e.id) || e.date.empty()) {
      return sink.skip(document, "line " + std::to_string(line), "no CVE id or no date");
    }
    newest = std::max(newest, e.date);
    return sink.add(e);
  }));
  return newest.empty() ? base::Status(base::fail(base::ErrorKind::input, "the catalogue holds no entry", document.place)) : sink.date(newest);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  if (is_csv(document.bytes)) {
    return read_csv(document, sink);
  }
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView list = json.root().get("vulnerabilities");
  if (list.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the catalogue has no `vulnerabilities`", document.place);
  }
  size_t index = 0;
  for (const JsonView& item : list.items()) {
    const std::string place = "vulnerabilities[" + std::to_string(index++) + "]";
    Exploited e{advisory_name(item.get("cveID").text()), checked_date(item.get("dateAdded").text()),
                item.get("knownRansomwareCampaignUse").string() == "Known", short_summary(item.get("vulnerabilityName").text())};
    if (!is_cve(e.id) || e.date.empty()) {
      BULKHEAD_CHECK(sink.skip(document, place, "no CVE id or no date"));
      continue;
    }
    BULKHEAD_CHECK(sink.add(e));
  }
  const std::string released = checked_date(json.root().get("dateReleased").text());
  const std::string version = base::replace_all(json.root().get("catalogVersion").text(), ".", "-");
  return sink.date(released.empty() ? checked_date(version) : released);
}

}  // namespace

extern constinit const Source kev{
    .name = "kev",
    .title = "Known exploited vulnerabilities",
    .publisher = "CISA",
    .licence = "CC0",
    .rank = 50,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
