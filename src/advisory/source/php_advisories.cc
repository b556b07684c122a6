// PHP security advisories database (github.com/FriendsOfPHP/security-advisories): a YAML file per package and flaw.
//
// `branches` are a project's lines; the `versions` of each are one conjunction of Composer comparisons. `reference` names the
// package, "composer://vendor/name". Many have no CVE: those are named by their path, "PHPSA-vendor/name/2015-08-06".
#include "advisory/internal/requirement.h"
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  return name.ends_with(".yaml") && head.contains("composer://") && head.contains("branches:");
}

bool wants(std::string_view name) { return name.ends_with(".yaml") && !name.contains(".github/"); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(document.bytes, limits, document.place));
  if (documents.empty()) {
    return base::fail(base::ErrorKind::input, "holds no YAML document", document.place);
  }
  const JsonView root = documents.front().root();
  const std::string reference = root.get("reference").text();
  if (!reference.starts_with("composer://") || reference.size() > 300 || reference.contains('\n')) {
    return base::fail(base::ErrorKind::input, "`reference` names no composer package", document.place);
  }
  Affected x{"Packagist", package_name("Packagist", reference.substr(11)), {}, {}};
  Advisory a;
  a.id = advisory_name(root.get("cve").text());
  if (!is_cve(a.id)) {
    const std::string_view file = document.name.substr(document.name.rfind('/') + 1);
    a.id = advisory_name("PHPSA-" + x.package + "/" + std::string(file.substr(0, file.rfind('.'))));
  }
  if (a.id.empty()) {
    return base::fail(base::ErrorKind::input, "an advisory without a name", document.place);
  }
  a.summary = short_summary(root.get("title").text());
  std::string bad;
  root.get("branches").each([&](std::string_view branch, JsonView v) {
    const std::string time = v.get("time").text();
    // "2025-04-03 15:03:00" is UTC; the day is enough.
    const std::string day = checked_date(std::string_view(time).substr(0, std::min<size_t>(time.size(), 10)));
    if (!day.empty() && (a.published.empty() || day < a.published)) {
      a.published = day;
    }
    a.modified = std::max(a.modified, day);
    const auto intervals = parse_requirement(base::join(v.get("versions").texts(), ","), Flavour::composer);
    const std::string lines = intervals ? range_lines(*intervals, Flavour::composer) : std::string();
    if (lines.empty()) {
      bad = branch;
    } else {
      x.ranges += (x.ranges.empty() ? "" : "\n\n") + lines;
    }
  });
  if (!bad.empty() || x.ranges.empty()) {
    return base::fail(base::ErrorKind::input, "the versions of branch `" + base::escape_terminal(bad) + "` cannot be read", document.place);
  }
  a.affected.push_back(std::move(x));
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

}  // namespace

extern constinit const Source php_advisories{
    .name = "php_advisories",
    .title = "PHP security advisories database",
    .publisher = "FriendsOfPHP",
    .licence = "Unlicense",
    .rank = 22,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
