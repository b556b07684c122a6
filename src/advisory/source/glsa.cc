// Gentoo Linux Security Advisories: one XML file each (glsa.dtd, read without fetching it).
//
// <vulnerable range="lt">V</vulnerable> and <unaffected …> with range lt, le, eq, ge, gt; rlt … rgt compare revisions of one
// version only. A version is affected where it is in a vulnerable range; unaffected ranges beside it that take older lines out
// cannot be told in ranges and stand in the note. Slots are installed side by side and stand in the note, too.
#include <set>

#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/text.h"
#include "base/xml.h"

namespace bulkhead::advisory::source {
namespace {

using base::XmlElement;

bool recognises(std::string_view, std::string_view head) { return head.contains("<glsa "); }

bool wants(std::string_view name) { return name.ends_with(".xml") && name.contains("glsa"); }

bool usable_atom(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != name.npos && usable_package(name.substr(0, slash)) && usable_package(name.substr(slash + 1));
}

// Lines of one vulnerable range; empty for a kind that is not read.
std::string lines_of(std::string_view kind, std::string_view version) {
  const std::string v(version);
  return kind == "lt"                   ? "introduced 0\nfixed " + v
         : kind == "le"                 ? "introduced 0\nlast_affected " + v
         : kind == "ge" || kind == "gt" ? "introduced " + v
                                        : std::string();
}

base::Status read_package(const Document& document, const XmlElement& p, Erratum& e, Sink& sink) {
  const std::string name(p.attribute("name"));
  const std::string place = "line " + std::to_string(p.line);
  if (!usable_atom(name)) {
    return sink.skip(document, place, "a package without a name of the form category/name");
  }
  Affected x{"Gentoo", name, {}, {}};
  std::set<std::string> slots, kept_out, ranges;
  for (const XmlElement& part : p.children) {
    const std::string_view kind = part.attribute("range"), version = part.trimmed();
    if (part.name != "vulnerable" && part.name != "unaffected") {
      continue;
    }
    if (!usable_version(version)) {
      BULKHEAD_CHECK(sink.skip(document, place, name + ": not a version"));
      continue;
    }
    if (const std::string_view slot = part.attribute("slot"); !slot.empty() && slot != "*") {
      slots.insert(base::repair_utf8(slot.substr(0, 20)));
    }
    if (part.name == "unaffected") {
      if (kind != "ge" && kind != "gt") {
        kept_out.insert(std::string(kind) + " " + std::string(version));
      }
    } else if (kind == "eq") {
      x.versions.emplace_back(version);
    } else if (std::string lines = lines_of(kind, version); !lines.empty()) {
      ranges.insert(std::move(lines));
    } else {
      BULKHEAD_CHECK(sink.skip(document, place, name + ": a vulnerable range of a kind that is not read"));
    }
  }
  for (const std::string& range : ranges) {
    x.ranges += (x.ranges.empty() ? "" : "\n\n") + range;
  }
  if (x.ranges.empty() && x.versions.empty()) {
    return sink.skip(document, place, name + ": no vulnerable version");
  }
  x.note = slots.empty() ? "" : "slots " + base::join({slots.begin(), slots.end()}, " ").substr(0, 100);
  x.note += kept_out.empty() ? ""
                             : (x.note.empty() ? "" : ", ") + std::string("but not ") +
                                   base::join({kept_out.begin(), kept_out.end()}, " ").substr(0, 200);
  e.affected.push_back(std::move(x));
  return {};
}

base::Status read(const Document& document, const XmlElement& root, Sink& sink) {
  Erratum e;
  e.id = advisory_name("GLSA-" + std::string(root.attribute("id")));
  if (root.attribute("id").empty() || e.id.empty()) {
    return base::fail(base::ErrorKind::input, "an advisory without an id", document.place);
  }
  e.summary = short_summary(root.child("title").text);
  e.published = date_of(root.child("announced").trimmed());
  e.modified = date_of(root.child("revised").trimmed());
  const std::string impact(root.child("impact").attribute("type"));
  e.severity = impact == "normal" ? "medium" : severity_word(impact);
  e.unnamed = true;
  for (const XmlElement& reference : root.child("references").children) {
    for (std::string& name : flaws_in(reference.text)) {
      e.flaws.push_back({std::move(name), {}, {}});
    }
  }
  for (const XmlElement& p : root.child("affected").children) {
    if (p.name == "package") {
      BULKHEAD_CHECK(read_package(document, p, e, sink));
    }
  }
  BULKHEAD_CHECK(sink.date(e.modified));
  return add_erratum(e, sink);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  constexpr std::string_view kWanted[] = {"glsa"};
  bool found = false;
  BULKHEAD_CHECK(base::each_xml_element(document.bytes, kWanted, limits, document.place, [&](const XmlElement& root) {
    found = true;
    return read(document, root, sink);
  }));
  return found ? base::Status() : base::fail(base::ErrorKind::input, "not a Gentoo security advisory", document.place);
}

}  // namespace

extern constinit const Source glsa{
    .name = "glsa",
    .title = "Gentoo Linux Security Advisories",
    .publisher = "Gentoo (gitweb.gentoo.org/data/glsa.git)",
    .licence = "CC-BY-SA 4.0",
    .rank = 15,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
