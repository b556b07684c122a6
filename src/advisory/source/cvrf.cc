// CVRF 1.1 and 1.2 of SUSE (by advisory and by CVE) and openEuler (advisories, hot patches).
//
// Source: CVRF 1.2 (OASIS), product tree and product statuses. SUSE relates packages ("name-version-release") to products by ids
// of the form "SUSE Linux Enterprise Server 12 SP3:libopenssl0_9_8-0.9.8j-106.12.1". openEuler gives a status to whole releases; the
// tree then lists the package files, each with the CPE of its release. Neither tells epochs.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "advisory/distribution.h"
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/text.h"
#include "base/xml.h"

namespace bulkhead::advisory::source {
namespace {

using base::XmlElement;

bool recognises(std::string_view, std::string_view head) { return head.contains("<cvrfdoc") || head.contains(":cvrfdoc"); }

bool wants(std::string_view name) { return name.ends_with(".xml"); }

struct Package {
  std::string name, evr;  // evr empty: no version is named
};
struct Product {
  std::string release;  // the publisher's name of it
  std::optional<Package> package;
};

// What a status says of a package: fixed in its version, or a state of all versions.
struct StatusRow {
  std::string_view type;
  bool fixed;
  AffectedState state;
};
constexpr std::array<StatusRow, 7> kStatuses = {{
    {"First Fixed", true, AffectedState::affected},
    {"Fixed", true, AffectedState::affected},
    {"Known Affected", false, AffectedState::no_fix},
    {"First Affected", false, AffectedState::no_fix},
    {"Last Affected", false, AffectedState::no_fix},
    {"Known Not Affected", false, AffectedState::not_affected},
    {"Under Investigation", false, AffectedState::under_investigation},
}};

Package package_of(std::string_view text, bool file) {
  if (const auto nevra = nevra_of(text, file)) {
    return {nevra->name, nevra->evr};
  }
  return {std::string(text), {}};
}

class Tree {
 public:
  void read(const XmlElement& element) {
    for (const XmlElement& e : element.children) {
      if (e.name == "Branch") {
        read(e);
      } else if (e.name == "FullProductName") {
        full_name(e);
      } else if (e.name == "Relationship") {
        const XmlElement& name = e.child("FullProductName");
        related_.emplace(std::string(name.attribute("ProductID")), Product{std::string(e.attribute("RelatesToProductReference")),
                                                                           package_of(e.attribute("ProductReference"), false)});
      }
    }
  }

  // The packages that a product id of a status stands for; empty where the id is of no package.
  std::vector<Product> products(const std::string& id) const {
    if (const auto at = related_.find(id); at != related_.end()) {
      return {at->second};
    }
    if (const auto at = files_.find(id); at != files_.end()) {
      std::vector<Product> out;
      for (const std::string& file : at->second) {
        out.push_back({id, package_of(file, true)});
      }
      return out;
    }
    // SUSE's lists by CVE name products that the tree leaves out.
    const size_t colon = id.rfind(':');
    return colon == id.npos ? std::vector<Product>() : std::vector<Product>{{id.substr(0, colon), package_of(id.substr(colon + 1), false)}};
  }

 private:
  // A package file of openEuler: "firefox-128.8.0-1.oe2203sp3.aarch64.rpm", CPE "cpe:/a:openEuler:openEuler:22.03-LTS-SP3".
  void full_name(const XmlElement& e) {
    const std::string_view cpe = e.attribute("CPE");
    const std::string text(e.trimmed());
    if (text.ends_with(".rpm") && !text.ends_with(".src.rpm") && cpe.contains(':')) {
      files_["openEuler-" + std::string(cpe.substr(cpe.rfind(':') + 1))].insert(text);
    }
  }

  std::map<std::string, Product> related_;
  std::map<std::string, std::set<std::string>> files_;  // by release
};

class Reader {
 public:
  Reader(const Document& document, Sink& sink) : document_(document), sink_(sink) {}

  base::Status read(const XmlElement& root) {
    const XmlElement& tracking = root.child("DocumentTracking");
    id_ = advisory_name(tracking.child("Identification").child("ID").trimmed());
    summary_ = short_summary(root.child("DocumentTitle").text);
    published_ = date_of(tracking.child("InitialReleaseDate").trimmed());
    modified_ = date_of(tracking.child("CurrentReleaseDate").trimmed());
    tree_.read(root.child("ProductTree"));
    tree_.read(root.child("HotPatchTree"));  // openEuler's name of it for patches of the running kernel
    BULKHEAD_CHECK(sink_.date(modified_));
    for (const XmlElement& e : root.children) {
      if (e.name == "Vulnerability") {
        BULKHEAD_CHECK(vulnerability(e));
      }
    }
    return {};
  }

 private:
  const std::vector<std::string>& releases_of(const std::string& name) {
    const auto [at, fresh] = releases_.try_emplace(name);
    if (fresh) {
      at->second = ecosystems_of_release(name);
    }
    return at->second;
  }

  base::Status vulnerability(const XmlElement& v) {
    Erratum e;
    e.id = id_;
    e.published = published_;
    e.modified = modified_;
    e.summary = summary_;
    ErratumFlaw flaw{advisory_name(v.child("CVE").trimmed()), {}, {}};
    const std::string place = "line " + std::to_string(v.line);
    if (flaw.name.empty()) {
      return sink_.skip(document_, place, "a flaw without a CVE id");
    }
    for (const XmlElement& threat : v.child("Threats").children) {
      flaw.severity = threat.attribute("Type") == "Impact" ? severity_word(threat.child("Description").trimmed()) : flaw.severity;
    }
    for (const XmlElement& set : v.child("CVSSScoreSets").children) {
      for (const XmlElement& part : set.children) {
        if (std::string vector = part.name.starts_with("Vector") ? vector_of(part.trimmed()) : std::string(); !vector.empty()) {
          flaw.cvss.push_back(std::move(vector));
        }
      }
    }
    e.flaws.push_back(std::move(flaw));
    for (const XmlElement& status : v.child("ProductStatuses").children) {
      const auto row =
          std::find_if(kStatuses.begin(), kStatuses.end(), [&](const StatusRow& r) { return r.type == status.attribute("Type"); });
      if (row == kStatuses.end()) {
        continue;  // "Recommended": says nothing of what is affected
      }
      for (const XmlElement& product : status.children) {
        BULKHEAD_CHECK(add(std::string(product.trimmed()), *row, place, e));
      }
    }
    return add_erratum(e, sink_);
  }

  base::Status add(const std::string& id, const StatusRow& row, const std::string& place, Erratum& e) {
    const std::vector<Product> products = tree_.products(id);
    if (products.empty()) {
      return sink_.skip(document_, place, "a status of a product without packages: " + base::repair_utf8(id.substr(0, 150)));
    }
    for (const Product& product : products) {
      const Package& package = *product.package;
      Affected x;
      x.package = package.name;
      x.state = row.state;
      x.ranges = row.state == AffectedState::not_affected ? std::string()
                 : row.fixed                              ? fixed_range(package.evr)
                                                          : std::string("introduced 0");
      if (!usable_package(package.name) || (row.fixed && package.evr.empty())) {
        BULKHEAD_CHECK(
            sink_.skip(document_, place, "a product without a usable package and version: " + base::repair_utf8(id.substr(0, 150))));
        continue;
      }
      for (const std::string& release : releases_of(product.release)) {
        e.affected.push_back(x);
        e.affected.back().ecosystem = release;
      }
    }
    return {};
  }

  const Document& document_;
  Sink& sink_;
  Tree tree_;
  std::string id_, summary_, published_, modified_;
  std::map<std::string, std::vector<std::string>> releases_;  // products of no distribution (managers, storage) have none
};

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  constexpr std::string_view kWanted[] = {"cvrfdoc"};
  bool found = false;
  BULKHEAD_CHECK(base::each_xml_element(document.bytes, kWanted, limits, document.place, [&](const XmlElement& root) {
    found = true;
    return Reader(document, sink).read(root);
  }));
  return found ? base::Status() : base::fail(base::ErrorKind::input, "not a CVRF document", document.place);
}

}  // namespace

extern constinit const Source cvrf{
    .name = "cvrf",
    .title = "CVRF documents of SUSE and openEuler",
    .publisher = "SUSE (ftp.suse.com/pub/projects/security/cvrf1.2), openEuler (repo.openeuler.org/security/data/cvrf)",
    .licence = "SUSE: CC-BY 4.0; openEuler: none stated, facts",
    .rank = 18,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
