// Bytes that come in pieces: a part of a file, a decompressor over another stream, a digest taken on the way.
//
// Streams are pulled: next() gives the next piece, valid until the next call, and an empty piece at the end. Decompressors
// read gzip (RFC 1952, several members in a row, zero padding after the last) by ISA-L and Zstandard (RFC 8878, several
// frames) by libzstd, with bounded windows.
//
// Limits: Limits::archive_bytes unpacked, Limits::compression_ratio (counted after the first 16 MiB), a Zstandard window of
// 128 MiB. Errors: ErrorKind::input for bytes that do not follow their format or end early, limit, io; `where` names the input.
// Threads: one thread per stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual Result<std::string_view> next() = 0;
  // A shortcut over bytes that the caller does not want: passes at most `count`, often none; gives how many it passed.
  // Never passes the last byte, so that a file cut short is noticed by the next() that follows.
  virtual uint64_t skip(uint64_t) { return 0; }
};

// `length` bytes of an open file from `offset` (UINT64_MAX: to the end). Reads with pread, so several streams may share one
// descriptor, which must stay open. A file that ends before `length` gives an error.
std::unique_ptr<ByteStream> file_stream(int fd, uint64_t offset, uint64_t length, std::string where);
std::unique_ptr<ByteStream> memory_stream(std::string_view bytes);  // `bytes` must outlive the stream

enum class Compression { none, gzip, zstd, unknown };
// By the first bytes (at least 4 where there are as many). `unknown`: a known compression that is not read (bzip2, xz, lz4).
Compression compression_of(std::string_view head);
const char* compression_name(Compression compression);

// Peeks at the first bytes of `inner` and puts the right decompressor on it, or gives it back as it is.
struct Unpacked {
  std::unique_ptr<ByteStream> stream;
  Compression compression = Compression::none;
};
Result<Unpacked> decompressed(std::unique_ptr<ByteStream> inner, const Limits& limits, std::string where);

// Hands on what `inner` gives and takes its digest. drain() reads to the end, so that the digest covers everything.
class HashingStream : public ByteStream {
 public:
  HashingStream(std::unique_ptr<ByteStream> inner, HashKind kind);
  Result<std::string_view> next() override;
  Status drain();
  void stop_hashing() { hashing_ = false; }  // the digest is not wanted after all
  uint64_t bytes() const { return bytes_; }
  std::string finish_hex() { return hasher_.finish_hex(); }

 private:
  std::unique_ptr<ByteStream> inner_;
  Hasher hasher_;
  uint64_t bytes_ = 0;
  bool hashing_ = true;
};

// Borrowed stream as an owned one, for chains whose lower part is asked afterwards.
std::unique_ptr<ByteStream> borrowed(ByteStream& inner);

// The whole stream as text; ErrorKind::limit over `max_bytes`.
Result<std::string> read_stream(ByteStream& stream, uint64_t max_bytes, std::string_view where);

}  // namespace bulkhead::base
