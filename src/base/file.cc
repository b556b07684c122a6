#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace bulkhead::base {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) {
      ::close(fd_);
    }
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<UniqueFd> open_read(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    return fail_errno(errno, "cannot open", path);
  }
  return UniqueFd(fd);
}

Result<std::string> read_file(const std::string& path, uint64_t max_bytes) {
  BULKHEAD_TRY(const UniqueFd fd, open_read(path));
  return read_fd(fd.get(), max_bytes, path);
}

Result<std::string> read_fd(int fd, uint64_t max_bytes, std::string_view where) {
  std::string out;
  struct stat info{};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 && static_cast<uint64_t>(info.st_size) <= max_bytes) {
    out.reserve(static_cast<size_t>(info.st_size) + 1);
  }
  constexpr size_t kChunk = 1 << 16;
  for (;;) {
    const size_t old = out.size();
    out.resize(old + kChunk);
    const ssize_t got = ::read(fd, out.data() + old, kChunk);
    if (got < 0 && errno == EINTR) {
      out.resize(old);
      continue;
    }
    if (got < 0) {
      return fail_errno(errno, "cannot read", std::string(where));
    }
    out.resize(old + static_cast<size_t>(got));
    if (got == 0) {
      return out;
    }
    if (out.size() > max_bytes) {
      return fail(ErrorKind::limit, "holds more than the limit of " + human_bytes(max_bytes), std::string(where));
    }
  }
}

Status write_all(int fd, std::string_view bytes, std::string_view where) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put < 0) {
      return fail_errno(errno, "cannot write", std::string(where));
    }
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<UniqueFd> memory_file(std::string_view bytes) {
  UniqueFd fd(::memfd_create("bulkhead", MFD_CLOEXEC));
  if (!fd) {
    return fail_errno(errno, "cannot make a memory file");
  }
  BULKHEAD_CHECK(write_all(fd.get(), bytes, "memory file"));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) {
    return fail_errno(errno, "cannot rewind a memory file");
  }
  return fd;
}

Result<AtomicFile> AtomicFile::create(std::string path, unsigned mode) {
  AtomicFile file;
  file.path_ = std::move(path);
  file.temporary_ = file.path_ + ".XXXXXX";
  const int fd = ::mkostemp(file.temporary_.data(), O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    file.temporary_.clear();
    return fail_errno(error, "cannot create a file beside", file.path_);
  }
  file.fd_ = UniqueFd(fd);
  if (::fchmod(fd, mode) != 0) {
    return fail_errno(errno, "cannot set the mode of", file.path_);
  }
  return file;
}

AtomicFile::~AtomicFile() {
  if (fd_ && !temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

Status AtomicFile::commit() {
  if (::fsync(fd_.get()) != 0) {
    return fail_errno(errno, "cannot fsync", temporary_);
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return fail_errno(errno, "cannot rename to", path_);
  }
  temporary_.clear();
  const size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
  const UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems refuse fsync on a folder (EINVAL); the rename itself is done by then.
  if (directory && ::fsync(directory.get()) != 0 && errno != EINVAL) {
    return fail_errno(errno, "cannot fsync the folder of", path_);
  }
  fd_ = UniqueFd();
  return {};
}

Status write_file_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  BULKHEAD_TRY(AtomicFile file, AtomicFile::create(path, mode));
  BULKHEAD_CHECK(file.write(bytes));
  return file.commit();
}

}  // namespace bulkhead::base
