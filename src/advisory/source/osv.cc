// OSV records (ossf.github.io/osv-schema, versions 1.0 to 1.7), one JSON or YAML document a record.
//
// Kept: names, dates, withdrawal, severities wherever publishers put them, and per package the ranges, version lists and, for Go,
// the symbols that hold the flaw. Not kept: details, references, credits. Publishers' quirks met in the feeds:
// - the Kubernetes feed spells its ecosystem "kubernetes", has bare CVE ids and puts severity inside `affected`;
// - RetireJS and security-wg records put a vector into database_specific.cvss;
// - Debian's records name the CVE under `upstream`, not `aliases`;
// - GIT ranges alone say nothing about released versions: such a package is skipped and counted. With a list of tags the tags
//   speak; a record that names a repository and no package is kept under ecosystem "GIT" by the repository's address.
// - PyPA and OSS-Fuzz write YAML. MAL- records (malicious-packages) are packages that are the attack themselves.
// - Go: a module whose versions Go does not know has the range "introduced 0" and its real one in ecosystem_specific.custom_ranges.
// - Ubuntu gives its priority as a severity of type "Ubuntu" whose score is a word.
// - GitHub's advisories that were kept without `withdrawn` say so at the head of the summary ("Withdrawn Advisory: …").
// - Errata of distributions (ALSA, RLSA, RHSA, SUSE-SU, USN, DSA) name several flaws: each becomes a record of its own.
// - RustSec's "unmaintained" and "notice" records tell of no flaw: severity none.
#include <algorithm>
#include <array>

#include "advisory/internal/requirement.h"
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kMaxVersion = 512;  // bytes of one version in a range
constexpr size_t kMaxSymbols = 64 << 10;
constexpr size_t kMaxErratumFlaws = 2000;
constexpr size_t kMaxErratumRows = 500'000;  // flaws times packages of one erratum; the largest known has 8,214
constexpr size_t kMaxSameFlaw = 3;           // CVE names on one record; more make it a collection, not another name

// PyPA's and OSS-Fuzz's files: top-level keys of a YAML mapping.
bool is_yaml_record(std::string_view head) {
  const std::string text = "\n" + std::string(head);
  return !base::trim(head).starts_with('{') && text.contains("\nid: ") && text.contains("\nmodified: ") && text.contains("\naffected:");
}

bool recognises(std::string_view name, std::string_view head) {
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    return is_yaml_record(head);
  }
  return base::trim(head).starts_with('{') && head.contains("\"id\"") && head.contains("\"modified\"") &&
         (head.contains("\"affected\"") || head.contains("\"schema_version\"") || head.contains("\"withdrawn\"")) &&
         !head.contains("\"CVE_RECORD\"");
}

// A repository's own workflows are YAML, too.
bool wants(std::string_view name) {
  return (name.ends_with(".json") || name.ends_with(".yaml") || name.ends_with(".yml")) && !name.contains(".github/");
}

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
    if (const std::string word = severity_word(item.get("score").text()); !word.empty()) {
      a.severity = word;
    }
  }
  for (const char* part : {"database_specific", "ecosystem_specific"}) {
    const JsonView specific = holder.get(part);
    if (const std::string word = severity_word(specific.get("severity").text()); !word.empty()) {
      a.severity = word;
    }
    if (const std::string kind = specific.get("informational").text(); kind == "unmaintained" || kind == "notice") {
      a.severity = "none";
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
  bool introduced = false;
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
        introduced = introduced || key == "introduced";
        out.append(key).append(" ").append(*version).append("\n");
      }
    });
    if (!good) {
      return std::nullopt;
    }
  }
  return out.empty() || !introduced ? std::nullopt : std::optional(out);  // the schema demands an `introduced`
}

// "https://github.com/owner/name.git" → "github.com/owner/name".
std::string repository_name(std::string_view address) {
  const size_t scheme = address.find("://");
  address = scheme == address.npos ? address : address.substr(scheme + 3);
  while (address.ends_with('/')) {
    address.remove_suffix(1);
  }
  if (address.ends_with(".git")) {
    address.remove_suffix(4);
  }
  return base::lower_ascii(address);
}

// Go: what of the module holds the flaw, for who looks at what a binary really links.
std::string symbol_lines(JsonView imports) {
  std::string out;
  for (const JsonView& item : imports.items()) {
    const std::string path = item.get("path").text();
    std::vector<std::string> symbols = item.get("symbols").texts();
    std::erase_if(symbols, [](const std::string& s) { return s.empty() || s.size() > 300 || s.find_first_of(",\n") != s.npos; });
    if (!path.empty() && path.size() < 500 && path.find('\n') == path.npos) {
      out += (out.empty() ? "" : "\n") + path + (symbols.empty() ? "" : ": " + base::join(symbols, ", "));
    }
  }
  return out.size() > kMaxSymbols ? std::string() : out;
}

// One package; an empty `why` means that it is good.
Affected read_affected(JsonView item, std::string& why) {
  Affected x;
  const JsonView package = item.get("package");
  x.ecosystem = ecosystem_name(package.get("ecosystem").text());
  x.package = package_name(x.ecosystem, package.get("name").text());
  if (package.kind() != JsonKind::object && item.get("versions").size() > 0) {
    x.ecosystem = "GIT";
    for (const JsonView& range : item.get("ranges").items()) {
      x.package = x.package.empty() ? repository_name(range.get("repo").text()) : x.package;
    }
  }
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
  if (x.ecosystem == "npm" || x.ecosystem == "crates.io") {
    x.ranges = whole_versions(x.ranges);
  }
  if (x.ecosystem == "Go") {
    x.symbols = symbol_lines(item.path("ecosystem_specific", "imports"));
    if (x.ranges == "introduced 0") {
      if (auto custom = range_lines(item.path("ecosystem_specific", "custom_ranges").at(0))) {
        custom->pop_back();
        x.ranges = *std::move(custom);
        x.note = "versions of the project, not of the Go module";
      }
    }
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

// Withdrawn by its own words: copies of GitHub's advisories lack the field.
bool says_withdrawn(std::string_view summary) {
  const std::string text = base::lower_ascii(summary.substr(0, 40));
  return text.starts_with("withdrawn:") || text.starts_with("withdrawn advisory") || text.starts_with("[withdrawn") ||
         text.starts_with("duplicate advisory") || text.starts_with("duplicate of");
}

// A distribution's erratum names the flaws that it fixes in `related` or `upstream`; what it says of packages holds for each.
std::vector<std::string> flaws_of_erratum(JsonView root, const Advisory& a) {
  static constexpr std::array kDistributions = {"AlmaLinux", "Rocky Linux", "Red Hat", "SUSE",  "openSUSE",
                                                "openEuler", "Mageia",      "Ubuntu",  "Debian"};
  const bool named = is_cve(a.id) || std::any_of(a.aliases.begin(), a.aliases.end(), [](const std::string& n) { return is_cve(n); });
  const bool distribution = !a.affected.empty() && std::all_of(a.affected.begin(), a.affected.end(), [](const Affected& x) {
    return std::find(kDistributions.begin(), kDistributions.end(), ecosystem_base(x.ecosystem)) != kDistributions.end();
  });
  std::vector<std::string> out;
  if (named || !distribution) {
    return out;
  }
  for (const char* key : {"related", "upstream"}) {
    for (const JsonView& item : root.get(key).items()) {
      std::string name = advisory_name(item.kind() == JsonKind::object ? item.get("id").text() : item.text());
      if (is_cve(name) && std::find(out.begin(), out.end(), name) == out.end() && out.size() < kMaxErratumFlaws) {
        out.push_back(std::move(name));
      }
    }
  }
  return out;
}

// Bug-fix and enhancement errata (ALBA, RLEA, RHBA …) without a flaw's name tell of none.
bool no_flaw(std::string_view id) {
  return id.size() > 5 && id[4] == '-' && (id.starts_with("AL") || id.starts_with("RL") || id.starts_with("RH")) &&
         (id.substr(2, 2) == "BA" || id.substr(2, 2) == "EA");
}

// AlmaLinux and Rocky Linux tell a module's stream in the summary alone: "Important: nodejs:18 security update" → "nodejs:18".
std::string_view module_of_summary(std::string_view summary) {
  const size_t colon = summary.find(": ");
  const std::string_view rest = colon == summary.npos ? std::string_view() : summary.substr(colon + 2);
  const std::string_view word = rest.substr(0, rest.find(' '));
  const size_t parted = word.find(':');
  return parted == 0 || parted == word.npos || parted + 1 == word.size() ? std::string_view() : word;
}

// One record a flaw: the erratum's name goes into the notes; a vector that it gives is the gravest of all and stays out.
base::Status give(Advisory a, const std::vector<std::string>& flaws, Sink& sink) {
  if (flaws.empty()) {
    return no_flaw(a.id) ? base::Status{} : sink.add(a);
  }
  const std::string_view module = module_of_summary(a.summary);
  for (Affected& x : a.affected) {
    x.note = a.id + (x.note.empty() ? "" : "; " + x.note);
    if (!module.empty() && (x.ranges.contains(".module_el") || x.ranges.contains(".module+el"))) {
      x.note += "; module " + std::string(module);
    }
  }
  if (flaws.size() > 1) {
    a.cvss.clear();
    a.severity.clear();
  }
  a.aliases.clear();
  for (const std::string& flaw : flaws) {
    a.id = flaw;
    BULKHEAD_CHECK(sink.add(a));
  }
  return {};
}

base::Status read_record(JsonView root, const Document& document, Sink& sink) {
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
  if (a.withdrawn.empty() && a.id.starts_with("GHSA-") && says_withdrawn(a.summary)) {
    a.withdrawn = a.modified;
  }
  if (a.id.starts_with("MAL-")) {
    a.effect = "malicious";
  }
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
  const std::vector<std::string> flaws = flaws_of_erratum(root, a);
  if (flaws.size() * a.affected.size() > kMaxErratumRows) {
    return base::fail(base::ErrorKind::limit, "the erratum names more than 500,000 pairs of flaw and package", document.place);
  }
  return give(std::move(a), flaws, sink);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  if (!base::trim(document.bytes.substr(0, 64)).starts_with('{')) {
    BULKHEAD_TRY(const std::vector<base::JsonDocument> records, base::parse_yaml(document.bytes, limits, document.place));
    if (records.size() != 1) {
      return base::fail(base::ErrorKind::input, "an OSV file must hold one record", document.place);
    }
    return read_record(records.front().root(), document, sink);
  }
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  return read_record(json.root(), document, sink);
}

}  // namespace

extern constinit const Source osv{
    .name = "osv",
    .title = "OSV records: languages, distributions, Bitnami, Kubernetes, malicious packages, OSS-Fuzz",
    .publisher = "OSV.dev's exports and the repositories of their publishers",
    .licence = "each publisher's: CC-BY 4.0 (GitHub, Go, PyPA), CC0 (RustSec), Apache-2.0 (Bitnami, Kubernetes), MIT (AlmaLinux)",
    .rank = 20,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
