// The security database of apk distributions: Alpine's secdb (JSON, up to v3.11 also YAML) and Wolfi's and Chainguard's
// security.json in the same layout.
//
// packages[].pkg.secfixes: version in which flaws were fixed > their names; packages are source packages (origin). A version of
// `0` says that no release held the flaw. One string may hold several names: "CVE-… CVE-…" are flaws of their own; a name of
// another kind beside a CVE ("CVE-… XSA-349") is the upstream advisory, which may cover several flaws: it goes into the note. A
// flaw fixed twice keeps both ranges: the later fix counts.
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kNamesInOneString = 16;

bool recognises(std::string_view, std::string_view head) {
  return head.contains("secfixes") && head.contains("apkurl") && head.contains("reponame");
}

bool wants(std::string_view name) { return name.ends_with(".json") || name.ends_with(".yaml"); }

// "CVE-…", "XSA-349", "VSV00019", "ZBX-1": letters that a number follows somewhere. Words are none.
bool is_name(std::string_view word) {
  const bool letter = !word.empty() && ((word.front() >= 'A' && word.front() <= 'Z') || (word.front() >= 'a' && word.front() <= 'z'));
  const bool number = word.find_first_of("0123456789") != word.npos || word.starts_with("GHSA-");  // some GHSA names have none
  return letter && number && word.size() >= 5 && word.find_first_of("()/,") == word.npos;
}

// "Alpine:v3.19", "Wolfi"; empty where the document does not say whose it is.
std::string ecosystem_of(JsonView root) {
  const std::string release = root.get("distroversion").text();
  if (!release.empty()) {
    return usable_version(release) && release.size() < 20 ? "Alpine:" + release : std::string();
  }
  const std::string address = root.get("urlprefix").text();
  return address.contains("wolfi.dev") ? "Wolfi" : address.contains("chainguard") ? "Chainguard" : std::string();
}

class Reader {
 public:
  Reader(const Document& document, std::string ecosystem, Sink& sink)
      : document_(document), ecosystem_(std::move(ecosystem)), sink_(sink) {}

  base::Status package(JsonView package, size_t index) {
    const std::string name = package.get("name").text();
    const JsonView fixes = package.get("secfixes");
    if (!usable_package(name)) {
      return sink_.skip(document_, "packages[" + std::to_string(index) + "]", "a package without a usable name");
    }
    if (fixes.kind() != JsonKind::object) {
      return fixes.kind() == JsonKind::null ? base::Status() : sink_.skip(document_, name, "secfixes is no object");
    }
    base::Status status;
    fixes.each([&](std::string_view version, JsonView names) {
      if (status) {
        status = fix(name, version, names);
      }
    });
    return status;
  }

 private:
  base::Status fix(const std::string& package, std::string_view version, JsonView names) {
    const std::string place = package + " " + base::repair_utf8(version.substr(0, 100));
    if (!usable_version(version)) {
      return sink_.skip(document_, place, "not a version");
    }
    for (const JsonView& item : names.items()) {
      const std::string text = item.text();
      std::vector<std::string> flaws, others;
      for (const std::string_view word : base::split(text, ' ')) {
        std::string name = advisory_name(word);
        if (is_name(name) && flaws.size() + others.size() < kNamesInOneString) {
          (is_cve(name) ? flaws : others).push_back(std::move(name));
        }
      }
      if (flaws.empty()) {
        flaws.swap(others);
      }
      if (flaws.empty()) {
        BULKHEAD_CHECK(sink_.skip(document_, place, "not a flaw's name: " + base::repair_utf8(text.substr(0, 60))));
        continue;
      }
      const std::string words = base::lower_ascii(text);
      const bool never = version == "0" || words.contains("(not affected") || words.contains("(not actually applicable");
      for (std::string& name : flaws) {
        Advisory a;
        a.id = std::move(name);
        Affected x{ecosystem_, package, never ? std::string() : fixed_range(version), {}};
        x.state = never ? AffectedState::not_affected : AffectedState::affected;
        x.note = text == a.id ? std::string() : short_summary(text).substr(0, 120);
        a.affected.push_back(std::move(x));
        BULKHEAD_CHECK(sink_.add(a));
      }
    }
    return {};
  }

  const Document& document_;
  std::string ecosystem_;
  Sink& sink_;
};

base::Status read(JsonView root, const Document& document, Sink& sink) {
  const JsonView packages = root.get("packages");
  std::string ecosystem = ecosystem_of(root);
  if (packages.kind() != JsonKind::array || ecosystem.empty()) {
    return base::fail(base::ErrorKind::input, "not a security database: no list of packages, or no release", document.place);
  }
  BULKHEAD_CHECK(sink.part(ecosystem + "/" + root.get("reponame").text().substr(0, 40)));
  Reader reader(document, std::move(ecosystem), sink);
  size_t index = 0;
  for (const JsonView& item : packages.items()) {
    BULKHEAD_CHECK(reader.package(item.get("pkg"), index++));
  }
  return {};
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  if (base::trim(document.bytes.substr(0, kHeadBytes)).starts_with('{')) {
    BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
    return read(json.root(), document, sink);
  }
  BULKHEAD_TRY(const std::vector<base::JsonDocument> yaml, base::parse_yaml(document.bytes, limits, document.place));
  if (yaml.size() != 1) {
    return base::fail(base::ErrorKind::input, "a security database must be one YAML document", document.place);
  }
  return read(yaml.front().root(), document, sink);
}

}  // namespace

extern constinit const Source apk_secdb{
    .name = "apk_secdb",
    .title = "Security databases of Alpine, Wolfi and Chainguard",
    .publisher = "Alpine Linux (secdb.alpinelinux.org), Chainguard (packages.wolfi.dev)",
    .licence = "Alpine: none stated, facts; Wolfi since May 2025: CC BY-NC-ND and a commercial one, read docs/advisory-database.md",
    .rank = 10,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
