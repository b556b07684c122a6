// zstd over whole files, as streams.
#include <zstd.h>

#include <memory>

#include "advisory/delta.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

#include <unistd.h>
#include <cerrno>

namespace bulkhead::advisory {
namespace {

using base::ErrorKind;
using base::Result;

constexpr int kLevel = 6;
constexpr int kMaxWindowLog = 27;
constexpr size_t kPiece = 1 << 20;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

// Takes what was produced: writes, counts, hashes.
class Output {
 public:
  Output(int fd, std::string where) : fd_(fd), where_(std::move(where)) {}
  base::Status put(std::string_view bytes) {
    hasher_.update(bytes);
    bytes_ += bytes.size();
    return base::write_all(fd_, bytes, where_);
  }
  uint64_t bytes() const { return bytes_; }
  FileState state() { return {bytes_, hasher_.finish_hex()}; }

 private:
  int fd_;
  std::string where_;
  uint64_t bytes_ = 0;
  base::Hasher hasher_{base::HashKind::sha256};
};

Result<size_t> read_piece(int fd, std::string& into, const std::string& where) {
  for (;;) {
    const ssize_t got = ::read(fd, into.data(), into.size());
    if (got >= 0) {
      return static_cast<size_t>(got);
    }
    if (errno != EINTR) {
      return base::fail_errno(errno, "cannot read", where);
    }
  }
}

}  // namespace

Result<FileState> pack_file(const std::string& path, int out_fd) {
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  Output output(out_fd, path);
  std::string in(kPiece, '\0'), out(kPiece, '\0');
  for (bool last = false; !last;) {
    BULKHEAD_TRY(const size_t got, read_piece(fd.get(), in, path));
    last = got == 0;
    ZSTD_inBuffer input{in.data(), got, 0};
    for (size_t left = 1; last ? left != 0 : input.pos < input.size;) {
      ZSTD_outBuffer room{out.data(), out.size(), 0};
      left = ZSTD_compressStream2(context.get(), &room, &input, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) {
        return base::fail(ErrorKind::internal, "cannot pack", path, ZSTD_getErrorName(left));
      }
      BULKHEAD_CHECK(output.put(std::string_view(out.data(), room.pos)));
    }
  }
  return output.state();
}

Result<FileState> unpack_file(const std::string& path, int out_fd, uint64_t max_bytes) {
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  Output output(out_fd, path);
  std::string in(kPiece, '\0'), out(kPiece, '\0');
  size_t left = 1;
  for (;;) {
    BULKHEAD_TRY(const size_t got, read_piece(fd.get(), in, path));
    if (got == 0) {
      break;
    }
    ZSTD_inBuffer input{in.data(), got, 0};
    while (input.pos < input.size) {
      ZSTD_outBuffer room{out.data(), out.size(), 0};
      left = ZSTD_decompressStream(context.get(), &room, &input);
      if (ZSTD_isError(left) != 0) {
        return base::fail(ErrorKind::input, "cannot be unpacked", path, ZSTD_getErrorName(left));
      }
      if (output.bytes() + room.pos > max_bytes) {
        return base::fail(ErrorKind::limit, "unpacks to more than it says", path, base::human_bytes(max_bytes));
      }
      BULKHEAD_CHECK(output.put(std::string_view(out.data(), room.pos)));
    }
  }
  if (left != 0) {
    return base::fail(ErrorKind::input, "cannot be unpacked", path, "it is cut off");
  }
  return output.state();
}

}  // namespace bulkhead::advisory
