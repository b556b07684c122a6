// A read-only tree of files as a running system would see it, whoever it came from: image layers or a folder.
//
// Two stages, so that nothing has to be unpacked. While the source streams by, each regular file is offered once to a
// ContentReader, which says by path, size and first bytes whether it wants the content or digests. Afterwards FileTree
// holds names, links and facts of what is left after all layers; contents that an upper layer hid are no longer in it, and a
// reader drops what it made of them. Contents are numbered; hard links share a number.
//
// Paths have no leading slash, no "." and no ".."; the root is "". Symbolic links are followed inside the tree only: an
// absolute target starts at the root, ".." stops at it.
//
// Limits: 40 links on one way (as Linux), Limits::path_bytes. Threads: a finished tree may be read by many.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace bulkhead::base {

using ContentId = uint32_t;
inline constexpr ContentId kNoContent = UINT32_MAX;  // a file whose bytes could not be read (a sparse file)

// ---- while the source streams by
struct FileOffer {
  std::string_view path;  // after symbolic links in its parents
  uint64_t size = 0;
  ContentId content = kNoContent;
};

// What package databases record of a file: MD5 (dpkg, old rpm), SHA-1 (apk), SHA-256 (rpm, Python's RECORD).
enum DigestBit : uint8_t { kDigestMd5 = 1, kDigestSha1 = 2, kDigestSha256 = 4, kDigestAll = 7 };

class ContentReader {
 public:
  struct Wish {
    bool whole = false;   // give the bytes to take()
    uint8_t digests = 0;  // DigestBit: record these digests in the tree
  };
  static constexpr size_t kHeadBytes = 64;

  virtual ~ContentReader() = default;
  // `head`: the first bytes, kHeadBytes or the whole file if it is shorter.
  virtual Wish wish(const FileOffer& offer, std::string_view head) = 0;
  // Called once after a wish for the whole; `bytes` end with the call.
  virtual void take(const FileOffer& offer, std::string_view bytes) = 0;
  // A wanted file was not given: over Limits::file_bytes, or its bytes could not be read.
  virtual void missed(const FileOffer& offer, const Error& why) = 0;
  // Asked for a name that a hard link gives to content already passed by: true when take() would have been wanted but was
  // not given then. The source reports it as not read.
  virtual bool regrets(const FileOffer& offer) = 0;
};

// ---- the finished tree
struct FileNode {
  enum class Kind : uint8_t { folder, file, symlink, other };
  Kind kind = Kind::folder;
  uint32_t layer = 0;              // index of the layer that brought it, base first; 0 for folders without layers
  ContentId content = kNoContent;  // files
  std::string target;              // symlinks, as written
  std::map<std::string, std::unique_ptr<FileNode>, std::less<>> children;  // folders, sorted by name
};

struct ContentFacts {
  uint64_t size = 0;
  uint8_t digests = 0;  // DigestBit: which of these are recorded
  std::array<uint8_t, 16> md5{};
  std::array<uint8_t, 20> sha1{};
  std::array<uint8_t, 32> sha256{};

  // Lower-case hexadecimal; empty where it is not recorded.
  std::string hex(DigestBit kind) const;
};

// Makes the digests of one content while it streams by.
class DigestRecorder {
 public:
  explicit DigestRecorder(uint8_t digests);
  void update(std::string_view bytes);
  void finish(ContentFacts& facts);  // once

 private:
  std::vector<std::pair<DigestBit, Hasher>> hashers_;
};

// One layer as the source names it.
struct TreeLayer {
  std::string id;   // diff id
  std::string how;  // the command that made it, from the image's history; may be empty
};

class FileTree {
 public:
  FileTree() : root_(std::make_unique<FileNode>()) {}

  FileNode& root() { return *root_; }
  const FileNode& root() const { return *root_; }

  // The node a path leads to, following every symbolic link, the last one too unless told otherwise; null where there is none.
  const FileNode* find(std::string_view path, bool follow_last = true) const;
  // Physical path of the folder that `path` names, following links; what does not exist is appended as it stands.
  // nullopt: a loop, or a file on the way.
  struct Place {
    std::string path;  // physical
    FileNode* node;    // null: does not exist (yet)
  };
  // `follow_last`: whether a symbolic link at the end is followed.
  Result<Place> locate(std::string_view path, bool follow_last);

  // Every regular file with its physical path, sorted by path component.
  void each_file(const std::function<void(const std::string& path, const FileNode&)>& visit) const;

  std::vector<TreeLayer>& layers() { return layers_; }
  const std::vector<TreeLayer>& layers() const { return layers_; }  // empty for a folder

  ContentId add_content(uint64_t size);
  ContentFacts& content(ContentId id) { return contents_[id]; }
  const ContentFacts* facts(ContentId id) const { return id < contents_.size() ? &contents_[id] : nullptr; }
  size_t contents() const { return contents_.size(); }

 private:
  std::unique_ptr<FileNode> root_;
  std::vector<ContentFacts> contents_;
  std::vector<TreeLayer> layers_;
};

// Splits an archive's or user's path into its names. An error for "..", an absolute path, a zero byte or a path over the limit;
// "." and empty names are dropped. `absolute_ok`: a leading slash is dropped too.
Result<std::vector<std::string_view>> path_names(std::string_view path, uint32_t max_bytes, bool absolute_ok);

}  // namespace bulkhead::base
