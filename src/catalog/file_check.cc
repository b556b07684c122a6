#include "catalog/internal/file_check.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::catalog {
namespace {

constexpr size_t kNamedMismatches = 3;

}  // namespace

void FileCheck::expect(std::string_view path, base::DigestBit kind, std::string_view hex, bool configuration) {
  const base::FileNode* node = tree_.find(path, false);
  if (node == nullptr || node->kind != base::FileNode::Kind::file) {
    return;
  }
  const base::ContentFacts* facts = tree_.facts(node->content);
  if (facts == nullptr || (facts->digests & kind) == 0) {
    ++unread_;
  } else if (facts->hex(kind) == hex) {
    matching_.push_back(node);
  } else if (!configuration) {
    different_.push_back({node, std::string(path), {}});
  }
}

void FileCheck::grade(model::Component& component) {
  if (different_.empty() && !matching_.empty() && unread_ == 0) {
    component.grade = model::Grade::files_match;
  }
  if (!different_.empty()) {
    std::vector<std::string> named;
    for (size_t i = 0; i < different_.size() && i < kNamedMismatches; ++i) {
      named.push_back(different_[i].path);
    }
    sink_.remark("package " + component.name, std::to_string(different_.size()) + " of " +
                                                  std::to_string(different_.size() + matching_.size()) +
                                                  " files differ from their recorded checksums: " + base::join(named, ", ") +
                                                  (different_.size() > named.size() ? ", …" : ""));
  }
}

void FileCheck::close_language(model::Component& component) {
  grade(component);
  matching_.clear();
  different_.clear();
  unread_ = 0;
}

void FileCheck::close(model::Component& component, bool distribution) {
  grade(component);
  if (distribution) {
    for (const base::FileNode* node : matching_) {
      sink_.owned(*node);
    }
  }
  for (Sink::Changed& changed : different_) {
    sink_.changed(*changed.file, std::move(changed.path), component.name);
  }
  matching_.clear();
  different_.clear();
  unread_ = 0;
}

}  // namespace bulkhead::catalog
