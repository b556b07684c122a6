// First pass: the head of the first documents says whose feed it is. Second pass: every document goes to that row, but for those that
// only another row knows: publishers and mirrors put OVAL, CSAF and OSV of one vendor into one archive.
#include "advisory/feed_reader.h"

#include <algorithm>
#include <functional>
#include <map>
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
constexpr int kPackedDepth = 2;  // archives in an archive

// At least the first `least` bytes of a document, or all of it; read only when asked for. A later call may ask for more.
using Read = std::function<base::Result<std::string_view>(uint64_t least)>;
using Visit = std::function<base::Result<bool>(std::string_view name, std::string place, const Read& read)>;

// What becomes of a document, and of a packed one inside that is damaged.
struct Visitor {
  Visit document;
  std::function<base::Status(const std::string& place, const base::Error& error)> broken;
};

base::Result<bool> walk_packed(std::string_view name, const std::string& place, const Read& read, int depth, const base::Limits& limits,
                               const Visitor& visitor);

// Publishers keep their documents compressed, and mirrors pack them as they are: "suse.tar.zst" holds "….xml.gz" and "osv.tar.bz2".
base::Result<bool> one(std::string_view name, std::string place, const Read& read, int depth, const base::Limits& limits,
                       const Visitor& visitor) {
  return depth < kPackedDepth && base::has_packed_name(name) ? walk_packed(name, place, read, depth, limits, visitor)
                                                             : visitor.document(name, std::move(place), read);
}

// `name` stands for an entry without one: the single document of a compressed file.
base::Result<bool> walk_archive(base::ArchiveReader& reader, std::string_view name, const std::string& where, int depth,
                                const base::Limits& limits, const Visitor& visitor) {
  for (;;) {
    BULKHEAD_TRY(const std::optional<base::ArchiveEntry> entry, reader.next());
    if (!entry) {
      return true;
    }
    if (!entry->regular) {
      continue;
    }
    std::string bytes;
    const Read read = [&](uint64_t least) -> base::Result<std::string_view> {
      while (bytes.size() < least) {
        BULKHEAD_TRY(const std::string_view part, reader.read_some());
        if (part.empty()) {
          break;
        }
        bytes += part;
      }
      return bytes;
    };
    base::Result<bool> more =
        entry->name.empty() ? visitor.document(name, where, read) : one(entry->name, reader.place(), read, depth, limits, visitor);
    if (!more || !*more) {
      return more;
    }
  }
}

base::Result<bool> walk_packed(std::string_view name, const std::string& place, const Read& read, int depth, const base::Limits& limits,
                               const Visitor& visitor) {
  BULKHEAD_TRY(const std::string_view bytes, read(limits.document_bytes + 1));
  if (bytes.size() > limits.document_bytes) {
    BULKHEAD_CHECK(visitor.broken(
        place, {base::ErrorKind::limit, "holds more than the limit of " + base::human_bytes(limits.document_bytes), place, {}, {}, {}}));
    return true;
  }
  base::Limits inside = limits;
  inside.archive_bytes = std::min(limits.archive_bytes, 16 * limits.document_bytes);
  auto reader = base::ArchiveReader::open_bytes(bytes, place, inside);
  const std::string_view unpacked = name.substr(0, name.rfind('.'));  // of a single compressed document: "….xml"
  base::Result<bool> more = reader ? walk_archive(*reader, unpacked, place, depth + 1, inside, visitor) : std::unexpected(reader.error());
  if (!more && (more.error().kind == base::ErrorKind::input || more.error().kind == base::ErrorKind::limit)) {
    BULKHEAD_CHECK(visitor.broken(place, more.error()));
    return true;
  }
  return more;
}

// The whole of a damaged archive is refused: half a feed would look like a smaller, cleaner one. One inside another counts as a bad record.
base::Status walk_file(int fd, const std::string& name, const base::Limits& limits, const Visitor& visitor) {
  if (::lseek(fd, 0, SEEK_SET) != 0) {
    return base::fail(base::ErrorKind::io, "not a regular file", name);
  }
  BULKHEAD_TRY(base::ArchiveReader reader, base::ArchiveReader::open(fd, name, limits));
  const base::Result<bool> more = walk_archive(reader, name, name, 0, limits, visitor);
  return more ? base::Status{} : std::unexpected(more.error());
}

// Reads on until `out` holds `least` bytes or all of the file.
base::Result<std::string_view> read_head(int fd, uint64_t least, const std::string& where, std::string& out) {
  while (out.size() < least) {
    const size_t before = out.size();
    out.resize(static_cast<size_t>(std::min<uint64_t>(least, before + (256 << 10))));
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
                               const Visitor& visitor) {
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
    std::string below = path;
    below.append("/").append(name);
    const base::UniqueFd fd(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0) {
      continue;  // a link or a socket: no document
    }
    if (S_ISDIR(info.st_mode)) {
      BULKHEAD_TRY(const bool more, walk_folder(fd.get(), below, depth + 1, limits, files, visitor));
      if (!more) {
        return false;
      }
    } else if (S_ISREG(info.st_mode)) {
      if (++files > limits.archive_entries) {
        return base::fail(base::ErrorKind::limit, "more than " + base::with_thousands(limits.archive_entries) + " files", path);
      }
      std::string bytes;
      const Read read = [&](uint64_t least) { return read_head(fd.get(), least, below, bytes); };
      BULKHEAD_TRY(const bool more, one(name, below, read, 0, limits, visitor));
      if (!more) {
        return false;
      }
    }
  }
  return true;
}

base::Status walk(const FeedRequest& request, const Visitor& visitor) {
  struct stat info{};
  if (::fstat(request.fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", request.name);
  }
  if (!S_ISDIR(info.st_mode)) {
    return walk_file(request.fd, request.name, request.limits, visitor);
  }
  uint64_t files = 0;
  BULKHEAD_TRY([[maybe_unused]] const bool all, walk_folder(request.fd, request.name, 0, request.limits, files, visitor));
  return {};
}

const Source* recogniser(std::string_view name, std::string_view head) {
  const auto rows = sources();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Source* each) { return each->recognises(name, head); });
  return row == rows.end() ? nullptr : *row;
}

// Whose document one of many is; nullptr: nobody's. `first` is the feed's row: what it wants by name is its own, but where its head shows
// another row's format. A row of which there is one feed at a time takes none: a few documents must not stand for all of it.
const Source* row_of(const Source& first, std::string_view name, std::string_view head) {
  const bool wanted = first.wants(name);
  if (wanted && first.recognises(name, head)) {
    return &first;
  }
  const Source* other = recogniser(name, head);
  return other != nullptr && other != &first && !other->single && other->wants(name) ? other : wanted ? &first : nullptr;
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
  const Visit ask = [&](std::string_view name, const std::string&, const Read& read) -> base::Result<bool> {
    auto head = read(kHeadBytes);
    if (!head && head.error().kind != base::ErrorKind::limit) {
      return std::unexpected(std::move(head).error());
    }
    found = head ? recogniser(name, head->substr(0, kHeadBytes)) : nullptr;
    return found == nullptr && ++asked < kDocumentsToAsk;
  };
  BULKHEAD_CHECK(walk(request, {ask, [](const std::string&, const base::Error&) { return base::Status{}; }}));
  if (found == nullptr) {
    base::Error error{base::ErrorKind::not_found, "no advisory source knows this content", request.name, {}, {}, {}};
    error.hint = "name the source with --source ROW=FILE; the rows are listed by `bulkhead db info --sources`";
    return std::unexpected(std::move(error));
  }
  return found;
}

}  // namespace

base::Result<std::string> read_feed(const FeedRequest& request,
                                    const std::function<base::Status(const Source& row, std::string_view line)>& put) {
  BULKHEAD_TRY(const Source* first, detect(request));
  std::map<const Source*, Sink> sinks;
  const auto sink_of = [&](const Source* row) -> Sink& {
    return sinks.try_emplace(row, [&put, row](std::string_view line) { return put(*row, line); }).first->second;
  };
  uint64_t documents = 0;
  uint64_t broken = 0;
  base::Error first_error;
  const Visit take = [&](std::string_view name, std::string place, const Read& read) -> base::Result<bool> {
    const bool inside = place != request.name;
    const Source* row = first;
    if (inside && request.source.empty()) {
      auto head = read(kHeadBytes);
      if (!head && head.error().kind != base::ErrorKind::limit) {
        return std::unexpected(std::move(head).error());
      }
      row = row_of(*first, name, head ? head->substr(0, kHeadBytes) : std::string_view());
    } else if (inside && !first->wants(name)) {
      row = nullptr;
    }
    if (row == nullptr) {
      return true;
    }
    BULKHEAD_TRY(const std::string_view bytes, read(request.limits.document_bytes + 1));
    ++documents;
    const Document document{name, std::move(place), bytes};
    base::Status status;
    if (bytes.size() > request.limits.document_bytes) {
      status = base::fail(base::ErrorKind::limit, "holds more than the limit of " + base::human_bytes(request.limits.document_bytes),
                          document.place);
    } else {
      status = row->parse(document, request.limits, sink_of(row));
    }
    if (status) {
      return true;
    }
    if (status.error().kind == base::ErrorKind::io || status.error().kind == base::ErrorKind::internal || !inside) {
      return std::unexpected(std::move(status).error());
    }
    if (++broken == 1) {
      first_error = status.error();
    }
    BULKHEAD_CHECK(
        sink_of(row).skip(document, {}, status.error().what + (status.error().cause.empty() ? "" : ": " + status.error().cause)));
    return true;
  };
  const auto skip = [&](const std::string& place, const base::Error& error) {
    return sink_of(first).skip({{}, place, {}}, {}, error.what + (error.cause.empty() ? "" : ": " + error.cause));
  };
  BULKHEAD_CHECK(walk(request, {take, skip}));
  if (documents == 0) {
    return base::fail(base::ErrorKind::input, "holds no document of source " + std::string(first->name), request.name);
  }
  if (broken == documents) {
    return std::unexpected(std::move(first_error).in("every document of the feed is unreadable"));
  }
  return std::string(first->name);
}

}  // namespace bulkhead::advisory
