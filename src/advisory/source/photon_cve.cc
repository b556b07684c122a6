// Photon OS's list of flaws (packages.vmware.com/photon/photon_cve_metadata/cve_data_photonX.0.json): one array, a row per flaw and
// package, the release only in the file's name. status: Fixed, Not Affected; `NA` stands for no version.
#include <map>

#include "advisory/distribution.h"
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr std::string_view kFile = "cve_data_photon";

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('[') && head.contains("\"res_ver\"") && head.contains("\"aff_ver\"");
}

bool wants(std::string_view name) { return name.substr(name.rfind('/') + 1).starts_with(kFile); }

// "cve_data_photon5.0.json" → "Photon OS:5".
std::string ecosystem_of(std::string_view file) {
  const size_t at = file.rfind(kFile);
  if (at == file.npos) {
    return {};
  }
  file.remove_prefix(at + kFile.size());
  const std::vector<std::string> found = ecosystems_of_release("Photon OS " + std::string(file.substr(0, file.find(".json"))));
  return found.empty() ? std::string() : found.front();
}

base::Status read(const Document& document, JsonView row, const std::string& ecosystem, const std::string& place, Sink& sink) {
  Advisory a;
  a.id = advisory_name(row.get("cve_id").text());
  Affected x{ecosystem, row.get("pkg").text(), {}, {}};
  // "UNK-1" and cut-off names stand for flaws that nobody else can know.
  if (!is_cve(a.id) && !a.id.starts_with("BDSA-") && !a.id.starts_with("GHSA-")) {
    return sink.skip(document, place, "no flaw's name: " + base::repair_utf8(a.id.substr(0, 40)));
  }
  const std::string status = row.get("status").text();
  const std::string fixed = row.get("res_ver").text();
  if (!usable_package(x.package)) {
    return sink.skip(document, place, "no package's name");
  }
  if (status == "Not Affected") {
    x.state = AffectedState::not_affected;
  } else if (fixed == "NA" || fixed.empty()) {
    x.ranges = "introduced 0";
    x.state = AffectedState::no_fix;
  } else if (const auto evr = checked_evr(x.package, fixed)) {
    x.ranges = fixed_range(*evr);
  } else {
    return sink.skip(document, place, "res_ver is no version");
  }
  a.affected.push_back(std::move(x));
  return sink.add(a);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const std::string ecosystem = ecosystem_of(document.name);
  if (json.root().kind() != JsonKind::array || ecosystem.empty()) {
    return base::fail(base::ErrorKind::input, "must be a JSON array in a file named cve_data_photonX.0.json: the name tells the release",
                      document.place);
  }
  size_t index = 0;
  for (const JsonView& row : json.root().items()) {
    BULKHEAD_CHECK(read(document, row, ecosystem, "[" + std::to_string(index++) + "]", sink));
  }
  return {};
}

}  // namespace

extern constinit const Source photon_cve{
    .name = "photon_cve",
    .title = "Photon OS flaws by package",
    .publisher = "Broadcom (packages.vmware.com/photon)",
    .licence = "none stated; facts",
    .rank = 14,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
