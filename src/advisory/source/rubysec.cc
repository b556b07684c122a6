// ruby-advisory-db (github.com/rubysec/ruby-advisory-db): a YAML file per gem, or per Ruby implementation, and flaw.
//
// `patched_versions` and `unaffected_versions` are RubyGems requirements; what neither takes is affected. Files have no id of
// their own: the CVE's, else GitHub's, else OSVDB's name them. CVSS stands as a score without its vector. rubies/ files name an
// `engine` (ruby, jruby, rubinius): ecosystem "Ruby".
#include "advisory/internal/requirement.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

bool recognises(std::string_view name, std::string_view head) {
  const std::string text = "\n" + std::string(head);
  return name.ends_with(".yml") && (text.contains("\ngem: ") || text.contains("\nengine: ")) && text.contains("\ntitle: ");
}

bool wants(std::string_view name) {
  return name.ends_with(".yml") && (name.contains("gems/") || name.contains("rubies/") || !name.contains('/'));
}

// FIRST's scale; CVSS 2 has no critical.
std::string severity_of(JsonView root) {
  for (const char* key : {"cvss_v3", "cvss_v4", "cvss_v2"}) {
    if (const auto score = root.get(key).number(); score && *score >= 0 && *score <= 10) {
      const bool second = std::string_view(key) == "cvss_v2";
      return *score >= 9 && !second ? "critical" : *score >= 7 ? "high" : *score >= 4 ? "medium" : *score > 0 ? "low" : "none";
    }
  }
  return {};
}

std::vector<std::string> names_of(JsonView root) {
  std::vector<std::string> out;
  for (const auto& [key, prefix] : {std::pair{"cve", "CVE-"}, std::pair{"ghsa", "GHSA-"}, std::pair{"osvdb", "OSVDB-"}}) {
    const JsonView v = root.get(key);
    const std::string text = v.integer() ? std::to_string(*v.integer()) : v.text();
    std::string name = text.empty() ? std::string() : advisory_name(text.starts_with(prefix) ? text : prefix + text);
    if (!name.empty() && (prefix != std::string_view("CVE-") || is_cve(name))) {
      out.push_back(std::move(name));
    }
  }
  return out;
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(document.bytes, limits, document.place));
  if (documents.empty()) {
    return base::fail(base::ErrorKind::input, "holds no YAML document", document.place);
  }
  const JsonView root = documents.front().root();
  const std::string gem = root.get("gem").text(), engine = root.get("engine").text();
  Affected x{gem.empty() ? "Ruby" : "RubyGems", gem.empty() ? engine : gem, {}, {}};
  std::vector<std::string> names = names_of(root);
  if (x.package.empty() || x.package.size() > 200 || x.package.contains('\n') || names.empty()) {
    return base::fail(base::ErrorKind::input, "an advisory needs `gem` or `engine`, and `cve`, `ghsa` or `osvdb`", document.place);
  }
  Advisory a;
  a.id = names.front();
  a.aliases.assign(names.begin() + 1, names.end());
  a.published = a.modified = checked_date(root.get("date").text());
  a.summary = short_summary(root.get("title").text());
  a.severity = severity_of(root);
  const auto lines = affected_lines(root.get("patched_versions").texts(), root.get("unaffected_versions").texts(), Flavour::gem);
  if (!lines) {
    return base::fail(base::ErrorKind::input, "a version requirement cannot be read", document.place);
  }
  x.ranges = *lines;
  if (x.ranges.empty()) {
    x.state = AffectedState::not_affected;
  }
  if (const std::string platform = root.get("platform").text(); !platform.empty()) {
    x.note = "only on platform " + short_summary(platform).substr(0, 60);
  }
  a.affected.push_back(std::move(x));
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

}  // namespace

extern constinit const Source rubysec{
    .name = "rubysec",
    .title = "ruby-advisory-db: gems and Ruby implementations",
    .publisher = "RubySec",
    .licence = "public domain as its LICENSE.txt says",
    .rank = 20,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
