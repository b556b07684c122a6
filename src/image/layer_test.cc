#include "image/layer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

namespace bulkhead::image {
namespace {

// Tar headers for tests; the reader itself is tested against GNU tar's archives in base, and the layer semantics against an
// independent unpacker in tests/system/layers_umoci.py.
class TarText {
 public:
  TarText& add(const std::string& path, char type, const std::string& link = {}, const std::string& data = {}) {
    char block[512] = {};
    std::memcpy(block, path.data(), std::min<size_t>(path.size(), 100));
    std::snprintf(block + 100, 8, "%07o", 0644);
    std::snprintf(block + 124, 12, "%011zo", data.size());
    std::memset(block + 148, ' ', 8);
    block[156] = type;
    std::memcpy(block + 157, link.data(), std::min<size_t>(link.size(), 100));
    std::memcpy(block + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (const char c : block) {
      sum += static_cast<uint8_t>(c);
    }
    std::snprintf(block + 148, 8, "%06o", sum);
    bytes.append(block, 512).append(data).append((512 - data.size() % 512) % 512, '\0');
    return *this;
  }
  TarText& file(const std::string& path, const std::string& data) { return add(path, '0', {}, data); }
  std::string bytes;
};

// Takes every file's content.
class Everything : public base::ContentReader {
 public:
  Wish wish(const base::FileOffer&, std::string_view) override { return {.whole = true, .digests = 0}; }
  void take(const base::FileOffer& offer, std::string_view bytes) override { contents[offer.content] = bytes; }
  void missed(const base::FileOffer& offer, const base::Error& why) override { misses[std::string(offer.path)] = why.text(); }
  bool regrets(const base::FileOffer&) override { return false; }
  std::map<base::ContentId, std::string> contents;
  std::map<std::string, std::string> misses;
};

class Layers {
 public:
  explicit Layers(base::Limits limits = {}) : limits_(limits), applier_(tree, reader, limits_, notes_) {}
  Layers& apply(const TarText& tar) {
    const auto stream = base::memory_stream(tar.bytes);
    status = applier_.apply(*stream, next_, "layer " + std::to_string(next_));
    ++next_;
    return *this;
  }
  // "path=content" of every file, with the layer's number.
  std::string files() const {
    std::string out;
    tree.each_file([&](const std::string& path, const base::FileNode& node) {
      const auto content = reader.contents.find(node.content);
      out += path + "=" + (content == reader.contents.end() ? "?" : content->second) + "@" + std::to_string(node.layer) + " ";
    });
    return out;
  }

  base::FileTree tree;
  Everything reader;
  model::Inventory inventory;
  base::Status status;

 private:
  base::Limits limits_;
  Notes notes_{inventory};
  LayerApplier applier_;
  uint32_t next_ = 0;
};

TEST(Layer, WhiteoutHidesLowerLayersOnly) {
  Layers layers;
  layers.apply(TarText().file("d/a", "1").file("d/b", "1")).apply(TarText().file("d/c", "2").add("d/.wh.a", '0').add("d/.wh.c", '0'));
  EXPECT_EQ(layers.files(), "d/b=1@0 d/c=2@1 ");
}

TEST(Layer, OpaqueFolderKeepsItsOwnLayer) {
  Layers layers;
  layers.apply(TarText().file("d/a", "1").file("d/e/f", "1")).apply(TarText().file("d/c", "2").add("d/.wh..wh..opq", '0'));
  EXPECT_EQ(layers.files(), "d/c=2@1 ");
}

TEST(Layer, HardLinkToALowerLayer) {
  Layers layers;
  layers.apply(TarText().file("a", "1")).apply(TarText().add("b", '1', "a").add(".wh.a", '0'));
  EXPECT_EQ(layers.files(), "b=1@1 ");
}

TEST(Layer, HardLinkToNothingIsNamed) {
  Layers layers;
  layers.apply(TarText().add("b", '1', "a").add("c", '1', "../x"));
  EXPECT_FALSE(layers.inventory.complete);
  ASSERT_EQ(layers.inventory.coverage.size(), 2U);
  EXPECT_EQ(layers.inventory.coverage[0].what, "entry b");
}

TEST(Layer, LinkedParentFoldersAreFollowedInsideTheRoot) {
  Layers layers;
  layers.apply(TarText().add("lib", '2', "/usr/lib").add("up", '2', "../../..").file("usr/lib/a", "1"))
      .apply(TarText().file("lib/b", "2").file("up/c", "2"));
  EXPECT_EQ(layers.files(), "c=2@1 usr/lib/a=1@0 usr/lib/b=2@1 ");
}

TEST(Layer, EntriesThatLeaveTheRootAreRefusedAndNamed) {
  Layers layers;
  layers.apply(TarText().file("../x", "1").file("a/../../y", "1").file("/z", "1").file("ok", "1"));
  EXPECT_EQ(layers.files(), "ok=1@0 ");
  EXPECT_EQ(layers.inventory.coverage.size(), 3U);
  EXPECT_EQ(layers.inventory.tampering.size(), 3U);
  EXPECT_FALSE(layers.inventory.complete);
}

TEST(Layer, FolderAndFileReplaceEachOther) {
  Layers layers;
  layers.apply(TarText().file("a/x", "1").file("b", "1").add("c", '2', "a"))
      .apply(TarText().file("a", "2").file("b/y", "2").file("c", "2"));
  // "b" is a file below, so "b/y" has no folder to lie in: an unpacker fails, Bulkhead names it.
  EXPECT_EQ(layers.files(), "a=2@1 b=1@0 c=2@1 ");
  EXPECT_FALSE(layers.inventory.complete);
}

TEST(Layer, FileOverTheLimitIsMissedNotCut) {
  base::Limits limits;
  limits.file_bytes = 4;
  Layers layers(limits);
  layers.apply(TarText().file("big", "12345").file("small", "1234"));
  EXPECT_EQ(layers.files(), "big=?@0 small=1234@0 ");
  EXPECT_TRUE(layers.reader.misses.contains("big"));
}

TEST(Layer, ClaimedSizeBeyondTheArchiveIsAnError) {
  TarText tar;
  tar.file("a", std::string(600, 'x'));
  tar.bytes.resize(900);
  Layers layers;
  layers.apply(tar);
  EXPECT_FALSE(layers.status);
  EXPECT_TRUE(layers.reader.misses.contains("a"));
}

TEST(Layer, DeepLinkNestsAreBounded) {
  TarText tar;
  tar.add("l0", '2', ".");
  for (int i = 1; i < 60; ++i) {
    tar.add("l" + std::to_string(i), '2', "l" + std::to_string(i - 1) + "/l" + std::to_string(i - 1));
  }
  tar.file("l59/x", "1");
  Layers layers;
  layers.apply(tar);
  EXPECT_FALSE(layers.inventory.complete);
}

}  // namespace
}  // namespace bulkhead::image
