// OVAL definitions of distributions: Red Hat (v1, v2 with what is unpatched), Ubuntu (CVE, package, USN), SUSE, Oracle, Azure Linux,
// Photon, ALT, Anolis. internal/oval.h reads the language; what differs between publishers is the table below.
//
// A definition becomes a record per flaw. Two passes over the document: tests, objects and states first, then each definition
// alone, so that memory is the document, its tests and one definition.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "advisory/distribution.h"
#include "advisory/internal/errata.h"
#include "advisory/internal/oval.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::XmlElement;
using oval::Case;
using oval::PackageTest;

// Where a publisher says which releases a definition is about.
enum class ReleaseFrom {
  criteria,  // a criterion "… is installed"
  cpe,       // the list of affected CPEs, as far as it fits the release of the criteria; where there is none, the criteria alone
  platform,  // <platform>
  file,      // only the file's name
};
struct Publisher {
  const char* id;  // beginning of its definitions' ids
  ReleaseFrom release;
};
constexpr std::array<Publisher, 9> kPublishers = {{
    {"oval:cn.openanolis:", ReleaseFrom::criteria},
    {"oval:com.microsoft.azurelinux:", ReleaseFrom::file},
    {"oval:com.microsoft.cbl-mariner:", ReleaseFrom::file},
    {"oval:com.oracle.", ReleaseFrom::criteria},
    {"oval:com.redhat.", ReleaseFrom::cpe},
    {"oval:com.ubuntu.", ReleaseFrom::platform},
    {"oval:com.vmware.phsa:", ReleaseFrom::criteria},
    {"oval:org.altlinux.errata:", ReleaseFrom::platform},
    {"oval:org.opensuse.security:", ReleaseFrom::criteria},
}};

// Red Hat's words for flaws without a patch.
constexpr std::array<std::pair<std::string_view, AffectedState>, 7> kResolutions = {{
    {"Affected", AffectedState::no_fix},
    {"Fix deferred", AffectedState::deferred},
    {"New", AffectedState::under_investigation},
    {"Not affected", AffectedState::not_affected},
    {"Out of support scope", AffectedState::will_not_fix},
    {"Under investigation", AffectedState::under_investigation},
    {"Will not fix", AffectedState::will_not_fix},
}};

bool recognises(std::string_view, std::string_view head) { return head.contains("oval_definitions") && head.contains("<definition"); }

bool wants(std::string_view name) { return name.ends_with(".xml"); }

bool names_a_flaw(std::string_view source) { return source == "CVE" || source == "SUSE CVE" || source == "BDU" || source == "Package"; }

// The first name of the definition that is no flaw: "RHSA-2022:4765", "ELSA-2007-0057", "ALT-PU-2013-1002".
std::string erratum_name(const XmlElement& metadata) {
  for (const XmlElement& reference : metadata.children) {
    if (reference.name == "reference" && !names_a_flaw(reference.attribute("source"))) {
      if (std::string name = advisory_name(reference.attribute("ref_id")); !name.empty()) {
        return name;
      }
    }
  }
  const std::string title(metadata.child("title").trimmed());
  const std::string name = advisory_name(title.substr(0, title.find_first_of(": ")));
  return name.find('-') == name.npos ? std::string() : name;
}

ErratumFlaw flaw_of(std::string name, const XmlElement& element) {
  ErratumFlaw flaw{std::move(name), {}, {}};
  for (const char* key : {"cvss4", "cvss3", "cvss_vector", "cvss2", "cvss"}) {
    if (std::string vector = vector_of(element.attribute(key)); !vector.empty()) {
      flaw.cvss.push_back(std::move(vector));
    }
  }
  const std::string_view impact = element.attribute("impact");
  flaw.severity = severity_word(impact.empty() ? element.attribute("priority") : impact);
  return flaw;
}

void add_flaw(std::vector<ErratumFlaw>& flaws, ErratumFlaw&& flaw) {
  const auto at = std::find_if(flaws.begin(), flaws.end(), [&](const ErratumFlaw& f) { return f.name == flaw.name; });
  if (at == flaws.end()) {
    flaws.push_back(std::move(flaw));
    return;
  }
  // SUSE lists its own judgement first and NVD's after it.
  if (at->cvss.empty()) {
    at->cvss = std::move(flaw.cvss);
  }
  if (at->severity.empty()) {
    at->severity = std::move(flaw.severity);
  }
}

// Flaws by the advisory's list, then by the references. `national` collects BDU ids: which of them is which CVE is not said.
std::vector<ErratumFlaw> flaws_of(const XmlElement& metadata, std::vector<std::string>& national) {
  std::vector<ErratumFlaw> flaws;
  for (const XmlElement& item : metadata.child("advisory").children) {
    if (item.name == "cve") {
      for (std::string& name : flaws_in(item.text)) {
        add_flaw(flaws, flaw_of(std::move(name), item));
      }
    }
  }
  for (const XmlElement& reference : metadata.children) {
    if (reference.name != "reference") {
      continue;
    }
    const std::string_view source = reference.attribute("source");
    if (source == "BDU") {
      if (std::string name = advisory_name(reference.attribute("ref_id")); !name.empty()) {
        national.push_back(std::move(name));
      }
    } else if (names_a_flaw(source)) {
      for (std::string& name : flaws_in(reference.attribute("ref_id"))) {
        add_flaw(flaws, {std::move(name), {}, {}});
      }
    }
  }
  return flaws;
}

// "Red Hat:9", "Red Hat:rhel_eus:9.2", "Red Hat:openshift:4.15::el9" → "9"; empty for a product that does not say.
std::string red_hat_major(std::string_view ecosystem) {
  const size_t layered = ecosystem.find("::el");
  const std::string_view number = layered != ecosystem.npos                                  ? ecosystem.substr(layered + 4)
                                  : ecosystem.contains(":rhel_")                             ? ecosystem.substr(ecosystem.rfind(':') + 1)
                                  : std::count(ecosystem.begin(), ecosystem.end(), ':') == 1 ? ecosystem.substr(ecosystem.find(':') + 1)
                                                                                             : std::string_view();
  return std::string(number.substr(0, number.find_first_not_of("0123456789")));
}

class Reader {
 public:
  Reader(const Document& document, const oval::Index& index, Sink& sink) : document_(document), index_(index), sink_(sink) {}

  base::Status definition(const XmlElement& d) {
    const std::string_view kind = d.attribute("class");
    if (kind != "patch" && kind != "vulnerability") {
      return {};  // inventory and compliance are no advisories
    }
    const std::string_view id = d.attribute("id");
    const auto publisher = std::find_if(kPublishers.begin(), kPublishers.end(), [&](const Publisher& p) { return id.starts_with(p.id); });
    if (publisher == kPublishers.end()) {
      return skip(d, "its publisher is not known");
    }
    const XmlElement& metadata = d.child("metadata");
    Erratum e;
    std::vector<std::string> national;
    e.id = erratum_name(metadata);
    e.flaws = flaws_of(metadata, national);
    e.id = e.id.empty() && !e.flaws.empty() ? e.flaws.front().name : e.id;
    read_dates(metadata, e);
    e.summary = short_summary(metadata.child("title").text);
    const XmlElement& advisory = metadata.child("advisory");
    const std::string_view severity = advisory.child("severity").trimmed();
    e.severity = severity_word(severity.empty() ? metadata.child("severity").trimmed() : severity);
    e.unnamed = kind == "patch" && !e.severity.empty() && e.severity != "none" && !e.id.empty();
    if (e.flaws.empty() && !national.empty()) {
      for (const std::string& name : national) {
        e.flaws.push_back({name, {}, {}});
      }
      national.clear();
    }
    const std::string note = national.empty() ? std::string() : base::join(national, " ").substr(0, 300);
    if (std::any_of(advisory.children.begin(), advisory.children.end(),
                    [](const XmlElement& c) { return c.name == "cve" && !c.attribute("test_ref").empty(); })) {
      return by_flaw(d, *publisher, e);
    }
    std::vector<std::string> lost;
    auto cases = index_.cases(d.child("criteria"), lost);
    if (!cases) {
      return skip(d, cases.error().what);
    }
    BULKHEAD_CHECK(fill(d, *publisher, *cases, note, e));
    BULKHEAD_CHECK(tell_lost(d, lost));
    return add_erratum(e, sink_);
  }

 private:
  base::Status skip(const XmlElement& d, const std::string& why) {
    return sink_.skip(document_, "line " + std::to_string(d.line) + ", " + base::repair_utf8(d.attribute("id").substr(0, 100)), why);
  }

  base::Status tell_lost(const XmlElement& d, const std::vector<std::string>& lost) {
    if (lost.empty()) {
      return {};
    }
    return skip(d,
                (lost.size() == 1 ? "a criterion" : std::to_string(lost.size()) + " criteria") + std::string(" left out: ") + lost.front());
  }

  static void read_dates(const XmlElement& metadata, Erratum& e) {
    const XmlElement& advisory = metadata.child("advisory");
    e.published = date_of(advisory.child("issued").attribute("date"));
    for (const std::string_view other : {advisory.child("public_date").trimmed(), metadata.child("advisory_date").trimmed()}) {
      e.published = e.published.empty() ? date_of(other) : e.published;
    }
    e.modified = date_of(advisory.child("updated").attribute("date"));
    e.modified = e.modified.empty() ? e.published : e.modified;
  }

  // Ubuntu's list by package: every flaw has its own test.
  base::Status by_flaw(const XmlElement& d, const Publisher& publisher, const Erratum& whole) {
    std::vector<std::string> lost;
    for (const XmlElement& item : d.child("metadata").child("advisory").children) {
      if (item.name != "cve") {
        continue;
      }
      BULKHEAD_TRY(const std::vector<Case> cases, index_.test_cases(item.attribute("test_ref"), item.text, lost));
      Erratum one = whole;
      one.flaws.clear();
      for (std::string& name : flaws_in(item.text)) {
        one.flaws.push_back(flaw_of(std::move(name), item));
      }
      one.published = date_of(item.attribute("public"));
      one.unnamed = false;
      one.id = one.flaws.empty() ? std::string() : one.flaws.front().name;
      BULKHEAD_CHECK(fill(d, publisher, cases, {}, one));
      BULKHEAD_CHECK(add_erratum(one, sink_));
    }
    return tell_lost(d, lost);
  }

  // Ecosystems by name, looked up once.
  const std::vector<std::string>& named(std::string_view name) {
    const auto [at, fresh] = names_.try_emplace(std::string(name.substr(0, 300)));
    if (fresh) {
      at->second = ecosystems_of_release(name);
    }
    return at->second;
  }

  // Releases that do not stand in the criteria.
  std::set<std::string> releases_of(const XmlElement& d, ReleaseFrom from) {
    std::set<std::string> out;
    const auto take = [&](std::string_view name) {
      const std::vector<std::string>& found = named(name);
      out.insert(found.begin(), found.end());
    };
    const XmlElement& metadata = d.child("metadata");
    if (from == ReleaseFrom::cpe) {
      for (const XmlElement& cpe : metadata.child("advisory").child("affected_cpe_list").children) {
        take(cpe.trimmed());
      }
    } else if (from == ReleaseFrom::platform) {
      for (const XmlElement& platform : metadata.child("affected").children) {
        if (platform.name == "platform") {
          take(platform.trimmed());
        }
      }
    } else if (from == ReleaseFrom::file) {
      take(document_.name.substr(document_.name.rfind('/') + 1));
    }
    return out;
  }

  base::Status fill(const XmlElement& d, const Publisher& publisher, const std::vector<Case>& cases, const std::string& note, Erratum& e) {
    const std::set<std::string> outside = releases_of(d, publisher.release);
    const bool vulnerability = d.attribute("class") == "vulnerability";
    const std::map<std::string, AffectedState, std::less<>> resolutions = read_resolutions(d);
    const bool inapplicable = d.child("metadata").child("patchable").trimmed() == "Not Applicable";
    bool asks = false, placed = false;
    std::map<const std::set<std::string>*, std::set<std::string>> fitting;  // by a case's releases, which cases share
    for (const Case& c : cases) {
      if (!c.package) {
        continue;
      }
      asks = true;
      const std::set<std::string>* releases = &outside;
      if (c.releases && publisher.release == ReleaseFrom::cpe) {
        const auto [at, fresh] = fitting.try_emplace(c.releases.get());
        if (fresh) {
          at->second = of_release(outside, *c.releases);
        }
        releases = &at->second;
      }
      releases = releases->empty() ? c.releases.get() : releases;
      placed = placed || releases != nullptr;
      if (releases == nullptr) {
        continue;
      }
      for (const std::string& package : c.package->packages) {
        const Affected x = affected(*c.package, package, c.module, vulnerability, inapplicable, resolutions);
        for (const std::string& release : *releases) {
          e.affected.push_back(x);
          e.affected.back().ecosystem = release;
          e.affected.back().note = !x.note.empty() ? x.note : note;
        }
      }
    }
    return asks && !placed ? skip(d, "says of no known release that it is meant") : base::Status();
  }

  // An erratum for two releases has a criterion and CPEs for each: what does not fit the criterion's release is the other's.
  static std::set<std::string> of_release(const std::set<std::string>& named, const std::set<std::string>& criteria) {
    std::set<std::string> numbers;
    for (const std::string& release : criteria) {
      numbers.insert(red_hat_major(release));
    }
    std::set<std::string> out;
    for (const std::string& release : named) {
      const std::string number = red_hat_major(release);
      if (number.empty() || numbers.contains(number)) {
        out.insert(release);
      }
    }
    return out;
  }

  // Component > state, of a Red Hat flaw without a patch.
  static std::map<std::string, AffectedState, std::less<>> read_resolutions(const XmlElement& d) {
    std::map<std::string, AffectedState, std::less<>> out;
    for (const XmlElement& resolution : d.child("metadata").child("advisory").child("affected").children) {
      const auto known = std::find_if(kResolutions.begin(), kResolutions.end(),
                                      [&](const auto& row) { return row.first == resolution.attribute("state"); });
      for (const XmlElement& component : resolution.children) {
        out.emplace(component.trimmed(), known == kResolutions.end() ? AffectedState::under_investigation : known->second);
      }
    }
    return out;
  }

  static Affected affected(const PackageTest& test, const std::string& package, const std::string& module, bool vulnerability,
                           bool inapplicable, const std::map<std::string, AffectedState, std::less<>>& resolutions) {
    Affected x;
    x.package = variant_name(version_variant(test.upper), package);
    x.note = module_note(module);
    if (test.never || inapplicable) {
      x.state = AffectedState::not_affected;
      x.note = inapplicable ? "not applicable" : x.note;
      return x;
    }
    if (!test.equal.empty()) {
      x.versions = {test.equal};
      return x;
    }
    x.ranges = "introduced " + (test.lower.empty() ? std::string("0") : test.lower);
    if (!test.upper.empty()) {
      x.ranges += (test.upper_included ? "\nlast_affected " : "\nfixed ") + test.upper;
    }
    if (vulnerability && (test.upper.empty() || test.upper_included)) {
      const auto known = resolutions.find(module.empty() ? package : module + "/" + package);
      const auto plain = known == resolutions.end() ? resolutions.find(package) : known;
      x.state = plain == resolutions.end() ? AffectedState::no_fix : plain->second;
    }
    if (x.state == AffectedState::not_affected) {
      x.ranges.clear();
    }
    return x;
  }

  const Document& document_;
  const oval::Index& index_;
  Sink& sink_;
  std::map<std::string, std::vector<std::string>, std::less<>> names_;
};

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const oval::Index index, oval::Index::read(document.bytes, limits, document.place));
  BULKHEAD_CHECK(sink.date(date_of(index.timestamp())));
  Reader reader(document, index, sink);
  size_t definitions = 0;
  constexpr std::array<std::string_view, 1> kWanted = {"definition"};
  BULKHEAD_CHECK(base::each_xml_element(document.bytes, kWanted, limits, document.place, [&](const XmlElement& d) {
    ++definitions;
    return reader.definition(d);
  }));
  if (definitions == 0) {
    return base::fail(base::ErrorKind::input, "an OVAL document without a definition", document.place);
  }
  return {};
}

}  // namespace

extern constinit const Source oval{
    .name = "oval",
    .title = "OVAL definitions: Red Hat, Ubuntu, SUSE, Oracle, Azure Linux, Photon, ALT, Anolis",
    .publisher = "each distribution's security team",
    .licence = "each publisher's: CC-BY 4.0 (Red Hat), CC-BY-SA 4.0 (Ubuntu), MIT (Azure Linux), others none stated",
    .rank = 16,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
