// Arch Linux's vulnerability groups (security.archlinux.org/all.json): one array; a group is packages of one source with the flaws
// that they share.
//
// status: Fixed (in the version `fixed`), Testing (fixed in testing), Vulnerable, Not affected, Unknown. `affected` is the version
// in which the group was found, not where the flaw came in.
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('[') && head.contains("\"AVG-") && head.contains("\"issues\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

// False: the group cannot be used.
bool read_state(JsonView group, Affected& x) {
  const std::string status = group.get("status").text();
  const std::string fixed = group.get("fixed").text();
  if (status == "Not affected") {
    x.state = AffectedState::not_affected;
    return true;
  }
  x.state = status == "Unknown" ? AffectedState::under_investigation : AffectedState::affected;
  if (!fixed.empty()) {
    x.ranges = fixed_range(fixed);
    return usable_version(fixed);
  }
  x.ranges = "introduced 0";
  x.state = status == "Vulnerable" ? AffectedState::no_fix : AffectedState::under_investigation;
  return status == "Vulnerable" || status == "Unknown" || status == "Testing";
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the vulnerability groups must be a JSON array", document.place);
  }
  size_t index = 0;
  for (const JsonView& group : json.root().items()) {
    const std::string place = "[" + std::to_string(index++) + "]";
    Erratum e;
    e.id = advisory_name(group.get("name").text());
    e.severity = severity_word(group.get("severity").text());
    e.summary = short_summary(group.get("type").text());
    Affected x;
    x.ecosystem = "Arch Linux";
    if (e.id.empty() || !read_state(group, x)) {
      BULKHEAD_CHECK(sink.skip(document, place, "a group without a name, or whose status cannot be read"));
      continue;
    }
    for (const std::string& issue : group.get("issues").texts()) {
      if (std::string name = advisory_name(issue); !name.empty()) {
        e.flaws.push_back({std::move(name), {}, {}});
      }
    }
    for (const std::string& package : group.get("packages").texts()) {
      if (usable_package(package)) {
        e.affected.push_back(x);
        e.affected.back().package = package;
      } else {
        BULKHEAD_CHECK(sink.skip(document, place + " " + e.id, "not a package's name"));
      }
    }
    e.unnamed = true;
    BULKHEAD_CHECK(add_erratum(e, sink));
  }
  return {};
}

}  // namespace

extern constinit const Source arch_avg{
    .name = "arch_avg",
    .title = "Arch Linux vulnerability groups",
    .publisher = "Arch Linux security team (security.archlinux.org)",
    .licence = "none stated; facts",
    .rank = 14,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
