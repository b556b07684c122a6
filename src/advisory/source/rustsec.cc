// RustSec advisories in their own form (github.com/rustsec/advisory-db): a Markdown file whose front matter is a fenced TOML block.
//
// `versions.patched` and `versions.unaffected` are Cargo requirements; what neither takes is affected. `affected.functions` names
// what holds the flaw, `affected.os` and `affected.arch` where it does. `informational` = unmaintained | notice tells of no flaw
// (severity none); unsound does. `withdrawn` is a date. The heading under the block is the summary.
#include "advisory/internal/requirement.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/toml.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

constexpr std::string_view kFence = "```toml";

bool recognises(std::string_view name, std::string_view head) {
  return name.ends_with(".md") && base::trim(head).starts_with(kFence) && head.contains("[advisory]") && head.contains("[versions]");
}

bool wants(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return file.starts_with("RUSTSEC-") && file.ends_with(".md");
}

std::string heading(std::string_view text) {
  for (const std::string_view line : base::split(text, '\n')) {
    if (base::trim(line).starts_with("# ")) {
      return short_summary(base::trim(line).substr(2));
    }
  }
  return {};
}

std::string conditions(JsonView affected) {
  std::string out;
  for (const char* key : {"os", "arch"}) {
    const std::vector<std::string> words = affected.get(key).texts();
    if (!words.empty()) {
      out += (out.empty() ? "" : "; ") + std::string("only on ") + key + " " + short_summary(base::join(words, ", "));
    }
  }
  return out;
}

std::string symbol_line(const std::string& crate, JsonView functions) {
  std::vector<std::string> names;
  functions.each([&](std::string_view name, JsonView) {
    if (!name.empty() && name.size() < 300 && name.find_first_of(",\n") == name.npos && names.size() < 500) {
      names.emplace_back(name);
    }
  });
  return names.empty() ? std::string() : crate + ": " + base::join(names, ", ");
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  const std::string_view text = base::trim(document.bytes);
  const size_t end = text.starts_with(kFence) ? text.find("\n```", kFence.size()) : text.npos;
  if (end == text.npos) {
    return base::fail(base::ErrorKind::input, "no TOML block at the head", document.place);
  }
  BULKHEAD_TRY(const base::JsonDocument toml, base::parse_toml(text.substr(kFence.size(), end - kFence.size()), limits, document.place));
  const JsonView about = toml.root().get("advisory"), versions = toml.root().get("versions"), affected = toml.root().get("affected");
  Advisory a;
  a.id = advisory_name(about.get("id").text());
  Affected x{"crates.io", about.get("package").text(), {}, {}};
  if (a.id.empty() || x.package.empty() || x.package.size() > 200 || x.package.contains('\n')) {
    return base::fail(base::ErrorKind::input, "an advisory without id or package", document.place);
  }
  for (const std::string& name : about.get("aliases").texts()) {
    if (std::string alias = advisory_name(name); !alias.empty()) {
      a.aliases.push_back(std::move(alias));
    }
  }
  a.published = a.modified = checked_date(about.get("date").text());
  a.withdrawn = checked_date(about.get("withdrawn").text());
  a.summary = heading(text.substr(end + 4));
  if (const std::string vector = about.get("cvss").text(); vector.starts_with("CVSS:") && vector.size() < 400) {
    a.cvss.push_back(vector);
  }
  const std::string informational = about.get("informational").text();
  if (informational == "unmaintained" || informational == "notice") {
    a.severity = "none";
  }
  const auto lines = affected_lines(versions.get("patched").texts(), versions.get("unaffected").texts(), Flavour::cargo);
  if (!lines) {
    return base::fail(base::ErrorKind::input, "a version requirement cannot be read", document.place);
  }
  x.ranges = *lines;
  x.note = informational.empty() ? conditions(affected) : "informational: " + short_summary(informational);
  x.symbols = symbol_line(x.package, affected.get("functions"));
  if (x.ranges.empty()) {
    x.state = AffectedState::not_affected;
  }
  a.affected.push_back(std::move(x));
  BULKHEAD_CHECK(sink.date(a.withdrawn.empty() ? a.modified : a.withdrawn));
  return sink.add(a);
}

}  // namespace

extern constinit const Source rustsec{
    .name = "rustsec",
    .title = "RustSec advisories",
    .publisher = "RustSec, Rust Secure Code working group",
    .licence = "CC0; advisories imported from GitHub: CC-BY 4.0",
    .rank = 20,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
