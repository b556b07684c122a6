#include "base/byte_stream.h"

#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <vector>

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr size_t kReadChunk = 256 << 10;
constexpr size_t kUnpackedChunk = 256 << 10;  // fits the second-level cache: the digest finds the bytes still warm
constexpr uint64_t kRatioFree = 16 << 20;
constexpr int kMaxZstdWindowLog = 27;

class FileStream : public ByteStream {
 public:
  FileStream(int fd, uint64_t offset, uint64_t length, std::string where)
      : fd_(fd), offset_(offset), left_(length), bounded_(length != UINT64_MAX), where_(std::move(where)) {}

  Result<std::string_view> next() override {
    if (left_ == 0) {
      return std::string_view();
    }
    if (buffer_.empty()) {
      buffer_.resize(kReadChunk);
    }
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(left_, buffer_.size()));
    ssize_t got = 0;
    do {
      got = ::pread(fd_, buffer_.data(), wanted, static_cast<off_t>(offset_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      return fail_errno(errno, "cannot read", where_);
    }
    if (got == 0) {
      if (bounded_) {
        return fail(ErrorKind::input, "ends " + human_bytes(left_) + " early", where_);
      }
      left_ = 0;
    }
    offset_ += static_cast<uint64_t>(got);
    left_ -= bounded_ ? static_cast<uint64_t>(got) : 0;
    return std::string_view(buffer_.data(), static_cast<size_t>(got));
  }

  uint64_t skip(uint64_t count) override {
    const uint64_t most = std::min(count, left_);
    if (most < 2 || most > INT64_MAX - offset_) {
      return 0;
    }
    offset_ += most - 1;
    left_ -= bounded_ ? most - 1 : 0;
    return most - 1;
  }

 private:
  int fd_;
  uint64_t offset_;
  uint64_t left_;
  bool bounded_;
  std::string where_;
  std::vector<char> buffer_;
};

class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string_view> next() override { return std::exchange(bytes_, {}); }

 private:
  std::string_view bytes_;
};

class BorrowedStream : public ByteStream {
 public:
  explicit BorrowedStream(ByteStream& inner) : inner_(inner) {}
  Result<std::string_view> next() override { return inner_.next(); }
  uint64_t skip(uint64_t count) override { return inner_.skip(count); }

 private:
  ByteStream& inner_;
};

// Gives `head` first, then what `inner` has.
class PrefixedStream : public ByteStream {
 public:
  PrefixedStream(std::string head, std::unique_ptr<ByteStream> inner) : head_(std::move(head)), inner_(std::move(inner)) {}
  Result<std::string_view> next() override {
    if (!given_) {
      given_ = true;
      if (!head_.empty()) {
        return std::string_view(head_);
      }
    }
    return inner_->next();
  }
  uint64_t skip(uint64_t count) override { return given_ ? inner_->skip(count) : 0; }

 private:
  std::string head_;
  std::unique_ptr<ByteStream> inner_;
  bool given_ = false;
};

// What all decompressors share: counting against the limits.
class Decompressor : public ByteStream {
 public:
  Decompressor(std::unique_ptr<ByteStream> inner, const Limits& limits, std::string where)
      : where_(std::move(where)), inner_(std::move(inner)), limits_(limits), out_(kUnpackedChunk) {}

 protected:
  Result<bool> refill() {  // false at the end of the packed bytes
    BULKHEAD_TRY(in_, inner_->next());
    packed_ += in_.size();
    return !in_.empty();
  }

  Result<std::string_view> give(size_t count) {
    unpacked_ += count;
    if (unpacked_ > limits_.archive_bytes) {
      return fail(ErrorKind::limit, "unpacks to more than the limit of " + human_bytes(limits_.archive_bytes), where_);
    }
    if (unpacked_ > kRatioFree && unpacked_ / limits_.compression_ratio > packed_) {
      return fail(ErrorKind::limit, "unpacks to more than " + std::to_string(limits_.compression_ratio) + " times its size", where_);
    }
    return std::string_view(out_.data(), count);
  }

  std::string where_;
  std::unique_ptr<ByteStream> inner_;
  const Limits limits_;
  std::vector<char> out_;
  std::string_view in_;
  uint64_t packed_ = 0;
  uint64_t unpacked_ = 0;
};

class GzipStream : public Decompressor {
 public:
  GzipStream(std::unique_ptr<ByteStream> inner, const Limits& limits, std::string where)
      : Decompressor(std::move(inner), limits, std::move(where)), state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  Result<std::string_view> next() override {
    while (!done_) {
      if (state_->avail_in == 0) {
        BULKHEAD_TRY(const bool more, refill());
        if (!more) {
          if (!between_members_) {
            return fail(ErrorKind::input, "gzip data end early", where_);
          }
          done_ = true;
          break;
        }
        state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(in_.data()));
        state_->avail_in = static_cast<uint32_t>(in_.size());
      }
      if (between_members_) {
        // Tape padding after the last member is zeros; a next member starts with its magic.
        while (state_->avail_in > 0 && *state_->next_in == 0) {
          ++state_->next_in;
          --state_->avail_in;
          padding_ = true;
        }
        if (state_->avail_in == 0) {
          continue;
        }
        if (padding_) {
          return fail(ErrorKind::input, "gzip data go on after their padding", where_);
        }
        isal_inflate_reset(state_.get());
        state_->crc_flag = ISAL_GZIP;
        between_members_ = false;
      }
      state_->next_out = reinterpret_cast<uint8_t*>(out_.data());
      state_->avail_out = static_cast<uint32_t>(out_.size());
      const int code = isal_inflate(state_.get());
      if (code < 0) {
        return fail(ErrorKind::input, "gzip data are broken", where_ + ", before unpacked byte " + with_thousands(unpacked_ + out_.size()),
                    code == ISAL_INCORRECT_CHECKSUM ? "the checksum does not fit" : "inflate error " + std::to_string(code));
      }
      if (state_->block_state == ISAL_BLOCK_FINISH) {
        between_members_ = true;
      }
      if (const size_t produced = out_.size() - state_->avail_out; produced > 0) {
        return give(produced);
      }
    }
    return std::string_view();
  }

 private:
  std::unique_ptr<inflate_state> state_;
  bool between_members_ = false;
  bool padding_ = false;
  bool done_ = false;
};

class ZstdStream : public Decompressor {
 public:
  ZstdStream(std::unique_ptr<ByteStream> inner, const Limits& limits, std::string where)
      : Decompressor(std::move(inner), limits, std::move(where)), context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }

  Result<std::string_view> next() override {
    for (;;) {
      if (input_.pos == input_.size && !output_pending_) {
        BULKHEAD_TRY(const bool more, refill());
        if (!more) {
          if (inside_frame_) {
            return fail(ErrorKind::input, "Zstandard data end early", where_);
          }
          return std::string_view();
        }
        input_ = {in_.data(), in_.size(), 0};
      }
      ZSTD_outBuffer output{out_.data(), out_.size(), 0};
      const size_t code = ZSTD_decompressStream(context_.get(), &output, &input_);
      if (ZSTD_isError(code) != 0U) {
        return fail(ErrorKind::input, "Zstandard data are broken", where_ + ", after unpacked byte " + with_thousands(unpacked_),
                    ZSTD_getErrorName(code));
      }
      inside_frame_ = code != 0;
      output_pending_ = output.pos == output.size;  // a full buffer may hide more
      if (output.pos > 0) {
        return give(output.pos);
      }
    }
  }

 private:
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool inside_frame_ = false;
  bool output_pending_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> file_stream(int fd, uint64_t offset, uint64_t length, std::string where) {
  return std::make_unique<FileStream>(fd, offset, length, std::move(where));
}

std::unique_ptr<ByteStream> memory_stream(std::string_view bytes) { return std::make_unique<MemoryStream>(bytes); }
std::unique_ptr<ByteStream> borrowed(ByteStream& inner) { return std::make_unique<BorrowedStream>(inner); }

Compression compression_of(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) {
    return Compression::gzip;
  }
  // A skippable frame (RFC 8878 3.1.2) may stand first: 0x184D2A50 to 0x184D2A5F, little-endian.
  if (head.starts_with("\x28\xb5\x2f\xfd") || (head.size() >= 4 && head.substr(1, 3) == "\x2a\x4d\x18" && (head[0] & 0xf0) == 0x50)) {
    return Compression::zstd;
  }
  if (head.starts_with("BZh") ||
      head.starts_with(std::string_view("\xfd"
                                        "7zXZ\0",
                                        6)) ||
      head.starts_with("\x04\x22\x4d\x18")) {
    return Compression::unknown;
  }
  return Compression::none;
}

const char* compression_name(Compression compression) {
  switch (compression) {
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::none: return "none";
    default: return "unknown";
  }
}

Result<Unpacked> decompressed(std::unique_ptr<ByteStream> inner, const Limits& limits, std::string where) {
  std::string head;
  while (head.size() < 6) {
    BULKHEAD_TRY(const std::string_view piece, inner->next());
    if (piece.empty()) {
      break;
    }
    head += piece;
  }
  const Compression compression = compression_of(head);
  auto whole = std::make_unique<PrefixedStream>(std::move(head), std::move(inner));
  switch (compression) {
    case Compression::gzip: return Unpacked{std::make_unique<GzipStream>(std::move(whole), limits, std::move(where)), compression};
    case Compression::zstd: return Unpacked{std::make_unique<ZstdStream>(std::move(whole), limits, std::move(where)), compression};
    case Compression::none: return Unpacked{std::move(whole), compression};
    default: return fail(ErrorKind::input, "is compressed in a way that is not read (only gzip and zstd are)", std::move(where));
  }
}

HashingStream::HashingStream(std::unique_ptr<ByteStream> inner, HashKind kind) : inner_(std::move(inner)), hasher_(kind) {}

Result<std::string_view> HashingStream::next() {
  BULKHEAD_TRY(const std::string_view piece, inner_->next());
  if (hashing_) {
    hasher_.update(piece);
  }
  bytes_ += piece.size();
  return piece;
}

Status HashingStream::drain() {
  for (;;) {
    BULKHEAD_TRY(const std::string_view piece, next());
    if (piece.empty()) {
      return {};
    }
  }
}

Result<std::string> read_stream(ByteStream& stream, uint64_t max_bytes, std::string_view where) {
  std::string out;
  for (;;) {
    BULKHEAD_TRY(const std::string_view piece, stream.next());
    if (piece.empty()) {
      return out;
    }
    if (out.size() + piece.size() > max_bytes) {
      return fail(ErrorKind::limit, "holds more than the limit of " + human_bytes(max_bytes), std::string(where));
    }
    out += piece;
  }
}

}  // namespace bulkhead::base
