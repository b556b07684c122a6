// Alpine packages: lib/apk/db/installed (Alpine, postmarketOS) or usr/lib/apk/db/installed (Wolfi, Chainguard, merged /usr).
//
// Entries are divided by blank lines; a line is a letter, ':' and a value. Read: P name, V version, A architecture, o origin (the
// source package, which security databases are keyed by; it has the same version), L licence, F folder, R file in it, Z its checksum:
// "Q1" and the base64 of a SHA-1. ("Q2", SHA-256 cut to 160 bits, is of version 3 of the tool; files of that form are not compared.)
// A symbolic link's checksum is of its target's text and is not compared. Files below etc belong to the administrator, as apk's own
// rule for upgrades has it (protected_paths).
//
// The database does not say from which repository a package came. Its files are left to the distribution's advisories only where
// every repository in etc/apk/repositories is one of the distribution's: ".../alpine/RELEASE/{main,community}" for Alpine, Wolfi's and
// Chainguard's own for these.
//
// Sources: apk-tools, apk-package(5) "The installed database" and src/database.c; Alpine wiki, "Apk spec".
#include <optional>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/file_check.h"
#include "catalog/internal/package_folder.h"
#include "catalog/internal/purl.h"
#include "model/package_role.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kDatabases[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};
constexpr std::string_view kRepositories = "etc/apk/repositories";
constexpr size_t kSha1Bytes = 20;

bool wants(std::string_view path, uint64_t, std::string_view) {
  return path == kDatabases[0] || path == kDatabases[1] || path == kRepositories;
}

uint8_t wants_digests(std::string_view path) { return in_package_folder(path) ? base::kDigestSha1 : 0; }

bool announces(std::string_view path) {
  return path.starts_with("etc/apk/") || path.starts_with("lib/apk/") || path.starts_with("usr/lib/apk/") || path == "etc/alpine-release";
}

// https://dl-cdn.alpinelinux.org/alpine/v3.20/main, with a pin ("@edge https://…") or without.
bool is_distribution(std::string_view line, std::string_view distribution) {
  if (line.starts_with('@')) {
    const size_t blank = line.find(' ');
    line = base::trim(line.substr(blank == std::string_view::npos ? line.size() : blank));
  }
  while (line.ends_with('/')) {
    line.remove_suffix(1);
  }
  if (distribution == "wolfi" || distribution == "chainguard") {
    return line.starts_with("https://packages.wolfi.dev/os") || line.starts_with("https://apk.cgr.dev/");
  }
  const std::vector<std::string_view> parts = base::split(line, '/');
  return distribution == "alpine" && parts.size() >= 4 && parts[parts.size() - 3] == "alpine" &&
         (parts.back() == "main" || parts.back() == "community");
}

bool only_distribution(const std::string_view* repositories, std::string_view distribution) {
  if (repositories == nullptr) {
    return false;
  }
  bool any = false;
  for (std::string_view line : base::split(*repositories, '\n')) {
    line = base::trim(line);
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    any = true;
    if (!is_distribution(line, distribution)) {
      return false;
    }
  }
  return any;
}

class Database {
 public:
  Database(std::string_view path, const base::FileTree& tree, const Distro& distro, bool distribution, const base::Limits& limits,
           Sink& sink)
      : path_(path), tree_(tree), distro_(distro), distribution_(distribution), limits_(limits), sink_(sink), check_(tree, sink) {}

  base::Status read(std::string_view text) {
    uint64_t number = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      ++number;
      if (line.empty()) {
        close();
      } else if (line.size() < 2 || line[1] != ':') {
        broken(number, "is no field");
      } else {
        field(line.front(), line.substr(2), number);
      }
      if (count_ > limits_.components) {
        return base::fail(base::ErrorKind::limit, "names more than the limit of " + base::with_thousands(limits_.components) + " packages",
                          std::string(path_));
      }
    }
    close();
    sink_.remark("apk", base::with_thousands(count_) + " packages");
    return {};
  }

 private:
  void broken(uint64_t number, const char* why) {
    sink_.unread(model::CoverageNote::State::error, std::string(path_) + ", line " + base::with_thousands(number), why);
  }

  void field(char letter, std::string_view value, uint64_t number) {
    if (letter == 'P' && !component_.name.empty()) {
      broken(number, "names a second package in one entry");
      close();
    }
    if (!open_) {
      open_ = true;
      first_line_ = number;
    }
    model::Component& c = component_;
    switch (letter) {
      case 'P': c.name = value; break;
      case 'V': c.version = value; break;
      case 'A': c.arch = value; break;
      case 'o': c.source_name = value; break;
      case 'L':
        if (!value.empty() && value != "None") {
          c.licenses = {std::string(value)};
        }
        break;
      case 'F': folder_ = value; break;
      case 'R':
        file_ = folder_.empty() ? std::string(value) : folder_ + '/' + std::string(value);
        break;
      case 'Z': checksum(value, number); break;
      default: break;
    }
  }

  void checksum(std::string_view value, uint64_t number) {
    if (!value.starts_with("Q1")) {
      return;
    }
    const auto digest = base::decode_base64(value.substr(2));
    if (!digest || digest->size() != kSha1Bytes) {
      broken(number, "is no checksum");
    } else if (!file_.empty()) {
      check_.expect(file_, base::kDigestSha1, base::to_hex(*digest), file_.starts_with("etc/"));
    }
  }

  void close() {
    if (!open_) {
      return;
    }
    model::Component c = std::move(component_);
    component_ = {};
    open_ = false;
    folder_.clear();
    file_.clear();
    if (c.name.empty() || c.version.empty()) {
      check_.close(c, false);
      broken(first_line_, "starts an entry without a name or a version");
      return;
    }
    ++count_;
    c.type = "apk";
    c.distro = distro_.release();
    c.role = model::apk_role(c.name);
    if (c.source_name.empty()) {
      c.source_name = c.name;
    }
    c.source_version = c.version;
    const std::string space = distro_.id.empty() ? "alpine" : distro_.id;
    c.purl = make_purl("apk", space, c.name, c.version,
                       {{"arch", c.arch}, {"distro", distro_.version.empty() ? "" : space + "-" + distro_.version}});
    c.paths = {std::string(path_)};
    check_.close(c, distribution_);
    if (const base::FileNode* node = tree_.find(path_); node != nullptr && node->layer < tree_.layers().size()) {
      c.layer = tree_.layers()[node->layer].id;
      c.layer_command = tree_.layers()[node->layer].how;
    }
    sink_.component(std::move(c));
  }

  const std::string_view path_;
  const base::FileTree& tree_;
  const Distro& distro_;
  const bool distribution_;
  const base::Limits& limits_;
  Sink& sink_;
  FileCheck check_;
  model::Component component_;
  bool open_ = false;
  uint64_t first_line_ = 0;
  uint64_t count_ = 0;
  std::string folder_;
  std::string file_;
};

base::Status finish(const KeptFiles& files, const base::FileTree& tree, const Distro& distro, const base::Limits& limits, Sink& sink) {
  const bool distribution = only_distribution(files.find(tree, kRepositories), distro.id);
  const base::FileNode* read = nullptr;
  for (const std::string_view path : kDatabases) {
    const base::FileNode* node = tree.find(path);
    const std::string_view* text = files.find(tree, path);
    if (text == nullptr || node == read) {
      continue;  // lib may be a link to usr/lib
    }
    read = node;
    if (distro.release().empty()) {
      sink.unread(model::CoverageNote::State::skipped, "etc/os-release", "says no release: the packages' advisories cannot be chosen");
    }
    if (const base::Status status = Database(path, tree, distro, distribution, limits, sink).read(*text); !status) {
      sink.unread(model::CoverageNote::State::error, std::string(path), status.error().text());
    }
  }
  return {};
}

}  // namespace

extern constinit const Cataloger apk{.name = "apk",
                                     .purl_type = "apk",
                                     .reads = "/lib/apk/db/installed, /usr/lib/apk/db/installed, /etc/apk/repositories",
                                     .wants = wants,
                                     .wants_digests = wants_digests,
                                     .announces = announces,
                                     .read = nullptr,
                                     .finish = finish};

}  // namespace bulkhead::catalog::ecosystem
