// Fedora's update system Bodhi (bodhi.fedoraproject.org, api updates): answers {"updates": […]}, or the list alone.
//
// An update has builds (source packages: name-version-release and epoch), a release and bugs whose titles name the flaws. Only rpm
// builds count: flatpaks, containers and modules are built from them. An update that is still in testing is a fix, too: the note
// says so.
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
  return head.contains("\"FEDORA-") && head.contains("\"autokarma\"") && head.contains("\"bugs\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

void read_flaws(JsonView update, Erratum& e) {
  std::string text;
  for (const JsonView& bug : update.get("bugs").items()) {
    text += bug.get("title").text() + "\n";
  }
  std::vector<std::string> names = flaws_in(text);
  if (names.empty()) {
    names = flaws_in(update.get("title").text());
  }
  for (std::string& name : names) {
    e.flaws.push_back({std::move(name), {}, {}});
  }
}

base::Status read_update(const Document& document, JsonView update, size_t index, Sink& sink) {
  Erratum e;
  e.id = advisory_name(update.get("alias").text());
  if (e.id.empty()) {
    return sink.skip(document, "[" + std::to_string(index) + "]", "an update without an alias");
  }
  e.published = date_of(update.get("date_submitted").text());
  e.modified = date_of(update.get("date_pushed").text());
  e.summary = short_summary(update.get("title").text());
  const std::string severity = update.get("severity").text();
  e.severity = severity == "urgent" ? "critical" : severity_word(severity);
  e.unnamed = update.get("type").text() == "security";
  read_flaws(update, e);
  BULKHEAD_CHECK(sink.date(e.modified));
  if (e.flaws.empty() && !e.unnamed) {
    return {};
  }
  const std::string release = update.path("release", "long_name").text();
  const std::vector<std::string> ecosystems = ecosystems_of_release(release);
  for (const JsonView& build : update.get("builds").items()) {
    if (build.get("type").text() != "rpm") {
      continue;
    }
    const std::string nvr = build.get("nvr").text();
    const auto package = nevra_of(nvr, false);
    if (!package || ecosystems.empty()) {
      BULKHEAD_CHECK(sink.skip(
          document, e.id, "a build of no known form or release: " + base::repair_utf8(nvr.substr(0, 100) + " " + release.substr(0, 60))));
      continue;
    }
    const int64_t epoch = build.get("epoch").integer().value_or(0);
    for (const std::string& ecosystem : ecosystems) {
      e.affected.push_back({ecosystem, package->name, fixed_range(evr_of(std::to_string(epoch), package->evr, {})), {}});
      e.affected.back().note = update.get("status").text() == "testing" ? "in testing" : "";
    }
  }
  return add_erratum(e, sink);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  const JsonView list = root.kind() == JsonKind::object ? root.get("updates") : root;
  if (list.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "an answer of Bodhi must hold a list of updates", document.place);
  }
  size_t index = 0;
  for (const JsonView& update : list.items()) {
    BULKHEAD_CHECK(read_update(document, update, index++, sink));
  }
  return {};
}

}  // namespace

extern constinit const Source fedora_bodhi{
    .name = "fedora_bodhi",
    .title = "Fedora's updates by Bodhi's API",
    .publisher = "Fedora (bodhi.fedoraproject.org)",
    .licence = "none stated; facts",
    .rank = 15,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
