#include <gtest/gtest.h>

#include "base/base64.h"
#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

constexpr std::string_view kRelease = "ID=alpine\nVERSION_ID=3.20.3\n";
constexpr std::string_view kRepositories = "https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n";

std::string sha1_base64(std::string_view content) {
  std::array<uint8_t, 20> digest{};
  base::Hasher hasher(base::HashKind::sha1);
  hasher.update(content);
  hasher.finish_into(digest);
  return base::encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(Apk, ListsWhatTheDatabaseHolds) {
  const model::Inventory inventory = FixtureTree().folder(fixture("apk/good")).finish();
  for (const model::Component& c : inventory.components) {
    EXPECT_EQ(c.distro, "alpine:3.14.1") << c.name;
  }
  EXPECT_EQ(component_lines(inventory), base::read_file(fixture("apk/good.list"), 1 << 20).value());
  EXPECT_TRUE(inventory.complete);
  EXPECT_EQ(component_named(inventory, "libssl1.1")->purl, "pkg:apk/alpine/libssl1.1@1.1.1k-r0?arch=armv7&distro=alpine-3.14.1");
}

TEST(Apk, GradeFollowsTheChecksums) {
  const model::Inventory inventory = FixtureTree().folder(fixture("apk/good")).finish();
  EXPECT_EQ(component_named(inventory, "alpine-baselayout")->grade, model::Grade::files_match);
  EXPECT_EQ(component_named(inventory, "musl")->grade, model::Grade::claimed);  // none of its files is there
  EXPECT_EQ(component_named(inventory, "musl-utils")->grade, model::Grade::claimed);
  const auto note = std::ranges::find(inventory.coverage, "package musl-utils", &model::CoverageNote::what);
  ASSERT_NE(note, inventory.coverage.end());
  EXPECT_NE(note->why.find("usr/bin/ldd"), std::string::npos);
  ASSERT_EQ(inventory.tampering.size(), 1U);  // a command that names no package
  EXPECT_EQ(inventory.tampering[0].path, "usr/bin/ldd");
}

TEST(Apk, BrokenLinesAreNamedAndTheRestIsRead) {
  const model::Inventory inventory = FixtureTree().folder(fixture("apk/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  const auto note = std::ranges::find(inventory.coverage, "lib/apk/db/installed, line 21", &model::CoverageNote::what);
  EXPECT_NE(note, inventory.coverage.end());
  EXPECT_NE(component_named(inventory, "libssl1.1"), nullptr);
}

TEST(Apk, WolfiKeepsItsDatabaseBelowUsr) {
  FixtureTree tree;
  tree.file("etc/os-release", "ID=wolfi\nVERSION_ID=20230201\n")
      .file("usr/lib/apk/db/installed", "P:glibc\nV:2.40-r3\nA:x86_64\no:glibc\n")
      .link("lib", "usr/lib");
  const model::Inventory inventory = tree.finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].purl, "pkg:apk/wolfi/glibc@2.40-r3?arch=x86_64&distro=wolfi-20230201");
}

TEST(Apk, ChecksumOfTheThirdVersionIsNotCompared) {
  FixtureTree tree;
  tree.file("etc/os-release", kRelease).file("usr/bin/a", "x");
  tree.file("lib/apk/db/installed", "P:a\nV:1-r0\nA:noarch\nF:usr/bin\nR:a\nZ:Q2AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
  const model::Inventory inventory = tree.finish();
  EXPECT_EQ(inventory.components.at(0).grade, model::Grade::claimed);
  EXPECT_TRUE(inventory.complete);
}

TEST(Apk, PackagesOfAnUnknownReleaseAreIncomplete) {
  EXPECT_FALSE(FixtureTree().file("lib/apk/db/installed", "P:a\nV:1-r0\n").finish().complete);
}

// A Go program in an Alpine package carries Alpine's fixes; a changed one, or one from another repository, speaks for itself.
TEST(Apk, OwnedFilesAreLeftToTheDistributionOnlyWhenUnchanged) {
  const std::string program = base::read_file(fixture("go_binary/good/usr/bin/api"), 1 << 20).value();
  const auto read = [&](std::string_view repositories, const std::string& content) {
    FixtureTree tree;
    tree.file("etc/apk/repositories", repositories).file("etc/os-release", kRelease);
    tree.file("lib/apk/db/installed", "P:api\nV:1-r0\nA:x86_64\nF:usr/bin\nR:api\nZ:Q1" + sha1_base64(program) + "\n");
    tree.file("usr/bin/api", content);
    return tree.finish();
  };
  const model::Inventory unchanged = read(kRepositories, program);
  EXPECT_EQ(component_named(unchanged, "stdlib"), nullptr);
  EXPECT_TRUE(unchanged.tampering.empty());
  const model::Inventory changed = read(kRepositories, program + "x");
  EXPECT_NE(component_named(changed, "stdlib"), nullptr);
  ASSERT_EQ(changed.tampering.size(), 1U);
  EXPECT_EQ(changed.tampering[0].check, "package_file_changed");
  EXPECT_EQ(changed.tampering[0].path, "usr/bin/api");
  for (const char* other : {"", "https://pkgs.example/alpine-packages\n", "# none\n",
                            "https://dl-cdn.alpinelinux.org/alpine/v3.20/main\nhttps://nginx.org/packages/alpine/v3.20/main/x\n"}) {
    EXPECT_NE(component_named(read(other, program), "stdlib"), nullptr) << other;
  }
}

}  // namespace
}  // namespace bulkhead::catalog
