#include "kube/snapshot_writer.h"

#include <array>
#include <cstdio>
#include <cstring>

#include <zstd.h>

#include "base/json.h"
#include "kube/resource.h"

namespace bulkhead::kube {

using base::ErrorKind;
using base::fail;

namespace {

constexpr size_t kBlock = 512;
constexpr int kLevel = 7;

// A ustar header (POSIX.1-1988): the fields' widths are the format's. Sizes of 8 GiB and more do not fit its octal field.
std::array<char, kBlock> tar_header(std::string_view path, uint64_t size) {
  std::array<char, kBlock> block{};
  const auto text = [&](size_t at, std::string_view value) { std::memcpy(block.data() + at, value.data(), value.size()); };
  const auto octal = [&](size_t at, int width, uint64_t value) {
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), "%0*llo", width, static_cast<unsigned long long>(value));
    text(at, digits.data());
  };
  text(0, path);
  octal(100, 7, 0600);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, size);
  octal(136, 11, 0);
  text(148, "        ");
  text(156, "0");
  text(257, std::string_view("ustar\00000", 8));
  octal(329, 7, 0);
  octal(337, 7, 0);
  uint64_t sum = 0;
  for (const char c : block) {
    sum += static_cast<uint8_t>(c);
  }
  octal(148, 6, sum);
  block[154] = '\0';
  block[155] = ' ';
  return block;
}

}  // namespace

std::string to_json(const SnapshotMeta& meta) {
  base::JsonWriter w(true);
  w.begin_object().member("schema", "bulkhead.snapshot/1").member("name", meta.name).member("source", meta.source);
  w.member("server_version", meta.server_version).member("platform", meta.platform).member("collected_at", meta.collected_at);
  w.member("collector", meta.collector).member("redacted", meta.redacted).member("torn", meta.torn);
  w.key("resources").begin_array();
  for (const model::ResourceRead& read : meta.reads) {
    w.begin_object().member("group", read.group).member("version", read.version).member("resource", read.resource);
    w.member("state", model::read_state_name(read.state)).member("count", read.count).member("resource_version", read.resource_version);
    w.member("message", read.message).end_object();
  }
  w.end_array().member("problems", meta.problems).end_object();
  return w.take() + "\n";
}

SnapshotWriter::SnapshotWriter(Sink sink) : sink_(std::move(sink)), stream_(ZSTD_createCCtx()), buffer_(ZSTD_CStreamOutSize(), '\0') {
  if (stream_ != nullptr) {
    ZSTD_CCtx_setParameter(static_cast<ZSTD_CCtx*>(stream_), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(static_cast<ZSTD_CCtx*>(stream_), ZSTD_c_checksumFlag, 1);
  }
}

SnapshotWriter::~SnapshotWriter() { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(stream_)); }

base::Status SnapshotWriter::put(std::string_view bytes, bool last) {
  if (stream_ == nullptr) {
    return fail(ErrorKind::limit, "no memory for the compressor");
  }
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
    const size_t left = ZSTD_compressStream2(static_cast<ZSTD_CCtx*>(stream_), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) {
      return fail(ErrorKind::internal, "cannot compress", {}, ZSTD_getErrorName(left));
    }
    if (out.pos > 0) {
      BULKHEAD_CHECK(sink_(std::string_view(buffer_.data(), out.pos)));
    }
    if (last ? left == 0 : in.pos == in.size) {
      return {};
    }
  }
}

base::Status SnapshotWriter::add_file(std::string_view path, std::string_view bytes) {
  if (path.size() > 100 || bytes.size() >= 8ULL << 30) {
    return fail(ErrorKind::limit, "does not fit a ustar entry", std::string(path));
  }
  const auto header = tar_header(path, bytes.size());
  BULKHEAD_CHECK(put(std::string_view(header.data(), header.size())));
  BULKHEAD_CHECK(put(bytes));
  return put(std::string((kBlock - bytes.size() % kBlock) % kBlock, '\0'));
}

base::Status SnapshotWriter::finish(const SnapshotMeta& meta) {
  BULKHEAD_CHECK(add_file("meta.json", to_json(meta)));
  return put(std::string(2 * kBlock, '\0'), true);
}

}  // namespace bulkhead::kube
