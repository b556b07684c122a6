// Entries of a tar (plain, gzip, zstd) from a descriptor, one after the other, within the limits of an archive.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

struct archive;

namespace bulkhead::kube {

class TarReader {
 public:
  // `fd` stays the caller's and must outlive the reader.
  static base::Result<TarReader> open(int fd, const base::Limits& limits, std::string_view where);
  TarReader(TarReader&&) noexcept;
  ~TarReader();

  // Path of the next regular file (folders are passed over, other kinds are an error); empty at the end.
  base::Result<std::string> next();
  // The present file's bytes, block by block; an error of `fn` ends it.
  base::Status read(const std::function<base::Status(std::string_view)>& fn);
  base::Result<std::string> read_whole(uint64_t max_bytes);

 private:
  struct Source;
  TarReader(std::unique_ptr<Source> source, archive* handle, const base::Limits& limits, std::string where);
  std::unexpected<base::Error> broken() const;
  std::unique_ptr<Source> source_;
  archive* archive_ = nullptr;
  base::Limits limits_;
  std::string where_;
  std::string path_;
  uint64_t entries_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace bulkhead::kube
