// The project's catalogue of flaws that lead out of a container (data/escape/escape-catalogue.json): kernel flaws with pairs
// per stream, and flaws of container runtimes. Each is in the catalogue because it gives control: its word on the effect.
//
// Kernel rows come in two forms: `pairs` [[introduced, fixed or null]] from the kernel's CNA, and `introduced`, `fixed_mainline`,
// `fixed_in_stream` from an older, ended list (state `frozen`). Runtime rows: `affected` [[from, fixed or null]].
#include "advisory/internal/catalogue.h"
#include "advisory/names.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) { return head.contains("\"bulkhead-escape-catalogue/"); }

bool wants(std::string_view name) { return name.ends_with(".json"); }

bool plain(const std::string& version) { return !version.empty() && version.size() < 100 && version.find('\n') == version.npos; }

// `range_break`: what stands between two pairs; the kernel's pairs follow one another, other ranges are parted by an empty line.
bool add_pair(std::string& ranges, const std::string& from, const std::string& to, bool kernel) {
  if (!plain(from) || (!to.empty() && !plain(to))) {
    return false;
  }
  ranges += (ranges.empty() ? "" : kernel ? "\n" : "\n\n") + std::string("introduced ") + from + (to.empty() ? "" : "\nfixed " + to);
  return true;
}

bool read_pairs(JsonView list, bool kernel, std::string& ranges) {
  bool good = list.size() > 0;
  for (const JsonView& pair : list.items()) {
    good = good && pair.size() == 2 && add_pair(ranges, pair.at(0).text(), pair.at(1).text(), kernel);
  }
  return good;
}

bool read_kernel(JsonView row, Affected& x) {
  if (row.get("pairs").kind() == JsonKind::array) {
    return read_pairs(row.get("pairs"), true, x.ranges);
  }
  const std::string from = row.get("introduced").text("0"), mainline = row.get("fixed_mainline").text();
  x.state = AffectedState::frozen;
  bool good = true;
  row.get("fixed_in_stream").each([&](std::string_view, JsonView fixed) { good = good && add_pair(x.ranges, from, fixed.text(), true); });
  if (!mainline.empty()) {
    good = good && add_pair(x.ranges, from, mainline, true);
  }
  return good && !x.ranges.empty();
}

// "github-poc-repos:4(index of …)" → "poc"; "kernelCTF:1 submission dir(s)" → "kernelctf".
std::string exploit_source(std::string_view text) {
  const std::string word = base::lower_ascii(text.substr(0, text.find_first_of(":( ")));
  for (const char* known : {"metasploit", "exploitdb", "kernelctf", "nuclei"}) {
    if (word == known) {
      return word;
    }
  }
  return "poc";
}

base::Status read_row(JsonView row, const Document& document, const std::string& place, Sink& sink) {
  Advisory a;
  a.id = advisory_name(row.get("id").text());
  const std::string program = row.get("component").text();
  if (a.id.empty() || !plain(program)) {
    return sink.skip(document, place, "no id or no component");
  }
  const bool kernel = program == "linux";
  Affected x{kernel ? kLinux : kRuntime, kernel ? "kernel" : program, {}, {}};
  if (kernel ? !read_kernel(row, x) : !read_pairs(row.get("affected"), false, x.ranges)) {
    return sink.skip(document, place, "no range that can be read");
  }
  a.affected.push_back(std::move(x));
  const std::string kind = row.get("kind").text("escape");
  a.effect = kind == "escape" ? "control" : "";
  const std::string words = row.get("alias").text(row.get("subsystem").text());
  a.summary = short_summary((kernel ? "Linux" : program) + std::string(": ") + (words.empty() ? row.get("needs").text() : words));
  if (const std::string vector = row.get("cna_cvss3_1").text(); !vector.empty() && vector.size() < 200) {
    a.cvss.push_back(vector.starts_with("CVSS:") ? vector : "CVSS:3.1/" + vector);
  }
  BULKHEAD_CHECK(sink.add(a));
  Exploit e{a.id, {}};
  for (const std::string& text : row.get("exploit").texts()) {
    e.sources.push_back(exploit_source(text));
  }
  return e.sources.empty() ? base::Status{} : sink.add(e);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  return read_catalogue(document, limits, sink, read_row);
}

}  // namespace

extern constinit const Source escape_catalogue{
    .name = "escape_catalogue",
    .title = "Flaws that lead out of a container",
    .publisher = "the Bulkhead developers, out of the sources that the file names",
    .licence = "Apache-2.0",
    .rank = 15,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
