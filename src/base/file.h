// Files: bounded reads, and writes that leave either the old file or the whole new one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace bulkhead::base {

// Owns a file descriptor; closes it.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

Result<UniqueFd> open_read(const std::string& path);  // close-on-exec, never a controlling terminal
// Whole file; ErrorKind::limit when it holds more than `max_bytes` (checked while reading: sizes lie).
Result<std::string> read_file(const std::string& path, uint64_t max_bytes);
Result<std::string> read_fd(int fd, uint64_t max_bytes, std::string_view where);  // from its present position to the end
Status write_all(int fd, std::string_view bytes, std::string_view where);
// A file in memory only that holds `bytes`, at its start: what a worker is handed.
Result<UniqueFd> memory_file(std::string_view bytes = {});

// Writes beside `path`, fsyncs, renames over it and fsyncs the folder. Dropped without commit(), it leaves nothing.
class AtomicFile {
 public:
  static Result<AtomicFile> create(std::string path, unsigned mode = 0600);
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) noexcept = default;
  ~AtomicFile();

  int fd() const { return fd_.get(); }
  const std::string& temporary_path() const { return temporary_; }
  Status write(std::string_view bytes) { return write_all(fd_.get(), bytes, path_); }
  Status commit();

 private:
  AtomicFile() = default;
  UniqueFd fd_;
  std::string path_;
  std::string temporary_;
};

Status write_file_atomic(const std::string& path, std::string_view bytes, unsigned mode = 0600);

}  // namespace bulkhead::base
