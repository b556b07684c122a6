#include "base/file_tree.h"

#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr int kMaxLinks = 40;
constexpr size_t kMaxNames = 4096;  // names still to walk: links that name links multiply

void visit_folder(const FileNode& folder, std::string& path, const std::function<void(const std::string&, const FileNode&)>& visit) {
  const size_t length = path.size();
  for (const auto& [name, child] : folder.children) {
    if (!path.empty()) {
      path += '/';
    }
    path += name;
    if (child->kind == FileNode::Kind::file) {
      visit(path, *child);
    } else if (child->kind == FileNode::Kind::folder) {
      visit_folder(*child, path, visit);
    }
    path.resize(length);
  }
}

}  // namespace

Result<FileTree::Place> FileTree::locate(std::string_view path, bool follow_last) {
  std::vector<std::string> todo;  // names still to walk, the next one last
  const auto push = [&todo](std::string_view text) {
    std::vector<std::string_view> names = split(text, '/');
    for (size_t i = names.size(); i-- > 0;) {
      if (!names[i].empty() && names[i] != ".") {
        todo.emplace_back(names[i]);
      }
    }
  };
  push(path);
  std::vector<std::string> walked;
  std::vector<FileNode*> nodes = {root_.get()};  // nodes[i] belongs to walked[i-1]; null once nothing exists
  int links = 0;
  while (!todo.empty()) {
    const std::string name = std::move(todo.back());
    todo.pop_back();
    if (name == "..") {
      if (!walked.empty()) {
        walked.pop_back();
        nodes.pop_back();
      }
      continue;
    }
    FileNode* here = nodes.back();
    FileNode* next = nullptr;
    if (here != nullptr) {
      if (here->kind != FileNode::Kind::folder) {
        return fail(ErrorKind::input, "a name on the way is no folder", std::string(path));
      }
      const auto found = here->children.find(name);
      next = found == here->children.end() ? nullptr : found->second.get();
    }
    if (next != nullptr && next->kind == FileNode::Kind::symlink && (follow_last || !todo.empty())) {
      if (++links > kMaxLinks || todo.size() > kMaxNames) {
        return fail(ErrorKind::input, "symbolic links go round in a circle", std::string(path));
      }
      if (next->target.starts_with('/')) {
        walked.clear();
        nodes.resize(1);
      }
      push(next->target);
      continue;
    }
    walked.push_back(name);
    nodes.push_back(next);
  }
  return Place{join(walked, "/"), nodes.back()};
}

const FileNode* FileTree::find(std::string_view path, bool follow_last) const {
  // Most ways have no link on them and need no bookkeeping.
  const FileNode* here = root_.get();
  for (std::string_view rest = path; here != nullptr;) {
    const size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name == "..") {
      break;
    }
    if (!name.empty() && name != ".") {
      const auto found = here->children.find(name);
      here = found == here->children.end() ? nullptr : found->second.get();
      if (here != nullptr && here->kind == FileNode::Kind::symlink && (follow_last || slash != std::string_view::npos)) {
        break;
      }
    }
    if (slash == std::string_view::npos || here == nullptr) {
      return here;
    }
    rest.remove_prefix(slash + 1);
  }
  // locate() changes nothing; it is not const only because it gives a node that its caller may change.
  const Result<Place> place = const_cast<FileTree*>(this)->locate(path, follow_last);
  return place ? place->node : nullptr;
}

void FileTree::each_file(const std::function<void(const std::string&, const FileNode&)>& visit) const {
  std::string path;
  visit_folder(*root_, path, visit);
}

ContentId FileTree::add_content(uint64_t size) {
  contents_.push_back({.size = size});
  return static_cast<ContentId>(contents_.size() - 1);
}

Result<std::vector<std::string_view>> path_names(std::string_view path, uint32_t max_bytes, bool absolute_ok) {
  if (path.size() > max_bytes) {
    return fail(ErrorKind::limit, "a path is longer than the limit of " + human_bytes(max_bytes), std::string(path.substr(0, 80)) + "…");
  }
  if (path.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::input, "a path holds a zero byte", std::string(path));
  }
  if (path.starts_with('/') && !absolute_ok) {
    return fail(ErrorKind::input, "the path is absolute", std::string(path));
  }
  std::vector<std::string_view> names;
  for (const std::string_view name : split(path, '/')) {
    if (name == "..") {
      return fail(ErrorKind::input, "the path leaves the root", std::string(path));
    }
    if (!name.empty() && name != ".") {
      names.push_back(name);
    }
  }
  return names;
}

DigestRecorder::DigestRecorder(uint8_t digests) {
  for (const auto& [bit, kind] :
       {std::pair{kDigestMd5, HashKind::md5}, std::pair{kDigestSha1, HashKind::sha1}, std::pair{kDigestSha256, HashKind::sha256}}) {
    if ((digests & bit) != 0) {
      hashers_.emplace_back(bit, Hasher(kind));
    }
  }
}

void DigestRecorder::update(std::string_view bytes) {
  for (auto& [bit, hasher] : hashers_) {
    hasher.update(bytes);
  }
}

void DigestRecorder::finish(ContentFacts& facts) {
  for (auto& [bit, hasher] : hashers_) {
    facts.digests |= bit;
    if (bit == kDigestMd5) {
      hasher.finish_into(facts.md5);
    } else if (bit == kDigestSha1) {
      hasher.finish_into(facts.sha1);
    } else {
      hasher.finish_into(facts.sha256);
    }
  }
}

std::string ContentFacts::hex(DigestBit kind) const {
  const auto text = [](const auto& bytes) { return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); };
  if ((digests & kind) == 0) {
    return {};
  }
  return kind == kDigestMd5 ? text(md5) : kind == kDigestSha1 ? text(sha1) : text(sha256);
}

}  // namespace bulkhead::base
