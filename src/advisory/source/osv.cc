// OSV records (ossf.github.io/osv-schema, versions 1.0 to 1.7), one JSON document a record.
//
// Kept: names, dates, withdrawal, severities wherever publishers put them, and per package the ranges and version lists.
// Not kept: details, references, credits. Publishers' quirks met in the feeds:
// - the Kubernetes feed spells its ecosystem "kubernetes", has bare CVE ids and puts severity inside `affected`;
// - RetireJS and security-wg records put a vector into database_specific.cvss;
// - Debian's records name the CVE under `upstream`, not `aliases`;
// - GIT ranges alone say nothing about released versions: such a package is skipped and counted.
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kMaxVersion = 512;  // bytes of one version in a range
constexpr size_t kMaxSameFlaw = 3;   // CVE names on one record; more make it a collection, not another name

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"id\"") && head.contains("\"modified\"") &&
         (head.contains("\"affected\"") || head.contains("\"schema_version\"") || head.contains("\"withdrawn\"")) &&
         !head.contains("\"CVE_RECORD\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

bool plain(std::string_view version) { return !version.empty() && version.size() <= kMaxVersion && version.find('\n') == version.npos; }

void add_vector(std::vector<std::string>& out, JsonView v) {
  const std::string text = v.text();
  const bool vector = text.starts_with("CVSS:") || text.starts_with("AV:");
  if (vector && text.size() < 400 && std::find(out.begin(), out.end(), text) == out.end()) {
    out.push_back(text);
  }
}

void add_severity(Advisory& a, JsonView holder) {
  for (const JsonView& item : holder.get("severity").items()) {
    add_vector(a.cvss, item.get("score"));
  }
  for (const char* part : {"database_specific", "ecosystem_specific"}) {
    const JsonView specific = holder.get(part);
    if (const std::string word = severity_word(specific.get("severity").text()); !word.empty()) {
      a.severity = word;
    }
    for (const char* key : {"cvss", "cvss_v3", "cvss_v4", "cvss_v2"}) {
      add_vector(a.cvss, specific.get(key));
    }
    add_vector(a.cvss, specific.path("cvss", "vectorString"));
    for (const JsonView& item : specific.get("severity").items()) {
      add_vector(a.cvss, item.get("score"));
    }
  }
}

// The lines of one range; nullopt for what cannot be used.
std::optional<std::string> range_lines(JsonView range) {
  const std::string type = range.get("type").text();
  if (type != "SEMVER" && type != "ECOSYSTEM") {
    return std::nullopt;
  }
  std::string out;
  for (const JsonView& event : range.get("events").items()) {
    bool good = true;
    event.each([&](std::string_view key, JsonView value) {
      if (key != "introduced" && key != "fixed" && key != "last_affected" && key != "limit") {
        return;
      }
      const auto version = value.string();
      if (!version || !plain(*version)) {
        good = false;
      } else if (!(key == "limit" && *version == "*")) {
        out.append(key).append(" ").append(*version).append("\n");
      }
    });
    if (!good) {
      return std::nullopt;
    }
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

// One package; an empty `why` means that it is good.
Affected read_affected(JsonView item, std::string& why) {
  Affected x;
  const JsonView package = item.get("package");
  x.ecosystem = ecosystem_name(package.get("ecosystem").text());
  x.package = package_name(x.ecosystem, package.get("name").text());
  if (x.ecosystem.empty() || x.package.empty() || x.package.size() > 1024 || x.ecosystem.size() > 200) {
    why = "names no package";
    return x;
  }
  size_t ranges = 0;
  bool only_git = true;
  for (const JsonView& range : item.get("ranges").items()) {
    ++ranges;
    if (range.get("type").text() == "GIT") {
      continue;
    }
    only_git = false;
    const auto lines = range_lines(range);
    if (!lines) {
      why = "a range cannot be read";
      return x;
    }
    x.ranges += (x.ranges.empty() ? "" : "\n") + *lines;  // an empty line parts two ranges
  }
  if (x.ranges.ends_with('\n')) {
    x.ranges.pop_back();
  }
  for (std::string& version : item.get("versions").texts()) {
    if (plain(version)) {
      x.versions.push_back(std::move(version));
    }
  }
  if (x.ranges.empty() && x.versions.empty()) {
    why = ranges > 0 && only_git ? "only git ranges: nothing to compare a released version with" : "neither ranges nor versions";
  }
  if (const std::string urgency = item.path("ecosystem_specific", "urgency").text(); !urgency.empty() && urgency != "not yet assigned") {
    x.note = "urgency " + urgency.substr(0, 60);
  }
  const bool debian = ecosystem_base(x.ecosystem) == "Debian";
  if (debian && !x.ranges.contains("fixed ") && !x.ranges.contains("last_affected ")) {
    x.state = x.note == "urgency unimportant" ? AffectedState::will_not_fix : AffectedState::no_fix;
  }
  return x;
}

void read_names(Advisory& a, JsonView root) {
  std::vector<std::string> names = root.get("aliases").texts();
  const std::vector<std::string> upstream = root.get("upstream").texts();
  if (upstream.size() == 1) {
    names.push_back(upstream.front());  // more than one: the record collects flaws, it is not another name of one
  }
  size_t cves = 0;
  for (const std::string& text : names) {
    if (std::string name = advisory_name(text); !name.empty() && name != a.id) {
      cves += is_cve(name) ? 1 : 0;
      a.aliases.push_back(std::move(name));
    }
  }
  if (cves > kMaxSameFlaw) {
    std::erase_if(a.aliases, [](const std::string& name) { return is_cve(name); });
  }
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  if (root.kind() != JsonKind::object) {
    return base::fail(base::ErrorKind::input, "an OSV record must be a JSON object", document.place);
  }
  Advisory a;
  a.id = advisory_name(root.get("id").text());
  if (a.id.empty()) {
    return base::fail(base::ErrorKind::input, "an OSV record without an id", document.place);
  }
  a.published = checked_date(root.get("published").text());
  a.modified = checked_date(root.get("modified").text());
  if (const JsonView withdrawn = root.get("withdrawn"); withdrawn.kind() == JsonKind::string) {
    a.withdrawn = checked_date(withdrawn.text());
    if (a.withdrawn.empty()) {
      return base::fail(base::ErrorKind::input, "`withdrawn` is no date", document.place);
    }
  }
  a.summary = short_summary(root.get("summary").text(root.get("details").text()));
  read_names(a, root);
  add_severity(a, root);
  size_t index = 0;
  for (const JsonView& item : root.get("affected").items()) {
    std::string why;
    Affected x = read_affected(item, why);
    if (why.empty()) {
      a.affected.push_back(std::move(x));
    } else {
      BULKHEAD_CHECK(sink.skip(document, "affected[" + std::to_string(index) + "]", why));
    }
    add_severity(a, item);
    ++index;
  }
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

}  // namespace

extern constinit const Source osv{
    .name = "osv",
    .title = "OSV records: language advisories, Debian, AlmaLinux, Bitnami, Kubernetes",
    .publisher = "OSV.dev's exports and the repositories of their publishers",
    .licence = "each publisher's: CC-BY 4.0 (GitHub, Go, PyPA), CC0 (RustSec), Apache-2.0 (Bitnami, Kubernetes), MIT (AlmaLinux)",
    .rank = 20,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
