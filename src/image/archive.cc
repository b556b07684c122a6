#include "image/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <map>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/tar.h"
#include "base/text.h"

namespace bulkhead::image {
namespace {

constexpr int kMaxLinks = 8;

// Gives a compressed archive's unpacked bytes from any place: forward by unpacking on, backward by starting again.
class Unpacker {
 public:
  Unpacker(int fd, const base::Limits& limits, std::string where) : fd_(fd), limits_(limits), where_(std::move(where)) {}

  base::Status go_to(uint64_t offset) {
    if (stream_ == nullptr || offset < at_) {
      BULKHEAD_TRY(base::Unpacked unpacked, base::decompressed(base::file_stream(fd_, 0, UINT64_MAX, where_), limits_, where_));
      stream_ = std::move(unpacked.stream);
      at_ = 0;
      piece_ = {};
    }
    while (at_ < offset) {
      BULKHEAD_TRY(const std::string_view piece, next(offset - at_));
      if (piece.empty()) {
        return base::fail(base::ErrorKind::input, "ends early", where_);
      }
    }
    return {};
  }

  base::Result<std::string_view> next(uint64_t most) {
    if (piece_.empty()) {
      BULKHEAD_TRY(piece_, stream_->next());
    }
    const std::string_view part = piece_.substr(0, static_cast<size_t>(std::min<uint64_t>(most, piece_.size())));
    piece_.remove_prefix(part.size());
    at_ += part.size();
    return part;
  }

 private:
  int fd_;
  const base::Limits limits_;
  std::string where_;
  std::unique_ptr<base::ByteStream> stream_;
  std::string_view piece_;
  uint64_t at_ = 0;
};

class UnpackedPart : public base::ByteStream {
 public:
  UnpackedPart(Unpacker& unpacker, uint64_t length, std::string where) : unpacker_(unpacker), left_(length), where_(std::move(where)) {}
  base::Result<std::string_view> next() override {
    if (left_ == 0) {
      return std::string_view();
    }
    BULKHEAD_TRY(const std::string_view piece, unpacker_.next(left_));
    if (piece.empty()) {
      return base::fail(base::ErrorKind::input, "ends early", where_);
    }
    left_ -= piece.size();
    return piece;
  }

 private:
  Unpacker& unpacker_;
  uint64_t left_;
  std::string where_;
};

class TarArchive : public Archive {
 public:
  TarArchive(int fd, const base::Limits& limits, std::string where) : fd_(fd), where_(std::move(where)), unpacker_(fd, limits, where_) {}

  base::Status index(const base::Limits& limits) {
    BULKHEAD_TRY(base::Unpacked unpacked, base::decompressed(base::file_stream(fd_, 0, UINT64_MAX, where_), limits, where_));
    packed_ = unpacked.compression != base::Compression::none;
    base::TarReader tar(*unpacked.stream, limits, where_);
    for (;;) {
      BULKHEAD_TRY(const auto entry, tar.next());
      if (!entry) {
        return {};
      }
      const auto names = base::path_names(entry->path, limits.path_bytes, false);
      if (!names) {
        return std::unexpected(base::Error(names.error()).in(tar.where()));
      }
      std::string path;
      for (const std::string_view name : *names) {
        path.append(path.empty() ? "" : "/").append(name);
      }
      if (entry->kind == base::TarEntry::Kind::file) {
        members_[path] = {tar.offset(), entry->size, {}};
      } else if (entry->kind == base::TarEntry::Kind::symlink || entry->kind == base::TarEntry::Kind::hard_link) {
        // Older `docker save` wrote a layer that stands twice as a link to the first.
        const bool symbolic = entry->kind == base::TarEntry::Kind::symlink;
        const size_t slash = path.rfind('/');
        members_[path] = {0, 0,
                          symbolic && slash != std::string::npos ? path.substr(0, slash + 1) + entry->link_target : entry->link_target};
      }
    }
  }

  bool has(std::string_view name) const override { return find(name) != nullptr; }

  base::Result<std::unique_ptr<base::ByteStream>> open(std::string_view name) override {
    const Member* member = find(name);
    const std::string where = where_ + ": " + std::string(name);
    if (member == nullptr) {
      return base::fail(base::ErrorKind::not_found, "is not in the archive", where);
    }
    if (!packed_) {
      return base::file_stream(fd_, member->offset, member->size, where);
    }
    BULKHEAD_CHECK(unpacker_.go_to(member->offset));
    return std::make_unique<UnpackedPart>(unpacker_, member->size, where);
  }

 private:
  struct Member {
    uint64_t offset = 0;
    uint64_t size = 0;
    std::string link;  // not empty: another member's path, ".." not yet resolved
  };

  static std::string normal(std::string_view path) {
    std::vector<std::string> names;
    for (const std::string_view name : base::split(path, '/')) {
      if (name == ".." && !names.empty()) {
        names.pop_back();
      } else if (!name.empty() && name != "." && name != "..") {
        names.emplace_back(name);
      }
    }
    return base::join(names, "/");
  }

  const Member* find(std::string_view name) const {
    std::string path = normal(name);
    for (int links = 0; links < kMaxLinks; ++links) {
      const auto found = members_.find(path);
      if (found == members_.end()) {
        return nullptr;
      }
      if (found->second.link.empty()) {
        return &found->second;
      }
      path = normal(found->second.link);
    }
    return nullptr;
  }

  int fd_;
  std::string where_;
  Unpacker unpacker_;
  bool packed_ = false;
  std::map<std::string, Member, std::less<>> members_;
};

// Owns the file that its stream reads.
class OwnedFileStream : public base::ByteStream {
 public:
  OwnedFileStream(base::UniqueFd fd, std::string where)
      : fd_(std::move(fd)), inner_(base::file_stream(fd_.get(), 0, UINT64_MAX, std::move(where))) {}
  base::Result<std::string_view> next() override { return inner_->next(); }

 private:
  base::UniqueFd fd_;
  std::unique_ptr<base::ByteStream> inner_;
};

class FolderArchive : public Archive {
 public:
  FolderArchive(int fd, std::string where) : fd_(fd), where_(std::move(where)) {}
  bool has(std::string_view name) const override { return open_file(name).has_value(); }
  base::Result<std::unique_ptr<base::ByteStream>> open(std::string_view name) override {
    BULKHEAD_TRY(base::UniqueFd fd, open_file(name));
    return std::make_unique<OwnedFileStream>(std::move(fd), where_ + "/" + std::string(name));
  }

 private:
  base::Result<base::UniqueFd> open_file(std::string_view name) const {
    const std::string where = where_ + "/" + std::string(name);
    BULKHEAD_TRY(const auto names, base::path_names(name, base::Limits{}.path_bytes, false));
    base::UniqueFd here;
    for (size_t i = 0; i < names.size(); ++i) {
      const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | (i + 1 < names.size() ? O_DIRECTORY : 0);
      base::UniqueFd next(::openat(i == 0 ? fd_ : here.get(), std::string(names[i]).c_str(), flags));
      if (!next) {
        return base::fail_errno(errno, "cannot open", where);
      }
      here = std::move(next);
    }
    struct stat info{};
    if (!here || ::fstat(here.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
      return base::fail(base::ErrorKind::input, "is no regular file", where);
    }
    return here;
  }

  int fd_;
  std::string where_;
};

}  // namespace

base::Result<std::string> Archive::read(std::string_view name, uint64_t max_bytes) {
  BULKHEAD_TRY(const std::unique_ptr<base::ByteStream> stream, open(name));
  return base::read_stream(*stream, max_bytes, name);
}

base::Result<std::unique_ptr<Archive>> open_tar_archive(int fd, const base::Limits& limits, std::string where) {
  auto archive = std::make_unique<TarArchive>(fd, limits, std::move(where));
  BULKHEAD_CHECK(archive->index(limits));
  return archive;
}

std::unique_ptr<Archive> open_folder_archive(int folder_fd, std::string where) {
  return std::make_unique<FolderArchive>(folder_fd, std::move(where));
}

}  // namespace bulkhead::image
