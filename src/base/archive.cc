#include "base/archive.h"

#include <algorithm>
#include <array>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr size_t kChunk = 1 << 18;
constexpr uint64_t kRatioFree = 16ULL << 20;  // see Limits::compression_ratio

}  // namespace

struct ArchiveReader::Impl {
  struct archive* handle = nullptr;
  int fd = -1;
  std::string where;
  Limits limits;
  std::vector<char> input = std::vector<char>(kChunk);
  std::vector<char> output = std::vector<char>(kChunk);
  std::string entry_name;
  uint64_t entries = 0;
  uint64_t packed = 0;  // bytes read from the descriptor, or the file's size where it is larger: zip readers jump
  uint64_t unpacked = 0;
  bool at_end = false;

  ~Impl() {
    if (handle != nullptr) {
      archive_read_free(handle);
    }
  }

  static la_ssize_t read_callback(struct archive* a, void* self, const void** buffer) {
    Impl& impl = *static_cast<Impl*>(self);
    for (;;) {
      const ssize_t got = ::read(impl.fd, impl.input.data(), impl.input.size());
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        archive_set_error(a, errno, "cannot read");
        return -1;
      }
      impl.packed += static_cast<uint64_t>(got);
      *buffer = impl.input.data();
      return got;
    }
  }

  static la_int64_t seek_callback(struct archive* a, void* self, la_int64_t offset, int whence) {
    const off_t at = ::lseek(static_cast<Impl*>(self)->fd, offset, whence);
    if (at < 0) {
      archive_set_error(a, errno, "cannot seek");
      return ARCHIVE_FATAL;
    }
    return at;
  }

  std::string place() const {
    if (entries == 0) {
      return where;
    }
    return where + ", entry " + std::to_string(entries) + (entry_name.empty() ? "" : " (" + entry_name + ")");
  }

  std::unexpected<Error> broken(std::string what) const {
    const char* word = archive_error_string(handle);
    return fail(ErrorKind::input, std::move(what), place(), word == nullptr ? "" : word);
  }

  static Result<std::unique_ptr<Impl>> make(std::string where, const Limits& limits) {
    auto impl = std::make_unique<Impl>();
    impl->where = std::move(where);
    impl->limits = limits;
    impl->handle = archive_read_new();
    if (impl->handle == nullptr) {
      return fail(ErrorKind::limit, "no memory for an archive reader", impl->where);
    }
    struct archive* a = impl->handle;
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_raw(a);
    return impl;
  }
};

ArchiveReader::ArchiveReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader& ArchiveReader::operator=(ArchiveReader&&) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

bool has_packed_name(std::string_view name) {
  constexpr std::array<std::string_view, 8> kEndings = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".txz"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

Result<ArchiveReader> ArchiveReader::open(int fd, std::string where, const Limits& limits) {
  BULKHEAD_TRY(std::unique_ptr<Impl> impl, Impl::make(std::move(where), limits));
  impl->fd = fd;
  struct stat info{};
  const bool seekable = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && ::lseek(fd, 0, SEEK_CUR) == 0;
  if (seekable && info.st_size == 0) {
    return fail(ErrorKind::input, "the file is empty", impl->where);
  }
  struct archive* a = impl->handle;
  archive_read_set_callback_data(a, impl.get());
  archive_read_set_read_callback(a, &Impl::read_callback);
  if (seekable) {
    impl->packed = static_cast<uint64_t>(info.st_size);
    archive_read_set_seek_callback(a, &Impl::seek_callback);
  }
  if (archive_read_open1(a) != ARCHIVE_OK) {
    return impl->broken("not an archive or feed that can be read");
  }
  return ArchiveReader(std::move(impl));
}

Result<ArchiveReader> ArchiveReader::open_bytes(std::string_view bytes, std::string where, const Limits& limits) {
  BULKHEAD_TRY(std::unique_ptr<Impl> impl, Impl::make(std::move(where), limits));
  if (bytes.empty()) {
    return fail(ErrorKind::input, "the file is empty", impl->where);
  }
  impl->packed = bytes.size();
  if (archive_read_open_memory(impl->handle, bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return impl->broken("not an archive or feed that can be read");
  }
  return ArchiveReader(std::move(impl));
}

Result<std::optional<ArchiveEntry>> ArchiveReader::next() {
  Impl& impl = *impl_;
  if (impl.at_end) {
    return std::nullopt;
  }
  struct archive_entry* entry = nullptr;
  const int status = archive_read_next_header(impl.handle, &entry);
  if (status == ARCHIVE_EOF) {
    impl.at_end = true;
    return std::nullopt;
  }
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
    return impl.broken(impl.entries == 0 ? "not an archive or feed that can be read" : "the archive breaks off or is damaged");
  }
  ++impl.entries;
  impl.entry_name.clear();
  if (impl.entries > impl.limits.archive_entries) {
    return fail(ErrorKind::limit, "more than " + with_thousands(impl.limits.archive_entries) + " entries", impl.place());
  }
  ArchiveEntry out;
  out.number = impl.entries;
  const bool raw = (archive_format(impl.handle) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
  if (!raw) {
    const char* name = archive_entry_pathname(entry);
    out.name = name == nullptr ? "" : name;
    if (out.name.size() > impl.limits.path_bytes) {
      return fail(ErrorKind::limit, "an entry's name is longer than " + std::to_string(impl.limits.path_bytes) + " bytes", impl.place());
    }
  }
  impl.entry_name = out.name;
  out.regular = raw || archive_entry_filetype(entry) == AE_IFREG;
  if (!raw && archive_entry_size_is_set(entry) != 0) {
    out.size = static_cast<uint64_t>(archive_entry_size(entry));
  }
  return out;
}

Result<std::string_view> ArchiveReader::read_some() {
  Impl& impl = *impl_;
  const la_ssize_t got = archive_read_data(impl.handle, impl.output.data(), impl.output.size());
  if (got < 0) {
    return impl.broken("the archive breaks off or is damaged");
  }
  impl.unpacked += static_cast<uint64_t>(got);
  if (impl.unpacked > impl.limits.archive_bytes) {
    return fail(ErrorKind::limit, "unpacks to more than " + human_bytes(impl.limits.archive_bytes), impl.place());
  }
  if (impl.unpacked > kRatioFree && impl.unpacked / impl.limits.compression_ratio > impl.packed) {
    return fail(ErrorKind::limit, "unpacks to more than " + std::to_string(impl.limits.compression_ratio) + " times its size",
                impl.place());
  }
  return std::string_view(impl.output.data(), static_cast<size_t>(got));
}

Result<std::string> ArchiveReader::read(uint64_t max_bytes) {
  std::string out;
  for (;;) {
    BULKHEAD_TRY(const std::string_view part, read_some());
    if (part.empty()) {
      return out;
    }
    if (out.size() + part.size() > max_bytes) {
      return fail(ErrorKind::limit, "holds more than the limit of " + human_bytes(max_bytes), place());
    }
    out += part;
  }
}

std::string ArchiveReader::place() const { return impl_->place(); }

}  // namespace bulkhead::base
