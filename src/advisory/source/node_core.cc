// Node.js' own flaws (github.com/nodejs/security-wg, vuln/core): one JSON object per flaw, or index.json with all by number.
//
// `vulnerable` and `patched` are npm ranges; affected is what the first takes and the second does not. Some name several CVEs
// that were fixed together, some none: those are called NODE-CORE-<number>. Package "node" of ecosystem "Node.js".
#include "advisory/internal/requirement.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"vulnerable\"") && head.contains("\"cve\"") && head.contains("\"patched\"") &&
         !head.contains("\"module_name\"");
}

bool wants(std::string_view name) {
  // The archive holds the ended npm database (vuln/npm) and Node.js' dependencies (vuln/deps, without ranges) beside it, and the list
  // of all (index.json) repeats the single files.
  return name.ends_with(".json") && !name.contains("vuln/npm/") && !name.contains("vuln/deps/") && !name.ends_with("index.json");
}

// Lines of vulnerable − patched; nullopt where a range cannot be read.
std::optional<std::string> lines_of(const std::string& vulnerable, const std::string& patched) {
  const model::Scheme& scheme = *model::scheme("npm");
  const auto held = parse_requirement(vulnerable, Flavour::npm);
  const auto fixed = patched.empty() ? std::optional(Intervals{}) : parse_requirement(patched, Flavour::npm);
  auto safe = held ? complement(*held, scheme) : std::nullopt;
  if (!safe || !fixed) {
    return std::nullopt;
  }
  safe->insert(safe->end(), fixed->begin(), fixed->end());
  const auto left = complement(*safe, scheme);
  return left ? std::optional(range_lines(*left, Flavour::npm)) : std::nullopt;
}

base::Status read_flaw(JsonView v, const std::string& number, const Document& document, const std::string& place, Sink& sink) {
  const auto lines = lines_of(v.get("vulnerable").text(), v.get("patched").text());
  if (!v.get("vulnerable").string() || !lines || lines->empty()) {
    return sink.skip(document, place, "its ranges cannot be read");
  }
  std::vector<std::string> names;
  for (const std::string& text : v.get("cve").texts()) {
    if (std::string name = advisory_name(text); is_cve(name)) {
      names.push_back(std::move(name));
    }
  }
  if (names.empty()) {
    names.push_back(advisory_name("NODE-CORE-" + number));
  }
  for (const std::string& name : names) {
    Advisory a;
    a.id = name;
    a.published = checked_date(v.get("disclosedAt").text());
    a.summary = short_summary(v.get("description").text(v.get("overview").text()));
    a.severity = severity_word(v.get("severity").text());
    Affected x{"Node.js", "node", *lines, {}};
    const std::vector<std::string> where = v.get("affectedEnvironments").texts();
    if (!where.empty() && where.front() != "all") {
      x.note = "only on " + short_summary(base::join(where, ", "));
    }
    a.affected.push_back(std::move(x));
    BULKHEAD_CHECK(sink.add(a));
  }
  return {};
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  if (root.get("vulnerable").string()) {
    const std::string_view file = document.name.substr(document.name.rfind('/') + 1);
    return read_flaw(root, std::string(file.substr(0, file.find('.'))), document, {}, sink);
  }
  if (root.kind() != JsonKind::object || root.size() == 0) {
    return base::fail(base::ErrorKind::input, "neither a flaw of Node.js nor the list of them", document.place);
  }
  base::Status status;
  root.each([&](std::string_view number, JsonView v) {
    if (status) {
      status = read_flaw(v, std::string(number), document, std::string(number), sink);
    }
  });
  return status;
}

}  // namespace

extern constinit const Source node_core{
    .name = "node_core",
    .title = "Node.js' own flaws",
    .publisher = "Node.js Security working group",
    .licence = "MIT",
    .rank = 15,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
