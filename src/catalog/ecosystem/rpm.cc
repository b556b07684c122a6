// rpm packages: the databases below /var/lib/rpm, /usr/lib/sysimage/rpm and /usr/share/rpm (internal/rpm_database.h has the formats,
// internal/rpm_header.h the headers). Where a tree holds several databases, all are read: which of them rpm would use depends on its
// configuration, and one beside another must hide nothing.
//
// Listed is what `rpm -qa` lists, gpg-pubkey entries (trusted keys, role `data`) included. Version is EPOCH:VERSION-RELEASE, the epoch
// only where it is not 0. The source package is SOURCERPM, "NAME-VERSION-RELEASE.src.rpm"; it has the package's epoch where version and
// release are the package's own, for then both come from one line of the spec file; else its epoch is not known and left out.
// The module stream of ModularityLabel ("nodejs:18:…") stands in the package URL as `rpmmod=nodejs:18`, as Red Hat's own have it.
//
// Files are compared with the digests of the header (SHA-256; MD5 and SHA-1 in old ones): regular files that rpm counts as installed,
// no ghosts; a changed configuration file is no mismatch. They are left to the distribution's advisories where Vendor is the
// distribution's own (data/catalog/distribution_vendors.tsv).
// Sources: rpm(8), rpm's lib/rpmtag.h, lib/rpmfiles.h (file flags, states), include/rpm/rpmpgp.h (digest algorithms).
#include <algorithm>
#include <span>

#include "base/embedded.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/file_check.h"
#include "catalog/internal/package_folder.h"
#include "catalog/internal/purl.h"
#include "catalog/internal/rpm_database.h"
#include "catalog/internal/rpm_header.h"
#include "model/package_role.h"

namespace bulkhead::catalog {

std::span<const base::EmbeddedFile> embedded_files();

namespace ecosystem {
namespace {

constexpr std::string_view kFolders[] = {"var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"};
constexpr std::string_view kSqlite = "rpmdb.sqlite";
constexpr std::string_view kLog = "rpmdb.sqlite-wal";
constexpr std::string_view kNdb = "Packages.db";
constexpr std::string_view kBdb = "Packages";

constexpr uint32_t kConfiguration = 1U << 0;  // RPMFILE_CONFIG
constexpr uint32_t kGhost = 1U << 6;          // RPMFILE_GHOST
constexpr uint32_t kTypeMask = 0170000;
constexpr uint32_t kRegular = 0100000;

bool wants(std::string_view path, uint64_t size, std::string_view) {
  if (size == 0) {
    return false;  // an empty log, or the mark that a conversion leaves
  }
  const size_t slash = path.rfind("/rpm/");
  if (slash == std::string_view::npos || (!path.starts_with("var/") && !path.starts_with("usr/"))) {
    return false;
  }
  const std::string_view name = path.substr(slash + 5);
  return name == kSqlite || name == kLog || name == kNdb || name == kBdb;
}

uint8_t wants_digests(std::string_view path) { return in_package_folder(path) ? base::kDigestSha256 : 0; }

bool announces(std::string_view path) {
  for (const std::string_view folder : {"etc/rpm/", "etc/yum.repos.d/", "etc/dnf/", "etc/yum/", "etc/zypp/", "etc/tdnf/", "var/lib/rpm/",
                                        "usr/lib/sysimage/rpm/"}) {
    if (path.starts_with(folder)) {
      return true;
    }
  }
  return path == "etc/redhat-release" || path == "etc/yum.conf";
}

bool is_distribution(std::string_view vendor, std::string_view id) {
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name != "catalog/distribution_vendors.tsv") {
      continue;
    }
    for (const std::string_view line : base::split(file.content, '\n')) {
      const auto [row_id, prefix] = base::split_once(line, '\t');
      if (prefix && row_id == id && vendor.starts_with(*prefix)) {
        return true;
      }
    }
  }
  return false;
}

// The namespace of package URLs, where it is not the ID of os-release.
std::string_view purl_space(std::string_view id) {
  if (id.starts_with("opensuse")) {
    return "opensuse";
  }
  return id == "rhel" ? "redhat" : id == "ol" ? "oracle" : id == "amzn" ? "amazon" : id == "sles" ? "suse" : id;
}

std::string with_epoch(uint32_t epoch, const std::string& rest) { return epoch == 0 ? rest : std::to_string(epoch) + ":" + rest; }

class Database {
 public:
  Database(std::string_view path, const base::FileTree& tree, const Distro& distro, const base::Limits& limits, Sink& sink)
      : path_(path), tree_(tree), distro_(distro), limits_(limits), sink_(sink), check_(tree, sink) {}

  void read(std::string_view bytes, std::string_view log) {
    const auto visit = [this](std::string_view header) { package(header); };
    const base::Status status = path_.ends_with(kSqlite) ? each_sqlite_header(bytes, log, path_, visit)
                                : path_.ends_with(kNdb)  ? each_ndb_header(bytes, path_, visit)
                                                         : each_bdb_header(bytes, path_, visit);
    if (!status) {
      sink_.unread(model::CoverageNote::State::error, std::string(path_), status.error().text());
    }
    if (broken_ > 0) {
      sink_.unread(model::CoverageNote::State::error, std::string(path_),
                   base::with_thousands(broken_) + " package headers cannot be read: " + first_error_);
    }
    sink_.remark("rpm", base::with_thousands(count_) + " packages");
  }

 private:
  void package(std::string_view blob) {
    const auto header = RpmHeader::open(blob, path_);
    const std::string_view name = header ? header->text(RpmTag::name) : std::string_view();
    if (name.empty() || count_ >= limits_.components) {
      if (++broken_ == 1) {
        first_error_ = !header ? header.error().text() : name.empty() ? "one states no name" : "over the limit of components";
      }
      return;
    }
    ++count_;
    const uint32_t epoch = header->number(RpmTag::epoch).value_or(0);
    const std::string version = std::string(header->text(RpmTag::version)) + "-" + std::string(header->text(RpmTag::release));
    model::Component c;
    c.type = "rpm";
    c.name = name;
    c.version = with_epoch(epoch, version);
    c.arch = header->text(RpmTag::arch);
    c.distro = distro_.release();
    c.role = model::rpm_role(name);
    if (const std::string_view license = header->text(RpmTag::license); !license.empty()) {
      c.licenses = {std::string(license)};
    }
    std::string_view source = header->text(RpmTag::source_rpm);
    if (source == "(none)") {  // rpm writes so for public keys, which it keeps as packages
      source = {};
    }
    set_source(c, source, version, epoch);
    const std::vector<std::string_view> label = base::split(header->text(RpmTag::modularity_label), ':');
    const std::string module = label.size() >= 2 ? std::string(label[0]) + ":" + std::string(label[1]) : std::string();
    c.purl = make_purl("rpm", purl_space(distro_.id), c.name, version,
                       {{"arch", c.arch},
                        {"distro", distro_.version.empty() ? "" : distro_.id + "-" + distro_.version},
                        {"epoch", epoch == 0 ? "" : std::to_string(epoch)},
                        {"rpmmod", module},
                        {"upstream", std::string(source)}});
    c.paths = {std::string(path_)};
    if (const base::FileNode* node = tree_.find(path_); node != nullptr && node->layer < tree_.layers().size()) {
      c.layer = tree_.layers()[node->layer].id;
      c.layer_command = tree_.layers()[node->layer].how;
    }
    compare(*header);
    check_.close(c, is_distribution(header->text(RpmTag::vendor), distro_.id));
    sink_.component(std::move(c));
  }

  // "bash-5.1.8-6.el9.src.rpm" or ".nosrc.rpm".
  static void set_source(model::Component& c, std::string_view file, const std::string& version, uint32_t epoch) {
    for (const std::string_view ending : {".nosrc.rpm", ".src.rpm"}) {
      if (file.ends_with(ending)) {
        file.remove_suffix(ending.size());
        const size_t release = file.rfind('-');
        const size_t dash = release == 0 || release == std::string_view::npos ? std::string_view::npos : file.rfind('-', release - 1);
        if (dash != std::string_view::npos && dash > 0) {
          c.source_name = file.substr(0, dash);
          c.source_version = file.substr(dash + 1);
          if (c.source_version == version) {
            c.source_version = with_epoch(epoch, version);
          }
        }
        return;
      }
    }
  }

  void compare(const RpmHeader& header) {
    const std::vector<std::string_view> digests = header.texts(RpmTag::file_digests);
    if (digests.empty()) {
      return;
    }
    const uint32_t algorithm = header.number(RpmTag::file_digest_algorithm).value_or(1);
    if (algorithm != 1 && algorithm != 2 && algorithm != 8) {
      return;
    }
    const base::DigestBit kind = algorithm == 1 ? base::kDigestMd5 : algorithm == 2 ? base::kDigestSha1 : base::kDigestSha256;
    const auto names = header.texts(RpmTag::base_names);
    const auto folders = header.texts(RpmTag::dir_names);
    const auto indexes = header.numbers(RpmTag::dir_indexes);
    const auto flags = header.numbers(RpmTag::file_flags);
    const auto modes = header.numbers(RpmTag::file_modes);
    const auto states = header.numbers(RpmTag::file_states);
    const size_t count = std::min({digests.size(), names.size(), indexes.size(), flags.size(), modes.size()});
    std::string path;
    for (size_t i = 0; i < count; ++i) {
      const bool installed = i >= states.size() || states[i] == 0;
      if (digests[i].empty() || indexes[i] >= folders.size() || (modes[i] & kTypeMask) != kRegular || (flags[i] & kGhost) != 0 ||
          !installed) {
        continue;
      }
      path.assign(folders[indexes[i]]).append(names[i]);
      check_.expect(std::string_view(path).substr(path.starts_with('/') ? 1 : 0), kind, digests[i], (flags[i] & kConfiguration) != 0);
    }
  }

  const std::string_view path_;
  const base::FileTree& tree_;
  const Distro& distro_;
  const base::Limits& limits_;
  Sink& sink_;
  FileCheck check_;
  uint64_t count_ = 0;
  uint64_t broken_ = 0;
  std::string first_error_;
};

base::Status finish(const KeptFiles& files, const base::FileTree& tree, const Distro& distro, const base::Limits& limits, Sink& sink) {
  std::vector<const base::FileNode*> read;
  for (const std::string_view folder : kFolders) {
    for (const std::string_view name : {kSqlite, kNdb, kBdb}) {
      const std::string path = std::string(folder).append(name);
      const std::string_view* bytes = files.find(tree, path);
      const base::FileNode* node = tree.find(path);
      if (bytes == nullptr || std::ranges::find(read, node) != read.end()) {
        continue;  // one folder may be a link to the other
      }
      read.push_back(node);
      if (distro.release().empty()) {
        sink.unread(model::CoverageNote::State::skipped, "etc/os-release", "says no release: the packages' advisories cannot be chosen");
      }
      const std::string_view* log = name == kSqlite ? files.find(tree, std::string(folder).append(kLog)) : nullptr;
      Database(path, tree, distro, limits, sink).read(*bytes, log == nullptr ? std::string_view() : *log);
    }
  }
  return {};
}

}  // namespace

extern constinit const Cataloger rpm{.name = "rpm",
                                     .purl_type = "rpm",
                                     .reads = "rpmdb.sqlite, Packages.db, Packages below /var/lib/rpm, /usr/lib/sysimage/rpm, /usr/share/rpm",
                                     .wants = wants,
                                     .wants_digests = wants_digests,
                                     .announces = announces,
                                     .read = nullptr,
                                     .finish = finish};

}  // namespace ecosystem
}  // namespace bulkhead::catalog
