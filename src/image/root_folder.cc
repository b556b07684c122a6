#include "image/root_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "image/notes.h"

namespace bulkhead::image {
namespace {

using base::FileNode;

constexpr size_t kChunk = 256 << 10;

class FolderWalk {
 public:
  FolderWalk(base::FileTree& tree, base::ContentReader& reader, const base::Limits& limits, model::Inventory& inventory)
      : tree_(tree), reader_(reader), limits_(limits), notes_(inventory), chunk_(kChunk) {}

  base::Status walk(int fd, FileNode& folder, std::string& path, uint32_t depth) {
    std::vector<std::string> names;
    BULKHEAD_CHECK(list(fd, names, path));
    struct stat own{};
    if (::fstat(fd, &own) != 0) {
      return base::fail_errno(errno, "cannot read the folder", path);
    }
    const size_t length = path.size();
    for (const std::string& name : names) {
      path.resize(length);
      path.append(length == 0 ? "" : "/").append(name);
      BULKHEAD_CHECK(visit(fd, own.st_dev, folder, name, path, depth));
    }
    path.resize(length);
    return {};
  }

 private:
  base::Status list(int fd, std::vector<std::string>& names, const std::string& path) {
    const int copy = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* folder = copy < 0 ? nullptr : ::fdopendir(copy);
    if (folder == nullptr) {
      const int error = errno;
      if (copy >= 0) {
        ::close(copy);
      }
      return base::fail_errno(error, "cannot read the folder", path);
    }
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(folder);
      if (entry == nullptr) {
        break;
      }
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") {
        names.emplace_back(name);
      }
      if (++entries_ > limits_.archive_entries) {
        ::closedir(folder);
        return base::fail(base::ErrorKind::limit,
                          "holds more than the limit of " + base::with_thousands(limits_.archive_entries) + " entries");
      }
    }
    const int error = errno;
    ::closedir(folder);
    if (error != 0) {
      return base::fail_errno(error, "cannot read the folder", path);
    }
    std::ranges::sort(names);
    return {};
  }

  base::Status visit(int parent, dev_t parent_device, FileNode& folder, const std::string& name, std::string& path, uint32_t depth) {
    struct stat info{};
    if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) {  // gone since it was listed: a living system
        notes_.error(path, std::string("cannot be looked at: ") + std::strerror(errno));
      }
      return {};
    }
    auto node = std::make_unique<FileNode>();
    FileNode& placed = *node;
    if (S_ISDIR(info.st_mode)) {
      folder.children[name] = std::move(node);
      if (depth == 0 && info.st_dev != parent_device && (name == "proc" || name == "sys" || name == "dev")) {
        return {};
      }
      if (depth + 1 > limits_.depth) {
        notes_.skipped(path, "folders are nested deeper than the limit of " + std::to_string(limits_.depth));
        return {};
      }
      const base::UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!fd) {
        notes_.error(path, std::string("cannot be opened: ") + std::strerror(errno));
        return {};
      }
      if (base::Status status = walk(fd.get(), placed, path, depth + 1); !status) {
        if (status.error().kind == base::ErrorKind::limit) {
          return status;
        }
        notes_.error(path, status.error());
      }
      return {};
    }
    placed.kind = S_ISREG(info.st_mode) ? FileNode::Kind::file : S_ISLNK(info.st_mode) ? FileNode::Kind::symlink : FileNode::Kind::other;
    if (placed.kind == FileNode::Kind::symlink) {
      std::string target(limits_.path_bytes, '\0');
      const ssize_t got = ::readlinkat(parent, name.c_str(), target.data(), target.size());
      target.resize(got < 0 ? 0 : static_cast<size_t>(got));
      placed.target = std::move(target);
    }
    folder.children[name] = std::move(node);
    if (placed.kind == FileNode::Kind::file) {
      read_file(parent, name, path, placed);
    }
    return {};
  }

  void read_file(int parent, const std::string& name, const std::string& path, FileNode& node) {
    const base::UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
      notes_.error(path, std::string("cannot be opened: ") + std::strerror(errno));
      return;
    }
    const uint64_t size = static_cast<uint64_t>(info.st_size);
    node.content = tree_.add_content(size);
    const base::FileOffer offer{path, size, node.content};
    const ssize_t got = ::pread(fd.get(), chunk_.data(), chunk_.size(), 0);
    if (got < 0) {
      notes_.error(path, std::string("cannot be read: ") + std::strerror(errno));
      return;
    }
    const std::string_view first(chunk_.data(), static_cast<size_t>(got));
    const base::ContentReader::Wish wish = reader_.wish(offer, first.substr(0, base::ContentReader::kHeadBytes));
    if (wish.whole || wish.digests != 0) {
      give(fd.get(), offer, first, wish);
    }
  }

  void give(int fd, const base::FileOffer& offer, std::string_view first, base::ContentReader::Wish wish) {
    base::DigestRecorder digests(wish.digests);
    digests.update(first);
    if (wish.whole && offer.size > limits_.file_bytes) {
      reader_.missed(offer, {base::ErrorKind::limit,
                             "is larger than the limit of " + base::human_bytes(limits_.file_bytes),
                             std::string(offer.path),
                             {},
                             {},
                             {}});
      wish.whole = false;
    }
    std::string bytes;
    if (wish.whole) {
      bytes.reserve(static_cast<size_t>(offer.size));
      bytes = first;
    }
    // A file may grow while it is read: what it held when it was opened counts.
    for (uint64_t at = first.size(); at < offer.size && !first.empty();) {
      const ssize_t got = ::pread(fd, chunk_.data(), std::min<uint64_t>(chunk_.size(), offer.size - at), static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got <= 0) {
        if (wish.whole) {
          reader_.missed(
              offer,
              {base::ErrorKind::io, "cannot be read", std::string(offer.path), got < 0 ? std::strerror(errno) : "it shrank", {}, {}});
        }
        return;
      }
      const std::string_view piece(chunk_.data(), static_cast<size_t>(got));
      digests.update(piece);
      if (wish.whole) {
        bytes += piece;
      }
      at += piece.size();
    }
    if (wish.whole) {
      reader_.take(offer, bytes);
    }
    digests.finish(tree_.content(offer.content));
  }

  base::FileTree& tree_;
  base::ContentReader& reader_;
  const base::Limits& limits_;
  Notes notes_;
  std::vector<char> chunk_;
  uint64_t entries_ = 0;
};

}  // namespace

base::Result<base::FileTree> read_root_folder(int folder_fd, base::ContentReader& reader, const base::Limits& limits,
                                              model::Inventory& inventory) {
  base::FileTree tree;
  std::string path;
  BULKHEAD_CHECK(FolderWalk(tree, reader, limits, inventory).walk(folder_fd, tree.root(), path, 0));
  return tree;
}

}  // namespace bulkhead::image
