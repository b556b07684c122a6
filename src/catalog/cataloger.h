// A row of the table src/catalog/ecosystem/: how one package ecosystem leaves its traces in a file tree.
//
// A row says which files it wants and what it makes of them; it never opens anything and does not know where the tree came
// from. A row that reads file by file sets `read`: it is called once per distinct content while the source streams by, and
// its components count for every path that holds this content in the end. A row that must see several files together sets
// `finish`: its wanted files are kept and given at the end, when the tree is whole.
//
// Adding one: docs/adding-a-cataloger.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_tree.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::catalog {

// What /etc/os-release says; empty fields where it says nothing.
struct Distro {
  std::string id;       // "debian"
  std::string version;  // VERSION_ID "12"; without one the code name ("forky", "sid")
  std::string name;     // PRETTY_NAME
  std::string release() const { return id.empty() || version.empty() ? std::string() : id + ":" + version; }
};

struct FileView {
  std::string_view path;
  std::string_view bytes;  // end with the call
  const base::Limits& limits;
};

// Takes what a row finds.
class Sink {
 public:
  // Component::paths: empty for "this file", or "!/inner/path" below this file (rows with `read`); whole paths in `finish`.
  void component(model::Component component) { components.push_back(std::move(component)); }
  // A piece that was not read; the inventory becomes incomplete.
  void unread(model::CoverageNote::State state, std::string what, std::string why) {
    notes.push_back({state, std::move(what), std::move(why)});
  }
  // Something worth saying about what was read.
  void remark(std::string what, std::string why) { notes.push_back({model::CoverageNote::State::read, std::move(what), std::move(why)}); }
  // `finish`: the file's content is exactly what the owner's record says, so the owner's advisories judge it. Only for
  // owners whose distributor backports fixes; see dpkg.cc.
  void owned(const base::FileNode& file) { owned_files.push_back(&file); }
  // `finish`: the owner's record states another content. What the file says of itself counts then; where it says anything, or is
  // a program, the change is a sign of tampering.
  void changed(const base::FileNode& file, std::string path, std::string owner) {
    changed_files.push_back({&file, std::move(path), std::move(owner)});
  }
  // `finish`: a sign of tampering that the row itself saw.
  void tampering(std::string check, std::string path, std::string detail) {
    signs.push_back({std::move(check), std::move(path), std::move(detail)});
  }

  struct Changed {
    const base::FileNode* file;
    std::string path;
    std::string owner;
  };
  std::vector<model::Component> components;
  std::vector<model::CoverageNote> notes;
  std::vector<const base::FileNode*> owned_files;
  std::vector<Changed> changed_files;
  std::vector<model::TamperSign> signs;
};

// The files that a row wanted and that are still there in the finished tree, by physical path.
struct KeptFiles {
  std::map<std::string, std::string_view, std::less<>> by_path;
  // Content of what `path` leads to in the tree, links followed; nullptr where it is not there or was not kept.
  const std::string_view* find(const base::FileTree& tree, std::string_view path) const;
  std::map<base::ContentId, std::string_view> by_content;
};

struct Cataloger {
  const char* name;       // "dpkg": Component::cataloger
  const char* purl_type;  // "deb"
  const char* reads;      // one line for documents: which files
  bool (*wants)(std::string_view path, uint64_t size, std::string_view head);
  uint8_t (*wants_digests)(std::string_view path);  // base::DigestBit; null: none
  // A file that shows that this row's package database is in the tree. Databases announce themselves early (folders are streamed by
  // name, etc before usr), and from then on only the digests of announced databases are made. Null: the row's digests are always made.
  bool (*announces)(std::string_view path);
  // One file. An error is reported with the file's path; components already given stay.
  base::Status (*read)(const FileView& file, Sink& sink);  // null: kept for `finish`
  base::Status (*finish)(const KeptFiles& files, const base::FileTree& tree, const Distro& distro, const base::Limits& limits,
                         Sink& sink);  // or null
};

// The rows, sorted by name.
const std::vector<const Cataloger*>& catalogers();

}  // namespace bulkhead::catalog
