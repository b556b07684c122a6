// Rancher's release channels of k3s and RKE2 (github.com/rancher/kontainer-driver-metadata, channels.yaml and channels-rke2.yaml):
// `releases`, each with its version. One cycle a Kubernetes minor, `latest` its newest release; product "k3s" or "rke2".
#include <map>

#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "model/version.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  return name.ends_with(".yaml") && head.contains("releases:") && head.contains("- version: v1.") && head.contains("minChannelServerVersion");
}

bool wants(std::string_view name) { return name.contains("channels") && name.ends_with(".yaml"); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(document.bytes, limits, document.place));
  const JsonView releases = documents.empty() ? JsonView() : documents.front().root().get("releases");
  if (releases.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the channels have no `releases`", document.place);
  }
  std::map<std::pair<std::string, std::string>, std::string> latest;  // product, minor → version
  size_t index = 0;
  for (const JsonView& item : releases.items()) {
    const std::string place = "releases[" + std::to_string(index++) + "]", version = item.get("version").text();
    const std::string product = version.contains("+k3s") ? "k3s" : version.contains("+rke2") ? "rke2" : "";
    const auto parts = base::split(version, '.');
    if (product.empty() || parts.size() < 3 || !version.starts_with('v') || version.size() > 60) {
      BULKHEAD_CHECK(sink.skip(document, place, "its version is neither k3s' nor RKE2's"));
      continue;
    }
    std::string& best = latest[{product, std::string(parts[0].substr(1)) + "." + std::string(parts[1])}];
    const auto order = best.empty() ? base::Result<std::strong_ordering>(std::strong_ordering::less) : model::scheme("semver")->compare(best.substr(1), version.substr(1));
    // Builds of one version follow one another in the list: "+k3s2" is newer than "+k3s1" and equal to semver.
    if (order && *order <= 0) {
      best = version;
    }
  }
  for (const auto& [key, version] : latest) {
    Cycle c;
    c.product = key.first;
    c.cycle = key.second;
    c.latest = version;
    BULKHEAD_CHECK(sink.add(c));
  }
  return {};
}

}  // namespace

extern constinit const Source rancher_channels{
    .name = "rancher_channels",
    .title = "Releases of k3s and RKE2",
    .publisher = "Rancher",
    .licence = "Apache-2.0",
    .rank = 60,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
