// Bottlerocket's Release.toml (github.com/bottlerocket-os/bottlerocket): `version` is the newest, the keys of `migrations` are pairs
// "(from, to)" and so name every release. Product "bottlerocket", one cycle a release.
#include <set>

#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/toml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  return name.ends_with(".toml") && head.contains("[migrations]") && head.contains("version = ");
}

bool wants(std::string_view name) { return name.ends_with("Release.toml"); }

bool version(std::string_view text) {
  return !text.empty() && text.size() < 40 && text.find_first_not_of("0123456789.") == text.npos;
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument toml, base::parse_toml(document.bytes, limits, document.place));
  const std::string newest = toml.root().get("version").text();
  if (!version(newest) || toml.root().get("migrations").kind() != JsonKind::object) {
    return base::fail(base::ErrorKind::input, "needs `version` and `migrations`", document.place);
  }
  std::set<std::string> all = {newest};
  base::Status status;
  toml.root().get("migrations").each([&](std::string_view key, JsonView) {
    const auto [from, to] = base::split_once(key, ',');
    const std::string_view first = base::trim(from.starts_with('(') ? from.substr(1) : from);
    std::string_view second = base::trim(to.value_or(""));
    second = second.ends_with(')') ? second.substr(0, second.size() - 1) : second;
    if (version(first) && version(second)) {
      all.emplace(first);
      all.emplace(second);
    } else if (status) {
      status = sink.skip(document, "migrations " + std::string(key.substr(0, 60)), "is no pair of versions");
    }
  });
  BULKHEAD_CHECK(status);
  for (const std::string& name : all) {
    Cycle c;
    c.product = "bottlerocket";
    c.cycle = name;
    c.latest = newest;
    BULKHEAD_CHECK(sink.add(c));
  }
  return {};
}

}  // namespace

extern constinit const Source bottlerocket_release{
    .name = "bottlerocket_release",
    .title = "Releases of Bottlerocket",
    .publisher = "Bottlerocket",
    .licence = "Apache-2.0 or MIT",
    .rank = 60,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
