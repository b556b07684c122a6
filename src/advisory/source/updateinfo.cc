// updateinfo.xml of rpm repositories: Amazon Linux, Fedora and EPEL, Rocky, AlmaLinux, Bottlerocket.
//
// Source: the updateinfo format of createrepo_c and dnf. Each <update> lists packages per <collection>; a collection of a module
// names its stream. Flaws are references of type cve; Fedora names them in the titles of its bugs. Packages of other
// architectures have the same version; source packages are left out where there are binaries.
//
// Amazon Linux 2 keeps other lines of a package in extra repositories ("Amazon Linux 2 - Kernel-5.15"): what such a topic fixes
// says nothing of other lines, so its ranges begin where the topic's number does.
#include <algorithm>
#include <set>

#include "advisory/distribution.h"
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/text.h"
#include "base/xml.h"

namespace bulkhead::advisory::source {
namespace {

using base::XmlElement;

bool recognises(std::string_view, std::string_view head) { return head.contains("<updates>") && head.contains("<update "); }

bool wants(std::string_view name) { return name.ends_with(".xml") && name.contains("updateinfo"); }

// "Amazon Linux 2 - Kernel-5.15" → "5.15"; empty where the collection is the release itself or its topic has no number.
std::string topic_number(std::string_view collection) {
  const size_t dash = collection.find(" - ");
  if (!collection.starts_with("Amazon Linux") || dash == collection.npos) {
    return {};
  }
  const size_t digits = collection.find_last_not_of("0123456789.");
  const std::string_view number = collection.substr(digits + 1);
  return number.empty() || digits < dash + 2 || number.front() == '.' ? std::string() : std::string(number);
}

std::vector<ErratumFlaw> flaws_of(const XmlElement& update) {
  std::vector<std::string> names;
  const auto take = [&](std::string_view text) {
    for (std::string& name : flaws_in(text)) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  };
  const XmlElement& references = update.child("references");
  for (const XmlElement& reference : references.children) {
    take(reference.attribute("id"));
  }
  if (names.empty()) {
    for (const XmlElement& reference : references.children) {
      take(reference.attribute("title"));
    }
  }
  if (names.empty()) {
    take(update.child("title").text);
  }
  std::vector<ErratumFlaw> flaws;
  for (std::string& name : names) {
    flaws.push_back({std::move(name), {}, {}});
  }
  return flaws;
}

class Reader {
 public:
  Reader(const Document& document, Sink& sink) : document_(document), sink_(sink) {}

  base::Status update(const XmlElement& u) {
    Erratum e;
    e.id = advisory_name(u.child("id").trimmed());
    if (e.id.empty()) {
      return skip(u, "", "an update without an id");
    }
    e.published = date_of(u.child("issued").attribute("date"));
    e.modified = date_of(u.child("updated").attribute("date"));
    e.modified = e.modified.empty() ? e.published : e.modified;
    e.summary = short_summary(u.child("title").text);
    e.severity = severity_word(u.child("severity").trimmed());
    e.flaws = flaws_of(u);
    e.unnamed = u.attribute("type") == "security";
    BULKHEAD_CHECK(sink_.date(e.modified));
    if (e.flaws.empty() && !e.unnamed) {
      return {};  // a fix or an enhancement that mends no flaw
    }
    for (const XmlElement& collection : u.child("pkglist").children) {
      if (collection.name == "collection") {
        BULKHEAD_CHECK(read_collection(u, collection, e));
      }
    }
    return add_erratum(e, sink_);
  }

 private:
  base::Status skip(const XmlElement& u, const std::string& what, const std::string& why) {
    return sink_.skip(document_, "line " + std::to_string(u.line) + (what.empty() ? "" : ", " + what), why);
  }

  const std::vector<std::string>& releases_of(std::string_view name) {
    const auto [at, fresh] = releases_.try_emplace(std::string(name.substr(0, 300)));
    if (fresh) {
      at->second = ecosystems_of_release(name);
    }
    return at->second;
  }

  base::Status read_collection(const XmlElement& u, const XmlElement& collection, Erratum& e) {
    const std::string_view name = collection.child("name").trimmed();
    if (const std::string repository = base::repair_utf8(collection.attribute("short").substr(0, 60));
        repositories_.insert(repository).second) {
      BULKHEAD_CHECK(sink_.part(repository));  // the file's name is a checksum, another one every day
    }
    const std::vector<std::string>* releases = &releases_of(name);
    if (releases->empty()) {
      releases = &releases_of(u.child("release").trimmed());
    }
    if (releases->empty()) {
      return skip(u, e.id, "its collection is of no known release: " + base::repair_utf8(name.substr(0, 100)));
    }
    const XmlElement& module = collection.child("module");
    const std::string stream = module.attribute("name").empty()
                                   ? std::string()
                                   : std::string(module.attribute("name")) + ":" + std::string(module.attribute("stream"));
    const std::string topic = topic_number(name);
    const bool binaries = std::any_of(collection.children.begin(), collection.children.end(),
                                      [](const XmlElement& p) { return p.name == "package" && p.attribute("arch") != "src"; });
    std::set<std::pair<std::string, std::string>> seen;
    for (const XmlElement& p : collection.children) {
      if (p.name != "package" || (binaries && p.attribute("arch") == "src")) {
        continue;
      }
      const std::string package(p.attribute("name"));
      const std::string given = evr_of(p.attribute("epoch"), p.attribute("version"), p.attribute("release"));
      const auto evr = checked_evr(package, given);
      if (!usable_package(package) || !evr) {
        BULKHEAD_CHECK(
            skip(u, e.id, "a package without a usable name and version: " + base::repair_utf8((package + " " + given).substr(0, 120))));
        continue;
      }
      if (!seen.emplace(package, *evr).second) {
        continue;
      }
      Affected x;
      x.package = variant_name(version_variant(*evr), package);
      x.note = module_note(stream);
      x.ranges = fixed_range(*evr);
      if (!topic.empty() && p.attribute("version").starts_with(topic)) {
        const std::string epoch =
            p.attribute("epoch").empty() || p.attribute("epoch") == "0" ? "" : std::string(p.attribute("epoch")) + ":";
        x.ranges = "introduced " + epoch + topic + "\nfixed " + *evr;
      }
      for (const std::string& release : *releases) {
        e.affected.push_back(x);
        e.affected.back().ecosystem = release;
      }
    }
    return {};
  }

  const Document& document_;
  Sink& sink_;
  std::map<std::string, std::vector<std::string>, std::less<>> releases_;
  std::set<std::string> repositories_;
};

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  Reader reader(document, sink);
  size_t updates = 0;
  constexpr std::string_view kWanted[] = {"update"};
  BULKHEAD_CHECK(base::each_xml_element(document.bytes, kWanted, limits, document.place, [&](const XmlElement& u) {
    ++updates;
    return reader.update(u);
  }));
  if (updates == 0) {
    return base::fail(base::ErrorKind::input, "an updateinfo document without an update", document.place);
  }
  return {};
}

}  // namespace

extern constinit const Source updateinfo{
    .name = "updateinfo",
    .title = "updateinfo.xml of rpm repositories: Amazon Linux, Fedora, EPEL, Rocky, AlmaLinux, Bottlerocket",
    .publisher = "each distribution",
    .licence = "each publisher's; none stated by Amazon, Fedora: facts",
    .rank = 15,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
