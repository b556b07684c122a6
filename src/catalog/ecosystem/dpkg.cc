// Debian packages: /var/lib/dpkg/status, its journal updates/*, and one file a package under status.d (distroless images).
//
// Listed is what `dpkg-query -W` lists: every package but those marked not-installed. A package of which only configuration
// files are left runs no code: its role is `data`. Source package and version as ${source:Package} and ${source:Version}:
// "Source: name (version)", each defaulting to the binary's own.
//
// Files are compared with info/PACKAGE.md5sums (or status.d/PACKAGE.md5sums): where all files that are present and were
// checksummed match, the grade is files_match. Files left out of an image (dpkg path-exclude) are no mismatch; diverted files
// (dpkg-divert) are looked for where they went. The layer is the one that wrote the package's file list.
//
// A file that matches its record belongs to the package in the catalog's sense only where the maintainer's address is the
// distribution's, because only then the distribution's advisories, which know of backported fixes, speak for it.
// Sources: dpkg-query(1), dpkg(1), deb-src-control, dpkg's lib/dpkg/dbmodify.c for the journal's order.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/deb822.h"
#include "catalog/internal/file_check.h"
#include "catalog/internal/package_folder.h"
#include "catalog/internal/purl.h"
#include "model/package_role.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kDatabase = "var/lib/dpkg/";
constexpr std::string_view kStatus = "var/lib/dpkg/status";
constexpr std::string_view kStatusFolder = "var/lib/dpkg/status.d/";
constexpr std::string_view kUpdates = "var/lib/dpkg/updates/";
constexpr std::string_view kInfo = "var/lib/dpkg/info/";
constexpr std::string_view kDiversions = "var/lib/dpkg/diversions";

struct Package {
  model::Component component;
  std::string name;
  std::string arch;
  std::string record;  // the file that names it
  bool distribution = false;
};

bool wants(std::string_view path, uint64_t, std::string_view) {
  // Databases below another root in the tree ("rootfs/var/lib/dpkg/status") are not this system's.
  if (!path.starts_with(kDatabase)) {
    // The folder may be a link elsewhere, as in images that keep it under usr/lib/sysimage.
    return path.find("/dpkg/") != std::string_view::npos && (path.ends_with("/dpkg/status") || path.ends_with(".md5sums")) &&
           path.starts_with("usr/");
  }
  const std::string_view rest = path.substr(kDatabase.size());
  return rest == "status" || rest == "diversions" || rest.starts_with("status.d/") || rest.starts_with("updates/") ||
         (rest.starts_with("info/") && rest.ends_with(".md5sums"));
}

uint8_t wants_digests(std::string_view path) { return in_package_folder(path) ? base::kDigestMd5 : 0; }

bool announces(std::string_view path) {
  return path.starts_with(kDatabase) || path.starts_with("etc/dpkg/") || path.starts_with("etc/apt/") || path == "etc/debian_version";
}

bool is_distribution(std::string_view maintainer) {
  for (const std::string_view domain : {"debian.org", "debian.net", "ubuntu.com"}) {
    const size_t at = maintainer.rfind(domain);
    if (at != std::string_view::npos && at > 0 && (maintainer[at - 1] == '@' || maintainer[at - 1] == '.') &&
        maintainer.substr(at + domain.size()).starts_with('>')) {
      return true;
    }
  }
  return false;
}

// nullopt: not listed by dpkg-query -W.
std::optional<Package> read_package(const Stanza& stanza, const Distro& distro, std::string_view record) {
  Package package;
  bool installed = true;
  if (const std::string_view status = stanza.get("status"); !status.empty()) {
    const std::string_view state = status.substr(status.rfind(' ') == std::string_view::npos ? 0 : status.rfind(' ') + 1);
    if (state == "not-installed") {
      return std::nullopt;
    }
    installed = state != "config-files";
  }
  package.name = stanza.get("package");
  package.arch = stanza.get("architecture");
  package.record = record;
  package.distribution = is_distribution(stanza.get("maintainer")) || is_distribution(stanza.get("original-maintainer"));
  model::Component& c = package.component;
  c.type = "deb";
  c.name = package.name;
  c.version = stanza.get("version");
  c.arch = package.arch;
  c.distro = distro.release();
  c.role = installed ? model::deb_role(package.name, stanza.get("section")) : model::ComponentRole::data;
  const auto [source, version] = base::split_once(stanza.get("source"), '(');
  c.source_name = base::trim(source);
  if (c.source_name.empty()) {
    c.source_name = c.name;
  }
  c.source_version = version ? std::string(base::trim(version->substr(0, version->find(')')))) : c.version;
  const std::string space = distro.id.empty() ? "debian" : distro.id;
  c.purl = make_purl("deb", space, c.name, c.version,
                     {{"arch", c.arch}, {"distro", distro.version.empty() ? "" : space + "-" + distro.version}});
  return package;
}

struct Diversion {
  std::string to;
  std::string by;  // package whose own file stays; ":" local
};

// Triples of lines: from, to, package.
std::map<std::string, Diversion, std::less<>> read_diversions(std::string_view text) {
  std::map<std::string, Diversion, std::less<>> out;
  const std::vector<std::string_view> lines = base::split(text, '\n');
  for (size_t i = 0; i + 2 < lines.size(); i += 3) {
    if (lines[i].starts_with('/') && lines[i + 1].starts_with('/')) {
      out.emplace(lines[i].substr(1), Diversion{std::string(lines[i + 1].substr(1)), std::string(lines[i + 2])});
    }
  }
  return out;
}

class Database {
 public:
  Database(const KeptFiles& files, const base::FileTree& tree, const Distro& distro, Sink& sink)
      : files_(files), tree_(tree), distro_(distro), sink_(sink), check_(tree, sink) {}

  void read_all() {
    bool any = false;
    if (const std::string_view* status = files_.find(tree_, kStatus)) {
      read_record(std::string(kStatus), *status);
      any = true;
    }
    for (const auto& [path, bytes] : files_.by_path) {
      if (path.starts_with(kUpdates) || (path.starts_with(kStatusFolder) && !path.ends_with(".md5sums"))) {
        read_record(path, bytes);
        any = true;
      }
    }
    if (!any) {
      return;
    }
    if (distro_.release().empty()) {
      sink_.unread(model::CoverageNote::State::skipped, "etc/os-release", "says no release: the packages' advisories cannot be chosen");
    }
    if (const std::string_view* text = files_.find(tree_, kDiversions)) {
      diversions_ = read_diversions(*text);
    }
    for (auto& [key, package] : packages_) {
      verify(package);
      sink_.component(std::move(package.component));
    }
    sink_.remark("dpkg", base::with_thousands(packages_.size()) + " packages");
  }

 private:
  void read_record(const std::string& path, std::string_view bytes) {
    const base::Status status = each_stanza(bytes, path, [&](const Stanza& stanza) -> base::Status {
      if (stanza.get("package").empty()) {
        sink_.unread(model::CoverageNote::State::error, path + ", line " + base::with_thousands(stanza.line),
                     "an entry has no Package field");
        return {};
      }
      const std::string key = std::string(stanza.get("package")) + ":" + std::string(stanza.get("architecture"));
      packages_.erase(key);  // the journal speaks after the status file
      if (std::optional<Package> package = read_package(stanza, distro_, path)) {
        if (package->component.version.empty() && package->component.role != model::ComponentRole::data) {
          sink_.remark(path + ", line " + base::with_thousands(stanza.line),
                       "package " + package->name + " has no version: half installed");
        }
        packages_.emplace(key, std::move(*package));
      }
      return {};
    });
    if (!status) {
      sink_.unread(model::CoverageNote::State::error, path, status.error().text());
    }
  }

  void set_layer(Package& package, const base::FileNode* node) {
    if (node != nullptr && node->layer < tree_.layers().size()) {
      package.component.layer = tree_.layers()[node->layer].id;
      package.component.layer_command = tree_.layers()[node->layer].how;
    }
  }

  void verify(Package& package) {
    package.component.paths = {package.record};
    set_layer(package, tree_.find(package.record));
    std::vector<std::string> stems;
    if (package.record.starts_with(kStatusFolder)) {
      stems = {package.record};
    } else {
      stems = {std::string(kInfo) + package.name + ":" + package.arch, std::string(kInfo) + package.name};
    }
    for (const std::string& stem : stems) {
      const base::FileNode* list = tree_.find(stem + ".list");
      const std::string_view* sums = files_.find(tree_, stem + ".md5sums");
      if (list != nullptr || sums != nullptr) {
        set_layer(package, list != nullptr ? list : tree_.find(stem + ".md5sums"));
        if (sums != nullptr) {
          compare(package, *sums);
        }
        return;
      }
    }
  }

  // Lines "32 hex digits, two blanks, path without leading slash".
  void compare(Package& package, std::string_view sums) {
    for (const std::string_view line : base::split(sums, '\n')) {
      if (line.size() < 35) {
        continue;
      }
      std::string_view path = base::trim(line.substr(32));
      if (const auto diverted = diversions_.find(path); diverted != diversions_.end() && diverted->second.by != package.name) {
        path = diverted->second.to;
      }
      check_.expect(path, base::kDigestMd5, line.substr(0, 32));
    }
    check_.close(package.component, package.distribution);
  }

  const KeptFiles& files_;
  const base::FileTree& tree_;
  const Distro& distro_;
  Sink& sink_;
  FileCheck check_;
  std::map<std::string, Package> packages_;  // by name:arch
  std::map<std::string, Diversion, std::less<>> diversions_;
};

base::Status finish(const KeptFiles& files, const base::FileTree& tree, const Distro& distro, const base::Limits&, Sink& sink) {
  Database(files, tree, distro, sink).read_all();
  return {};
}

}  // namespace

extern constinit const Cataloger dpkg{.name = "dpkg",
                                      .purl_type = "deb",
                                      .reads = "/var/lib/dpkg/status, status.d/*, updates/*, info/*.md5sums",
                                      .wants = wants,
                                      .wants_digests = wants_digests,
                                      .announces = announces,
                                      .read = nullptr,
                                      .finish = finish};

}  // namespace bulkhead::catalog::ecosystem
