// Wolfi's advisories, schema 2 (github.com/wolfi-dev/advisories up to May 2025): a YAML file per package, each advisory a list of
// dated events.
//
// The newest event decides: `fixed` with data.fixed-version; `false-positive-determination` (not affected, data.type says why);
// `fix-not-planned` (will not be fixed); `pending-upstream-fix` and `true-positive-determination` (no fix yet); `detection` alone
// (a scanner's guess: under investigation). Among events of one moment the later in the file counts.
//
// Licence: the repository is Apache-2.0 up to its commit of 2025-05-07; later ones forbid changed copies and passing on. This
// reader serves who brings a copy of their own; nothing fetches it. docs/advisory-database.md says more.
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  return name.ends_with(".yaml") && (head.contains("schema-version: 2") || head.contains("schema-version: \"2")) &&
         head.contains("\npackage:");
}

bool wants(std::string_view name) { return name.ends_with(".advisories.yaml"); }

// False: the event cannot be used.
bool read_event(JsonView event, Affected& x) {
  const std::string type = event.get("type").text();
  const JsonView data = event.get("data");
  x.ranges = "introduced 0";
  x.state = AffectedState::no_fix;
  x.note = type;
  if (type == "fixed") {
    const std::string version = data.get("fixed-version").text();
    x.ranges = fixed_range(version);
    x.state = AffectedState::affected;
    x.note.clear();
    return usable_version(version);
  }
  if (type == "false-positive-determination") {
    x.state = AffectedState::not_affected;
    x.ranges.clear();
    x.note = base::repair_utf8(data.get("type").text().substr(0, 80));
    return true;
  }
  if (type == "fix-not-planned") {
    x.state = AffectedState::will_not_fix;
  } else if (type == "detection") {
    x.state = AffectedState::under_investigation;
  } else if (type != "pending-upstream-fix" && type != "true-positive-determination" && type != "analysis-not-planned") {
    return false;
  }
  return true;
}

base::Status read_advisory(const Document& document, const std::string& package, JsonView item, size_t index, Sink& sink) {
  Advisory a;
  a.id = advisory_name(item.get("id").text());
  const std::string place = a.id.empty() ? "advisories[" + std::to_string(index) + "]" : a.id;
  const JsonView* newest = nullptr;
  const std::vector<JsonView> events = item.get("events").items();
  base::Moment latest = INT64_MIN;
  for (const JsonView& event : events) {
    const std::string moment = checked_date(event.get("timestamp").text());
    const base::Moment at = base::parse_moment(moment).value_or(INT64_MIN);
    if (newest == nullptr || at >= latest) {
      newest = &event;
      latest = at;
      a.modified = moment;
    }
    if (a.published.empty() || at < base::parse_moment(a.published).value_or(INT64_MIN)) {
      a.published = moment;
    }
  }
  if (a.id.empty() || newest == nullptr) {
    return sink.skip(document, place, "an advisory without an id or without events");
  }
  for (const std::string& alias : item.get("aliases").texts()) {
    if (std::string name = advisory_name(alias); !name.empty()) {
      a.aliases.push_back(std::move(name));
    }
  }
  Affected x{"Wolfi", package, {}, {}};
  if (!read_event(*newest, x)) {
    return sink.skip(document, place, "its newest event cannot be used");
  }
  a.affected.push_back(std::move(x));
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> yaml, base::parse_yaml(document.bytes, limits, document.place));
  const JsonView root = yaml.size() == 1 ? yaml.front().root() : JsonView();
  const std::string version = root.get("schema-version").text();
  const std::string package = root.path("package", "name").text();
  if ((version != "2" && !version.starts_with("2.")) || !usable_package(package) || root.get("advisories").kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "not a file of advisories of schema 2 about one package", document.place);
  }
  size_t index = 0;
  for (const JsonView& item : root.get("advisories").items()) {
    BULKHEAD_CHECK(read_advisory(document, package, item, index++, sink));
  }
  return {};
}

}  // namespace

extern constinit const Source wolfi_advisories{
    .name = "wolfi_advisories",
    .title = "Wolfi's advisories, one file a package",
    .publisher = "Chainguard (github.com/wolfi-dev/advisories)",
    .licence = "Apache-2.0 up to 2025-05-07; later CC BY-NC-ND and a commercial one: bring your own copy, do not pass it on",
    .rank = 11,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
