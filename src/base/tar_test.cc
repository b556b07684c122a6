#include "base/tar.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace bulkhead::base {
namespace {

std::string archive(const std::string& name) {
  return read_file(std::string(BULKHEAD_SOURCE_DIR) + "/src/base/testdata/tar/" + name, 1 << 24).value();
}

// Gives the bytes in pieces of `step`, so that every border falls everywhere.
class Dripping : public ByteStream {
 public:
  Dripping(std::string_view bytes, size_t step) : bytes_(bytes), step_(step) {}
  Result<std::string_view> next() override {
    const std::string_view piece = bytes_.substr(0, step_);
    bytes_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view bytes_;
  size_t step_;
};

// One line per entry: kind, path, target, content.
Result<std::string> listing(ByteStream& stream, bool peek = false) {
  static constexpr const char* kKinds[] = {"file", "hard", "link", "folder", "device", "sparse", "unknown"};
  TarReader tar(stream, {}, "test.tar");
  std::string out;
  for (;;) {
    BULKHEAD_TRY(const auto entry, tar.next());
    if (!entry) {
      return out;
    }
    out += std::string(kKinds[static_cast<size_t>(entry->kind)]) + " " + entry->path +
           (entry->link_target.empty() ? "" : " -> " + entry->link_target);
    if (entry->kind == TarEntry::Kind::file) {
      std::string content;
      if (peek) {
        BULKHEAD_TRY(const std::string_view head, tar.peek(3));
        content = std::string(head) + "|";
      }
      for (;;) {
        BULKHEAD_TRY(const std::string_view piece, tar.data());
        if (piece.empty()) {
          break;
        }
        content += piece;
      }
      out += " = " + replace_all(content, "\n", "\\n");
    }
    out += "\n";
  }
}

std::string expected(bool long_names, bool fifo) {
  const std::string n(120, 'n');
  return "folder d/\n" + std::string(fifo ? "device d/fifo\n" : "") + "file d/hard = hello\\n\nhard d/hello -> d/hard\n" +
         (long_names ? "link d/longlink -> " + n + "/" + n + "\nfolder d/" + n + "/\nfile d/" + n + "/" + n + " = deep\\n\n" : "") +
         "link d/soft -> hello\n";
}

TEST(Tar, ReadsEveryFormatOfGnuTarAtEveryPieceSize) {
  for (const size_t step : {1UL, 7UL, 511UL, 512UL, 513UL, 100000UL}) {
    for (const auto& [name, text] : {std::pair("gnu.tar", expected(true, true)), std::pair("pax.tar", expected(true, true)),
                                     std::pair("ustar.tar", expected(false, true)), std::pair("v7.tar", expected(false, false))}) {
      const std::string bytes = archive(name);
      Dripping stream(bytes, step);
      const auto found = listing(stream);
      ASSERT_TRUE(found) << name << ": " << found.error().text();
      EXPECT_EQ(*found, text) << name << " in pieces of " << step;
    }
  }
}

TEST(Tar, PeekConsumesNothing) {
  const std::string bytes = archive("gnu.tar");
  for (const size_t step : {1UL, 2UL, 4096UL}) {
    Dripping stream(bytes, step);
    const std::string n(120, 'n');
    const std::string found = listing(stream, true).value();
    EXPECT_NE(found.find("file d/hard = hel|hello\\n"), std::string::npos) << found;
  }
}

TEST(Tar, SparseFilesAreSaidAndPassedOver) {
  for (const char* name : {"sparse_gnu.tar", "sparse_pax.tar"}) {
    const std::string bytes = archive(name);
    const auto stream = memory_stream(bytes);
    EXPECT_EQ(listing(*stream).value(), "file d/hello = hello\\n\nsparse d/holes\n") << name;
  }
}

TEST(Tar, EveryCutIsAnError) {
  const std::string bytes = archive("pax.tar");
  const size_t end = bytes.find_last_not_of('\0') / 512 * 512 + 512;  // after the last entry only the end marker stands
  for (size_t length = 1; length < end; length += 37) {
    if (length % 512 != 0) {
      const auto stream = memory_stream(std::string_view(bytes).substr(0, length));
      EXPECT_FALSE(listing(*stream)) << length;
    }
  }
}

TEST(Tar, EveryHeaderBitFlipIsAnErrorOrReadsOn) {
  const std::string bytes = archive("gnu.tar");
  for (size_t at = 0; at < bytes.size(); at += 11) {
    std::string bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    const auto stream = memory_stream(bad);
    (void)listing(*stream);  // sanitizers watch
  }
}

TEST(Streams, GzipMembersInARowAndPadding) {
  // printf hello | gzip -n ; printf ' world' | gzip -n (gzip 1.12)
  const std::string hello("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00", 25);
  const auto text = [](const std::string& bytes) -> Result<std::string> {
    BULKHEAD_TRY(const Unpacked unpacked, decompressed(memory_stream(bytes), {}, "x.gz"));
    return read_stream(*unpacked.stream, 1 << 20, "x.gz");
  };
  EXPECT_EQ(text(hello).value(), "hello");
  EXPECT_EQ(text(hello + hello).value(), "hellohello");
  EXPECT_EQ(text(hello + std::string(1000, '\0')).value(), "hello");
  EXPECT_FALSE(text(hello + "junk"));
  for (size_t length = 2; length < hello.size(); ++length) {
    EXPECT_FALSE(text(hello.substr(0, length))) << length;
  }
  std::string bad = hello;
  bad[20] = 'x';  // the checksum
  EXPECT_FALSE(text(bad));
}

TEST(Streams, UnpackedBytesAreLimited) {
  Limits limits;
  limits.archive_bytes = 3;
  const std::string hello("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00", 25);
  const auto unpacked = decompressed(memory_stream(hello), limits, "x.gz");
  const auto text = read_stream(*unpacked->stream, 1 << 20, "x.gz");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::limit);
}

}  // namespace
}  // namespace bulkhead::base
