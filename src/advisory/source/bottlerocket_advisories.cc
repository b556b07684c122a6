// Bottlerocket's advisories (BRSA) as its kits keep them: a TOML file each, [advisory] with id, cve, ghsa, severity and a list of
// products: package-name, patched-version, patched-release, patched-epoch.
//
// Early ones give the name of the upstream build as the version ("kernel-5.15.160-104.158.amzn2"): Bottlerocket's own builds have
// their version and another release, so the version alone counts.
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/toml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

bool recognises(std::string_view name, std::string_view head) { return name.ends_with(".toml") && head.contains("[advisory]"); }

bool wants(std::string_view name) { return name.ends_with(".toml") && name.contains("BRSA-"); }

std::string version_of(JsonView product) {
  const std::string version = product.get("patched-version").text();
  const std::string upstream = "kernel-";
  if (version.starts_with(upstream)) {
    const size_t dash = version.find('-', upstream.size());
    return version.substr(upstream.size(), dash == version.npos ? dash : dash - upstream.size());
  }
  return evr_of(product.get("patched-epoch").text(), version, product.get("patched-release").text());
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument toml, base::parse_toml(document.bytes, limits, document.place));
  const JsonView advisory = toml.root().get("advisory");
  Erratum e;
  e.id = advisory_name(advisory.get("id").text());
  if (e.id.empty()) {
    return base::fail(base::ErrorKind::input, "an advisory without an id", document.place);
  }
  e.summary = short_summary(advisory.get("title").text());
  e.severity = severity_word(advisory.get("severity").text());
  e.published = e.modified = date_of(toml.root().path("updateinfo", "issue-date").text());
  e.unnamed = true;
  for (const char* key : {"cve", "ghsa"}) {
    if (std::string name = advisory_name(advisory.get(key).text()); !name.empty() && e.flaws.empty()) {
      e.flaws.push_back({std::move(name), {}, {}});
    }
  }
  size_t index = 0;
  for (const JsonView& product : advisory.get("products").items()) {
    const std::string package = product.get("package-name").text();
    const auto evr = checked_evr(package, version_of(product));
    const std::string place = "products[" + std::to_string(index++) + "]";
    if (!usable_package(package) || !evr) {
      BULKHEAD_CHECK(sink.skip(document, place, "no usable package and version"));
      continue;
    }
    e.affected.push_back({"Bottlerocket", package, fixed_range(*evr), {}});
  }
  BULKHEAD_CHECK(sink.date(e.modified));
  return add_erratum(e, sink);
}

}  // namespace

extern constinit const Source bottlerocket_advisories{
    .name = "bottlerocket_advisories",
    .title = "Bottlerocket security advisories of its kits",
    .publisher = "Bottlerocket (github.com/bottlerocket-os/bottlerocket-core-kit, advisories/)",
    .licence = "Apache-2.0 or MIT",
    .rank = 14,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
