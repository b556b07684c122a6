#include "advisory/delta.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <future>
#include <map>
#include <memory>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;

constexpr std::string_view kMark = "BHdelta1\n";
constexpr uint64_t kMargin = 2U << 20;                // of the window, on either side of where the block should lie
constexpr uint64_t kMaxHead = 64U << 20;              // bytes of the JSON line: 16 GiB have 2,048 blocks
constexpr uint64_t kAnchorMask = 0x1FFF000000000000;  // one place in 8,192 is an anchor
constexpr int kLevel = 3;
constexpr int kWindowLog = 25;
constexpr int kTableLog = 22;
constexpr size_t kPiece = 1 << 20;

struct Block {
  uint64_t old_at = 0, old_bytes = 0;
  uint64_t packed_bytes = 0;
};

std::unexpected<base::Error> broken(const std::string& where, std::string cause) {
  return base::fail(ErrorKind::input, "not a delta that this program can read", where, std::move(cause));
}

Result<uint64_t> size_of(int fd, const std::string& where) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", where);
  }
  if (!S_ISREG(info.st_mode)) {
    return base::fail(ErrorKind::input, "is no file", where);
  }
  const auto size = static_cast<uint64_t>(info.st_size);
  return size > kMaxDatabase ? base::fail(ErrorKind::limit, "is over the limit of " + base::human_bytes(kMaxDatabase), where)
                             : Result<uint64_t>(size);
}

Status read_at(int fd, uint64_t at, std::string& into, uint64_t size, const std::string& where) {
  into.resize(size);
  uint64_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd, into.data() + done, size - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return base::fail_errno(errno, "cannot read", where);
    }
    if (got == 0) {
      return base::fail(ErrorKind::input, "ended while it was read", where);
    }
    done += static_cast<uint64_t>(got);
  }
  return {};
}

Result<FileState> state_of(int fd, const std::string& where) {
  FileState out;
  BULKHEAD_TRY(out.bytes, size_of(fd, where));
  base::Hasher hasher(base::HashKind::sha256);
  std::string piece;
  for (uint64_t at = 0; at < out.bytes; at += piece.size()) {
    BULKHEAD_CHECK(read_at(fd, at, piece, std::min<uint64_t>(kPiece, out.bytes - at), where));
    hasher.update(piece);
  }
  out.sha256 = hasher.finish_hex();
  return out;
}

// --- anchors

// The table of a gear hash: any fixed random numbers do (splitmix64 from 0).
constexpr std::array<uint64_t, 256> kGear = [] {
  std::array<uint64_t, 256> out{};
  uint64_t state = 0;
  for (uint64_t& value : out) {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    value = z ^ z >> 31;
  }
  return out;
}();

// Calls `found(hash, place)` for each anchor: a place whose last 64 bytes have a hash with all bits of the mask clear.
template <typename Found>
Status each_anchor(int fd, uint64_t size, const std::string& where, Found found) {
  uint64_t hash = 0;
  std::string piece;
  for (uint64_t at = 0; at < size; at += piece.size()) {
    BULKHEAD_CHECK(read_at(fd, at, piece, std::min<uint64_t>(kPiece, size - at), where));
    for (size_t i = 0; i < piece.size(); ++i) {
      hash = (hash << 1) + kGear[static_cast<uint8_t>(piece[i])];
      if ((hash & kAnchorMask) == 0) {
        found(hash, at + i);
      }
    }
  }
  return {};
}

// Per block of the new file: how far back its content lies in the old one (old place − new place).
Result<std::vector<int64_t>> shifts(int old_fd, uint64_t old_size, int new_fd, uint64_t new_size, const std::string& where) {
  constexpr int64_t kTwice = -1;  // an anchor that the old file has twice says nothing
  std::unordered_map<uint64_t, int64_t> places;
  std::vector<std::pair<uint64_t, uint64_t>> anchors;
  auto old_side = std::async(std::launch::async, [&] {
    return each_anchor(old_fd, old_size, where, [&](uint64_t hash, uint64_t at) {
      const auto [entry, fresh] = places.emplace(hash, static_cast<int64_t>(at));
      entry->second = fresh ? entry->second : kTwice;
    });
  });
  const Status new_side = each_anchor(new_fd, new_size, where, [&](uint64_t hash, uint64_t at) { anchors.emplace_back(hash, at); });
  BULKHEAD_CHECK(old_side.get());
  BULKHEAD_CHECK(new_side);
  std::vector<std::vector<int64_t>> votes(static_cast<size_t>((new_size + kDeltaBlock - 1) / kDeltaBlock));
  for (const auto& [hash, at] : anchors) {
    if (const auto found = places.find(hash); found != places.end() && found->second != kTwice) {
      votes[static_cast<size_t>(at / kDeltaBlock)].push_back(found->second - static_cast<int64_t>(at));
    }
  }
  std::vector<int64_t> out;
  for (std::vector<int64_t>& block : votes) {
    if (block.empty()) {
      out.push_back(out.empty() ? 0 : out.back());
    } else {
      const auto middle = block.begin() + static_cast<ptrdiff_t>(block.size() / 2);
      std::nth_element(block.begin(), middle, block.end());
      out.push_back(*middle);
    }
  }
  return out;
}

// --- zstd

struct FreeCompressor {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

Result<std::string> pack_block(ZSTD_CCtx* context, std::string_view old_window, std::string_view block) {
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kWindowLog);
  ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, kTableLog);
  ZSTD_CCtx_setParameter(context, ZSTD_c_chainLog, kTableLog);
  ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
  ZSTD_CCtx_refPrefix(context, old_window.data(), old_window.size());
  std::string out(ZSTD_compressBound(block.size()), '\0');
  const size_t size = ZSTD_compress2(context, out.data(), out.size(), block.data(), block.size());
  if (ZSTD_isError(size) != 0) {
    return base::fail(ErrorKind::internal, "cannot pack a block of the delta", {}, ZSTD_getErrorName(size));
  }
  out.resize(size);
  return out;
}

std::string head_json(const DeltaHead& head, const std::vector<Block>& blocks) {
  base::JsonWriter w;
  const auto state = [&](const FileState& s) { w.begin_object().member("bytes", s.bytes).member("sha256", s.sha256).end_object(); };
  w.begin_object().member("schema", "bulkhead.db_delta/1").key("from");
  state(head.from);
  w.key("to");
  state(head.to);
  w.member("block_bytes", kDeltaBlock).key("blocks").begin_array();
  for (const Block& b : blocks) {
    w.begin_array().value(b.old_at).value(b.old_bytes).value(b.packed_bytes).end_array();
  }
  w.end_array().end_object();
  return w.take();
}

struct OpenDelta {
  base::UniqueFd fd;
  DeltaHead head;
  std::vector<Block> blocks;
  uint64_t data_at = 0;
};

Result<std::vector<Block>> blocks_of(base::JsonView list, const DeltaHead& head, uint64_t packed_left, const std::string& where) {
  std::vector<Block> out;
  for (const base::JsonView& item : list.items()) {
    const std::vector<base::JsonView> numbers = item.items();
    Block b;
    uint64_t* const fields[] = {&b.old_at, &b.old_bytes, &b.packed_bytes};
    if (numbers.size() != std::size(fields)) {
      return broken(where, "a block of another shape");
    }
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto number = numbers[i].integer();
      if (!number || *number < 0) {
        return broken(where, "a block with a number that is none");
      }
      *fields[i] = static_cast<uint64_t>(*number);
    }
    if (b.old_at > head.from.bytes || b.old_bytes > head.from.bytes - b.old_at || b.old_bytes > kDeltaBlock + 2 * kMargin ||
        b.packed_bytes > packed_left || b.packed_bytes > ZSTD_COMPRESSBOUND(kDeltaBlock)) {
      return broken(where, "a block outside its file");
    }
    packed_left -= b.packed_bytes;
    out.push_back(b);
  }
  if (packed_left != 0 || out.size() != (head.to.bytes + kDeltaBlock - 1) / kDeltaBlock) {
    return broken(where, "its blocks do not add up");
  }
  return out;
}

Result<OpenDelta> open_delta(const std::string& path) {
  OpenDelta out;
  BULKHEAD_TRY(out.fd, base::open_read(path));
  BULKHEAD_TRY(const uint64_t size, size_of(out.fd.get(), path));
  std::string start;
  BULKHEAD_CHECK(read_at(out.fd.get(), 0, start, std::min<uint64_t>(size, kPiece), path));
  if (!start.starts_with(kMark)) {
    return broken(path, "it does not begin as a delta");
  }
  size_t end = start.find('\n', kMark.size());
  if (end == start.npos && size > start.size()) {
    BULKHEAD_CHECK(read_at(out.fd.get(), 0, start, std::min(size, kMaxHead), path));
    end = start.find('\n', kMark.size());
  }
  if (end == start.npos) {
    return broken(path, "its head has no end");
  }
  base::Limits limits;
  const auto document = base::JsonDocument::parse(std::string_view(start).substr(kMark.size(), end - kMark.size()), limits, path);
  if (!document) {
    return broken(path, document.error().cause);
  }
  const base::JsonView v = document->root();
  const auto state = [&](base::JsonView s, FileState& into) {
    const auto bytes = s.get("bytes").integer();
    into.sha256 = s.get("sha256").text();
    into.bytes = bytes && *bytes >= 0 ? static_cast<uint64_t>(*bytes) : kMaxDatabase + 1;
    return into.bytes <= kMaxDatabase && into.sha256.size() == 64;
  };
  if (v.get("schema").text() != "bulkhead.db_delta/1" || v.get("block_bytes").integer() != static_cast<int64_t>(kDeltaBlock) ||
      !state(v.get("from"), out.head.from) || !state(v.get("to"), out.head.to)) {
    return broken(path, "its head says nothing that fits");
  }
  out.data_at = end + 1;
  BULKHEAD_TRY(out.blocks, blocks_of(v.get("blocks"), out.head, size - out.data_at, path));
  out.head.blocks = out.blocks.size();
  return out;
}

}  // namespace

Result<FileState> file_state(const std::string& path) {
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  return state_of(fd.get(), path);
}

Result<DeltaHead> make_delta(const std::string& old_path, const std::string& new_path, const std::string& delta_path) {
  BULKHEAD_TRY(const base::UniqueFd old_fd, base::open_read(old_path));
  BULKHEAD_TRY(const base::UniqueFd new_fd, base::open_read(new_path));
  DeltaHead head;
  BULKHEAD_TRY(head.from.bytes, size_of(old_fd.get(), old_path));
  BULKHEAD_TRY(head.to.bytes, size_of(new_fd.get(), new_path));
  BULKHEAD_TRY(const std::vector<int64_t> shift, shifts(old_fd.get(), head.from.bytes, new_fd.get(), head.to.bytes, new_path));
  std::vector<Block> blocks(shift.size());
  std::vector<std::string> packed(shift.size());
  std::atomic<size_t> next = 0;
  const auto work = [&]() -> Status {
    const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
    std::string window, block;
    for (size_t i = next++; i < blocks.size(); i = next++) {
      const uint64_t at = i * kDeltaBlock;
      BULKHEAD_CHECK(read_at(new_fd.get(), at, block, std::min(kDeltaBlock, head.to.bytes - at), new_path));
      const int64_t from = std::clamp<int64_t>(static_cast<int64_t>(at) + shift[i] - static_cast<int64_t>(kMargin), 0,
                                               static_cast<int64_t>(head.from.bytes));
      blocks[i].old_at = static_cast<uint64_t>(from);
      blocks[i].old_bytes = std::min(block.size() + 2 * kMargin, head.from.bytes - blocks[i].old_at);
      BULKHEAD_CHECK(read_at(old_fd.get(), blocks[i].old_at, window, blocks[i].old_bytes, old_path));
      BULKHEAD_TRY(packed[i], pack_block(context.get(), window, block));
      blocks[i].packed_bytes = packed[i].size();
    }
    return {};
  };
  auto other = std::async(std::launch::async, work);
  const Status mine = work();
  BULKHEAD_CHECK(other.get());
  BULKHEAD_CHECK(mine);
  auto from = std::async(std::launch::async, [&] { return state_of(old_fd.get(), old_path); });
  auto to = state_of(new_fd.get(), new_path);
  BULKHEAD_TRY(head.from, from.get());
  BULKHEAD_TRY(head.to, std::move(to));
  head.blocks = blocks.size();
  BULKHEAD_TRY(base::AtomicFile out, base::AtomicFile::create(delta_path, 0644));
  BULKHEAD_CHECK(out.write(std::string(kMark) + head_json(head, blocks) + "\n"));
  for (const std::string& block : packed) {
    BULKHEAD_CHECK(out.write(block));
  }
  BULKHEAD_CHECK(out.commit());
  return head;
}

Result<DeltaHead> read_delta_head(const std::string& delta_path) {
  BULKHEAD_TRY(OpenDelta delta, open_delta(delta_path));
  return delta.head;
}

Result<DeltaHead> apply_delta(const std::string& old_path, const std::string& delta_path, int out_fd, bool old_verified) {
  BULKHEAD_TRY(const OpenDelta delta, open_delta(delta_path));
  BULKHEAD_TRY(const base::UniqueFd old_fd, base::open_read(old_path));
  BULKHEAD_TRY(const uint64_t old_size, size_of(old_fd.get(), old_path));
  if (old_size != delta.head.from.bytes) {
    return base::fail(ErrorKind::input, "the delta starts from another database", old_path, "its size is not the one that the delta names");
  }
  auto before = std::async(std::launch::async,
                           [&]() -> Result<FileState> { return old_verified ? delta.head.from : state_of(old_fd.get(), old_path); });
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  base::Hasher hasher(base::HashKind::sha256);
  std::string window, packed, block;
  uint64_t at = delta.data_at, left = delta.head.to.bytes;
  for (const Block& b : delta.blocks) {
    const uint64_t wanted = std::min(kDeltaBlock, left);
    BULKHEAD_CHECK(read_at(old_fd.get(), b.old_at, window, b.old_bytes, old_path));
    BULKHEAD_CHECK(read_at(delta.fd.get(), at, packed, b.packed_bytes, delta_path));
    block.resize(wanted);
    ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
    ZSTD_DCtx_refPrefix(context.get(), window.data(), window.size());
    const size_t got = ZSTD_decompressDCtx(context.get(), block.data(), block.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != wanted) {
      return broken(delta_path, ZSTD_isError(got) != 0 ? ZSTD_getErrorName(got) : "a block is too short");
    }
    hasher.update(block);
    BULKHEAD_CHECK(base::write_all(out_fd, block, "the new database"));
    at += b.packed_bytes;
    left -= wanted;
  }
  BULKHEAD_TRY(const FileState found, before.get());
  if (found.sha256 != delta.head.from.sha256) {
    return base::fail(ErrorKind::input, "the delta starts from another database", old_path,
                      "its digest is " + found.sha256 + ", the delta starts from " + delta.head.from.sha256);
  }
  if (hasher.finish_hex() != delta.head.to.sha256) {
    return base::fail(ErrorKind::input, "the delta does not give the database that it names", delta_path);
  }
  return delta.head;
}

}  // namespace bulkhead::advisory
