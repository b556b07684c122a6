// First pass: the head of the first documents says whose feed it is. Second pass: every document goes to that row.
#include "advisory/feed_reader.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/file.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

constexpr int kDocumentsToAsk = 1000;  // documents looked at before a feed counts as unknown (licences and other lists may come first)
constexpr int kFolderDepth = 16;

// A document whose bytes are read only when asked for.
using Visit = std::function<base::Result<bool>(std::string_view name, std::string place,
                                               const std::function<base::Result<std::string>(uint64_t)>& read)>;

// The whole of a damaged archive is refused: half a feed would look like a smaller, cleaner one.
base::Status walk_file(int fd, const std::string& name, const base::Limits& limits, const Visit& visit) {
  if (::lseek(fd, 0, SEEK_SET) != 0) {
    return base::fail(base::ErrorKind::io, "not a regular file", name);
  }
  BULKHEAD_TRY(base::ArchiveReader reader, base::ArchiveReader::open(fd, name, limits));
  for (;;) {
    BULKHEAD_TRY(const std::optional<base::ArchiveEntry> entry, reader.next());
    if (!entry) {
      return {};
    }
    if (!entry->regular) {
      continue;
    }
    const bool bare = entry->name.empty();
    BULKHEAD_TRY(const bool more, visit(bare ? std::string_view(name) : std::string_view(entry->name), bare ? name : reader.place(),
                                        [&](uint64_t most) -> base::Result<std::string> {
                                          std::string bytes;
                                          while (bytes.size() < most) {
                                            BULKHEAD_TRY(const std::string_view part, reader.read_some());
                                            if (part.empty()) {
                                              break;
                                            }
                                            bytes += part;
                                          }
                                          return bytes;
                                        }));
    if (!more) {
      return {};
    }
  }
}

// At most `most` bytes from the beginning.
base::Result<std::string> read_head(int fd, uint64_t most, const std::string& where) {
  std::string out;
  while (out.size() < most) {
    const size_t before = out.size();
    out.resize(static_cast<size_t>(std::min<uint64_t>(most, before + (256 << 10))));
    const ssize_t got = ::pread(fd, out.data() + before, out.size() - before, static_cast<off_t>(before));
    if (got < 0) {
      return base::fail_errno(errno, "cannot read", where);
    }
    out.resize(before + static_cast<size_t>(got));
    if (got == 0) {
      break;
    }
  }
  return out;
}

base::Result<bool> walk_folder(int folder, const std::string& path, int depth, const base::Limits& limits, uint64_t& files,
                               const Visit& visit) {
  if (depth > kFolderDepth) {
    return base::fail(base::ErrorKind::limit, "folders nested deeper than " + std::to_string(kFolderDepth), path);
  }
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
  if (stream == nullptr) {
    return base::fail_errno(errno, "cannot list", path);
  }
  std::vector<std::string> names;
  while (const dirent* item = ::readdir(stream)) {
    if (item->d_name[0] != '.') {
      names.emplace_back(item->d_name);
    }
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string below = path + "/" + name;
    const base::UniqueFd fd(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0) {
      continue;  // a link or a socket: no document
    }
    if (S_ISDIR(info.st_mode)) {
      BULKHEAD_TRY(const bool more, walk_folder(fd.get(), below, depth + 1, limits, files, visit));
      if (!more) {
        return false;
      }
    } else if (S_ISREG(info.st_mode)) {
      if (++files > limits.archive_entries) {
        return base::fail(base::ErrorKind::limit, "more than " + base::with_thousands(limits.archive_entries) + " files", path);
      }
      BULKHEAD_TRY(const bool more, visit(name, below, [&](uint64_t most) { return read_head(fd.get(), most, below); }));
      if (!more) {
        return false;
      }
    }
  }
  return true;
}

base::Status walk(const FeedRequest& request, const Visit& visit) {
  struct stat info{};
  if (::fstat(request.fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", request.name);
  }
  if (!S_ISDIR(info.st_mode)) {
    return walk_file(request.fd, request.name, request.limits, visit);
  }
  uint64_t files = 0;
  BULKHEAD_TRY([[maybe_unused]] const bool all, walk_folder(request.fd, request.name, 0, request.limits, files, visit));
  return {};
}

base::Result<const Source*> detect(const FeedRequest& request) {
  if (!request.source.empty()) {
    const Source* row = find_source(request.source);
    if (row == nullptr) {
      return base::fail(base::ErrorKind::usage, "unknown source", request.source);
    }
    return row;
  }
  const Source* found = nullptr;
  int asked = 0;
  const Visit ask = [&](std::string_view name, std::string, const auto& read) -> base::Result<bool> {
    auto head = read(kHeadBytes);
    if (!head && head.error().kind != base::ErrorKind::limit) {
      return std::unexpected(std::move(head).error());
    }
    if (head) {
      for (const Source* row : sources()) {
        if (row->recognises(name, *head)) {
          found = row;
          return false;
        }
      }
    }
    return ++asked < kDocumentsToAsk;
  };
  BULKHEAD_CHECK(walk(request, ask));
  if (found == nullptr) {
    base::Error error{base::ErrorKind::input, "no advisory source knows this content", request.name, {}, {}, {}};
    error.hint = "name the source with --source ROW=FILE; the rows are listed by `bulkhead db info --sources`";
    return std::unexpected(std::move(error));
  }
  return found;
}

}  // namespace

base::Result<std::string> read_feed(const FeedRequest& request, const std::function<base::Status(std::string_view)>& put) {
  BULKHEAD_TRY(const Source* row, detect(request));
  Sink sink(put);
  uint64_t documents = 0;
  uint64_t broken = 0;
  base::Error first;
  const Visit take = [&](std::string_view name, std::string place, const auto& read) -> base::Result<bool> {
    const bool inside = place != request.name;
    if (inside && !row->wants(name)) {
      return true;
    }
    BULKHEAD_TRY(const std::string bytes, read(request.limits.document_bytes + 1));
    ++documents;
    const Document document{name, std::move(place), bytes};
    base::Status status;
    if (bytes.size() > request.limits.document_bytes) {
      status = base::fail(base::ErrorKind::limit, "holds more than the limit of " + base::human_bytes(request.limits.document_bytes),
                          document.place);
    } else {
      status = row->parse(document, request.limits, sink);
    }
    if (status) {
      return true;
    }
    if (status.error().kind == base::ErrorKind::io || status.error().kind == base::ErrorKind::internal || !inside) {
      return std::unexpected(std::move(status).error());
    }
    if (++broken == 1) {
      first = status.error();
    }
    BULKHEAD_CHECK(sink.skip(document, {}, status.error().what + (status.error().cause.empty() ? "" : ": " + status.error().cause)));
    return true;
  };
  BULKHEAD_CHECK(walk(request, take));
  if (documents == 0) {
    return base::fail(base::ErrorKind::input, "holds no document of source " + std::string(row->name), request.name);
  }
  if (broken == documents) {
    return std::unexpected(std::move(first).in("every document of the feed is unreadable"));
  }
  return std::string(row->name);
}

}  // namespace bulkhead::advisory
