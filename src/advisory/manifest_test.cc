#include "advisory/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace bulkhead::advisory {
namespace {

DatabaseManifest manifest() {
  DatabaseManifest m;
  m.serial = 1'795'478'400;
  m.bytes = 4096;
  m.sha256 = std::string(64, 'a');
  m.parts = {{"kev", "kev", "kev.json", std::string(64, 'b'), "2026-08-07", 1662, 0},
             {"osv/Go.zip", "osv", "Go.zip", std::string(64, 'c'), "2026-08-21", 4291, 3}};
  return m;
}

TEST(Manifest, ComesBackFromItsText) {
  const auto again = database_manifest_from_json(to_json(manifest()), "test");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(to_json(*again), to_json(manifest()));
  EXPECT_FALSE(mirror_manifest_from_json(to_json(manifest()), "test"));  // one kind is never taken for the other
  MirrorManifest m{manifest().serial,
                   9000,
                   std::string(64, 'd'),
                   {"database-1.zst", 100, std::string(64, 'e'), ""},
                   {{"delta-1.bhd", 10, std::string(64, 'f'), std::string(64, '0')}},
                   manifest().parts};
  const auto mirror = mirror_manifest_from_json(to_json(m), "test");
  ASSERT_TRUE(mirror) << mirror.error().text();
  EXPECT_EQ(to_json(*mirror), to_json(m));
  for (const char* name : {"../x", "/etc/passwd", "a/b", "", ".hidden", "a b", "https:"}) {
    m.whole.file = name;
    EXPECT_FALSE(mirror_manifest_from_json(to_json(m), "test")) << name;
  }
}

TEST(Manifest, SignedTextIsRefusedWhereAnythingIsMissing) {
  const auto key = base::SigningKey::generate();
  ASSERT_TRUE(key);
  const auto text = SignedText::sign(to_json(manifest()), *key);
  ASSERT_TRUE(text);
  const auto again = SignedText::parse(text->text(), "test");
  ASSERT_TRUE(again);
  EXPECT_TRUE(key->public_key().verify(again->payload, again->signature));
  EXPECT_EQ(again->key, key->id());
  const std::string whole = text->text();
  for (size_t cut = 0; cut < whole.size() - 2; cut += 7) {
    EXPECT_FALSE(SignedText::parse(std::string_view(whole).substr(0, cut), "test")) << cut;
  }
}

TEST(Manifest, TrailerIsFoundAtTheEndOfAFileOnly) {
  const auto key = base::SigningKey::generate();
  const auto text = SignedText::sign(to_json(manifest()), *key);
  const std::string path = testing::TempDir() + "trailer";
  const auto read = [&](const std::string& bytes) {
    EXPECT_TRUE(base::write_file_atomic(path, bytes));
    return read_trailer(base::open_read(path)->get(), path);
  };
  const std::string trailer = trailer_bytes(*text), pages(4096, 'x');
  auto found = read(pages + trailer);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->bytes, trailer.size());
  EXPECT_EQ((*found)->text.payload, text->payload);
  EXPECT_FALSE(*read(pages));
  EXPECT_FALSE(*read(pages + trailer + "x"));
  EXPECT_FALSE(*read(""));
  EXPECT_FALSE(read(trailer.substr(trailer.size() - 16)));  // the length leads out of the file
  EXPECT_FALSE(read(std::string(8, '\xFF') + "BHadSig1"));
  EXPECT_FALSE(read(pages + std::string(8, '\0') + "BHadSig1"));  // an empty text
}

TEST(Manifest, PartsThatShrinkAreNamedWithBothCounts) {
  const std::vector<Part> before = manifest().parts;
  std::vector<Part> after = before;
  after[1].records = 3433;  // 4,291 × 0.8 = 3,432.8
  EXPECT_TRUE(shrunk_parts(before, after, 20, true).empty());
  after[1].records = 3432;
  EXPECT_EQ(shrunk_text(shrunk_parts(before, after, 20, true)), "osv/Go.zip went from 4,291 records to 3,432");
  after.erase(after.begin());
  EXPECT_EQ(shrunk_parts(before, after, 20, true).size(), 2U);
  EXPECT_EQ(shrunk_parts(before, after, 20, false).size(), 1U);
  EXPECT_TRUE(shrunk_parts(before, after, 100, true).empty());
}

}  // namespace
}  // namespace bulkhead::advisory
