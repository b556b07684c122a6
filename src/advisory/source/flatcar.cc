// Flatcar's releases (www.flatcar.org, releases-json/releases-<channel>.json): an object by version with channel, date, and the
// versions of the major software in it. Product "flatcar", one cycle a release, codename = channel; `latest` is the channel's newest.
#include <map>

#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"major_software\"") && head.contains("\"release_date\"") &&
         head.contains("\"channel\"");
}

// releases.json holds every channel once more.
bool wants(std::string_view name) { return name.contains("releases-") && name.ends_with(".json"); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::object || json.root().size() == 0) {
    return base::fail(base::ErrorKind::input, "the releases must be a JSON object", document.place);
  }
  std::vector<Cycle> cycles;
  std::map<std::string, const Cycle*> newest;
  base::Status status;
  json.root().each([&](std::string_view version, JsonView v) {
    Cycle c;
    c.product = "flatcar";
    c.cycle = version;
    c.codename = short_summary(v.get("channel").text()).substr(0, 40);
    const std::string date = v.get("release_date").text();  // "2018-04-25 14:36:41 +0000"
    c.released = checked_date(std::string_view(date).substr(0, std::min<size_t>(date.size(), 10)));
    if (version.starts_with("current")) {
      return;  // "current", "current-2021": the newest once more
    }
    if (c.cycle.size() > 40 || c.cycle.find_first_not_of("0123456789.") != std::string::npos || c.released.empty()) {
      status = status ? sink.skip(document, std::string(version.substr(0, 40)), "no version or no date") : status;
      return;
    }
    cycles.push_back(std::move(c));
  });
  BULKHEAD_CHECK(status);
  for (const Cycle& c : cycles) {
    const Cycle*& best = newest[c.codename];
    best = best == nullptr || best->released < c.released ? &c : best;
  }
  for (const Cycle& c : cycles) {
    Cycle out = c;
    out.latest = newest[c.codename]->cycle;
    BULKHEAD_CHECK(sink.date(c.released));
    BULKHEAD_CHECK(sink.add(out));
  }
  return {};
}

}  // namespace

extern constinit const Source flatcar{
    .name = "flatcar",
    .title = "Releases of Flatcar Container Linux",
    .publisher = "Flatcar",
    .licence = "Apache-2.0",
    .rank = 60,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
