#include "kube/internal/tar_reader.h"

#include <unistd.h>
#include <cerrno>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "base/text.h"

namespace bulkhead::kube {

using base::ErrorKind;
using base::fail;

struct TarReader::Source {
  int fd = -1;
  bool positioned = true;  // pread: several readers may share one open file
  uint64_t read_bytes = 0;
  std::vector<char> block = std::vector<char>(1 << 16);

  static la_ssize_t give(archive* handle, void* self, const void** bytes) {
    auto& source = *static_cast<Source*>(self);
    for (;;) {
      const ssize_t got = source.positioned
                              ? ::pread(source.fd, source.block.data(), source.block.size(), static_cast<off_t>(source.read_bytes))
                              : ::read(source.fd, source.block.data(), source.block.size());
      if (got < 0 && errno == ESPIPE && source.positioned) {
        source.positioned = false;
        continue;
      }
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        archive_set_error(handle, errno, "cannot read");
        return -1;
      }
      source.read_bytes += static_cast<uint64_t>(got);
      *bytes = source.block.data();
      return got;
    }
  }
};

TarReader::TarReader(std::unique_ptr<Source> source, archive* handle, const base::Limits& limits, std::string where)
    : source_(std::move(source)), archive_(handle), limits_(limits), where_(std::move(where)) {}

TarReader::TarReader(TarReader&& other) noexcept
    : source_(std::move(other.source_)),
      archive_(std::exchange(other.archive_, nullptr)),
      limits_(other.limits_),
      where_(std::move(other.where_)),
      path_(std::move(other.path_)),
      entries_(other.entries_),
      bytes_(other.bytes_) {}

TarReader::~TarReader() {
  if (archive_ != nullptr) {
    archive_read_free(archive_);
  }
}

base::Result<TarReader> TarReader::open(int fd, const base::Limits& limits, std::string_view where) {
  auto source = std::make_unique<Source>();
  source->fd = fd;
  archive* const handle = archive_read_new();
  if (handle == nullptr) {
    return fail(ErrorKind::limit, "no memory for an archive reader", std::string(where));
  }
  Source* const borrowed = source.get();
  TarReader reader(std::move(source), handle, limits, std::string(where));
  archive_read_support_format_tar(handle);
  archive_read_support_filter_zstd(handle);
  archive_read_support_filter_gzip(handle);
  if (archive_read_open(handle, borrowed, nullptr, Source::give, nullptr) != ARCHIVE_OK) {
    return reader.broken();
  }
  return reader;
}

std::unexpected<base::Error> TarReader::broken() const {
  const char* const word = archive_error_string(archive_);
  return fail(ErrorKind::input, "the archive is damaged or not a tar", where_ + (path_.empty() ? "" : ", entry " + path_),
              word == nullptr ? "" : word);
}

base::Result<std::string> TarReader::next() {
  for (;;) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_, &entry);
    if (code == ARCHIVE_EOF) {
      return std::string();
    }
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
      return broken();
    }
    if (++entries_ > limits_.archive_entries) {
      return fail(ErrorKind::limit, "more than " + base::with_thousands(limits_.archive_entries) + " entries", where_);
    }
    const char* const path = archive_entry_pathname(entry);
    path_ = path == nullptr ? "" : path;
    if (path_.empty() || path_.size() > limits_.path_bytes) {
      return fail(ErrorKind::input, "an entry without a usable name", where_ + ", entry " + std::to_string(entries_));
    }
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      continue;
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
      return fail(ErrorKind::input, "an entry that is no plain file", where_ + ", entry " + path_);
    }
    while (path_.starts_with("./")) {
      path_.erase(0, 2);
    }
    return path_;
  }
}

base::Status TarReader::read(const std::function<base::Status(std::string_view)>& fn) {
  constexpr uint64_t kRatioFrom = 16ULL << 20;
  for (;;) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(archive_, &block, &size, &offset);
    if (code == ARCHIVE_EOF) {
      return {};
    }
    if (code != ARCHIVE_OK) {
      return broken();
    }
    bytes_ += size;
    if (bytes_ > limits_.archive_bytes) {
      return fail(ErrorKind::limit, "unpacks to more than the limit of " + base::human_bytes(limits_.archive_bytes), where_);
    }
    if (bytes_ > kRatioFrom && bytes_ / std::max<uint64_t>(source_->read_bytes, 1) > limits_.compression_ratio) {
      return fail(ErrorKind::limit, "unpacks to more than " + std::to_string(limits_.compression_ratio) + " times its size", where_);
    }
    BULKHEAD_CHECK(fn(std::string_view(static_cast<const char*>(block), size)));
  }
}

base::Result<std::string> TarReader::read_whole(uint64_t max_bytes) {
  std::string out;
  BULKHEAD_CHECK(read([&](std::string_view block) -> base::Status {
    out += block;
    if (out.size() > max_bytes) {
      return fail(ErrorKind::limit, "holds more than the limit of " + base::human_bytes(max_bytes), where_ + ", entry " + path_);
    }
    return {};
  }));
  return out;
}

}  // namespace bulkhead::kube
