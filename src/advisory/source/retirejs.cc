// RetireJS' two lists (github.com/RetireJS/retire.js, repository/jsrepository-v6.json and npmrepository.json): JavaScript libraries
// and npm packages, each with `vulnerabilities` [{atOrAbove, below, excludes, identifiers, severity}].
//
// Libraries of jsrepository that are on npm have `npmname`; the others are kept under ecosystem "JavaScript" by their name in the
// list. "CVE-XXXX-XXXX" and "retire-example" are the list's own example.
#include "advisory/internal/requirement.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr const char* kExample = "retire-example";

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"vulnerabilities\"") && head.contains("\"below\"");
}

bool wants(std::string_view name) { return name.ends_with("repository.json") || name.contains("jsrepository"); }

bool plain(std::string_view text) { return !text.empty() && text.size() < 200 && text.find('\n') == text.npos; }

std::vector<std::string> names_of(JsonView identifiers) {
  std::vector<std::string> out;
  for (const std::string& text : identifiers.get("CVE").texts()) {
    if (std::string name = advisory_name(text); is_cve(name)) {
      out.push_back(std::move(name));
    }
  }
  if (std::string github = advisory_name(identifiers.get("githubID").text()); github.starts_with("GHSA-")) {
    out.push_back(std::move(github));
  }
  return out;
}

base::Status read_flaw(JsonView v, const std::string& library, const std::string& npm, const Document& document, const std::string& place,
                       Sink& sink) {
  const std::string below = v.get("below").text(), from = v.get("atOrAbove").text();
  if ((!below.empty() && !plain(below)) || (!from.empty() && !plain(from)) || (below.empty() && from.empty())) {
    return sink.skip(document, place, "its range cannot be read");
  }
  const JsonView identifiers = v.get("identifiers");
  std::vector<std::string> names = names_of(identifiers);
  Advisory a;
  if (names.empty()) {
    const std::string own = identifiers.get("retid").text(identifiers.get("bug").text());
    a.id = advisory_name("RETIREJS-" + library + "-" + (own.empty() ? "below-" + below : own));
  } else {
    a.id = names.front();
    a.aliases.assign(names.begin() + 1, names.end());
  }
  if (a.id.empty()) {
    return sink.skip(document, place, "has no name");
  }
  a.summary = short_summary(identifiers.get("summary").text());
  a.severity = severity_word(v.get("severity").text());
  Affected x{npm.empty() ? "JavaScript" : "npm", npm.empty() ? library : npm, {}, {}};
  x.ranges = whole_versions("introduced " + (from.empty() ? "0" : from) + (below.empty() ? "" : "\nfixed " + below));
  if (v.get("excludes").size() > 0) {
    x.note = "not " + short_summary(base::join(v.get("excludes").texts(), ", "));
  }
  a.affected.push_back(std::move(x));
  return sink.add(a);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::object) {
    return base::fail(base::ErrorKind::input, "the list must be a JSON object", document.place);
  }
  // npmrepository has neither extractors nor npm names: its names are npm's.
  const bool packages = !document.bytes.contains("\"extractors\"");
  base::Status status;
  json.root().each([&](std::string_view key, JsonView library) {
    if (!status || key == kExample || !plain(key)) {
      return;
    }
    const std::string name(key), npm = packages ? name : library.get("npmname").text();
    size_t index = 0;
    for (const JsonView& v : library.get("vulnerabilities").items()) {
      const std::string place = name + ", vulnerabilities[" + std::to_string(index++) + "]";
      status = status ? read_flaw(v, name, plain(npm) ? npm : std::string(), document, place, sink) : status;
    }
  });
  return status;
}

}  // namespace

extern constinit const Source retirejs{
    .name = "retirejs",
    .title = "RetireJS: JavaScript libraries and npm packages",
    .publisher = "RetireJS",
    .licence = "Apache-2.0",
    .rank = 45,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
