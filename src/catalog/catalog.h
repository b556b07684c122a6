// A file tree becomes components with evidence.
//
// Use: give a Catalog to the source as its ContentReader; when the tree is whole, call finish() once. Results of contents that
// an upper layer hid are dropped. The same component found at several paths is one component with all paths. A component whose
// file belongs unchanged to a distribution package is left out: the package, with its backports, is what judges it.
//
// Limits: Limits::components in all; Limits::document_bytes of kept files per row. Over a limit, the rest is noted as unread.
// Threads: one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/file_tree.h"
#include "base/limits.h"
#include "catalog/cataloger.h"
#include "model/inventory.h"

namespace bulkhead::catalog {

class Catalog : public base::ContentReader {
 public:
  explicit Catalog(const base::Limits& limits) : limits_(limits) {}

  Wish wish(const base::FileOffer& offer, std::string_view head) override;
  void take(const base::FileOffer& offer, std::string_view bytes) override;
  void missed(const base::FileOffer& offer, const base::Error& why) override;
  bool regrets(const base::FileOffer& offer) override;

  // Fills components, distribution, coverage and completeness of `inventory`.
  void finish(const base::FileTree& tree, model::Inventory& inventory);

 private:
  struct FileResult {
    size_t row = 0;
    std::vector<model::Component> components;
    std::vector<model::CoverageNote> notes;  // `what` is "" for the file itself or "!/inner"
  };
  void add_note(model::Inventory& inventory, model::CoverageNote note);
  KeptFiles kept_for(size_t row, const base::FileTree& tree) const;

  const base::Limits limits_;
  std::map<base::ContentId, uint32_t> wanted_;  // bit per row; the bit after the last row: os-release; the last: a program
  uint32_t announced_ = 0;                      // bit per row: its package database is in the tree
  std::map<base::ContentId, std::vector<FileResult>> results_;
  std::map<base::ContentId, std::string> kept_;
  std::map<base::ContentId, std::string> missed_;  // why
  std::vector<uint64_t> kept_bytes_;
  uint64_t found_ = 0;
  size_t notes_ = 0;
};

// The catalog's own reading of os-release(5).
Distro parse_os_release(std::string_view text);

}  // namespace bulkhead::catalog
