// Compares what a package database records of a package's files with what is in the tree.
//
// Files that are not there are no mismatch: images leave documentation out. A file without a recorded digest of the stated kind is
// neither: it was not compared, and close() says so.
//
// Threads: one thread. Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file_tree.h"
#include "catalog/cataloger.h"

namespace bulkhead::catalog {

class FileCheck {
 public:
  FileCheck(const base::FileTree& tree, Sink& sink) : tree_(tree), sink_(sink) {}

  // A file of the package at hand. `hex`: lower case. `configuration`: the administrator may change it.
  void expect(std::string_view path, base::DigestBit kind, std::string_view hex, bool configuration = false);

  // Ends the package: gives `component` its grade; says which files differ. `distribution`: the package comes from the
  // distribution itself, whose advisories know of backported fixes, so that its unchanged files are left to them.
  void close(model::Component& component, bool distribution);
  // The same for a record that a language's own installer wrote: its files are nobody else's, and a difference is only remarked.
  void close_language(model::Component& component);

 private:
  void grade(model::Component& component);

  const base::FileTree& tree_;
  Sink& sink_;
  std::vector<const base::FileNode*> matching_;
  std::vector<Sink::Changed> different_;
  size_t unread_ = 0;
};

}  // namespace bulkhead::catalog
