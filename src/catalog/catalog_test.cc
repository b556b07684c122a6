#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

// What every row promises.
TEST(CatalogerTable, NamesAreSortedAndUnique) {
  std::string last;
  for (const Cataloger* row : catalogers()) {
    EXPECT_LT(last, row->name);
    last = row->name;
    EXPECT_NE(row->wants, nullptr);
    EXPECT_TRUE((row->read != nullptr) != (row->finish != nullptr)) << row->name;
  }
}

TEST(CatalogerTable, GoodFixturesAreCompleteAndTheSameTwice) {
  for (const char* row : {"apk", "composer", "dotnet", "dpkg", "gem", "go_binary", "java", "npm", "python", "rpm", "rust_binary"}) {
    const std::string path = fixture(std::string(row) + "/good");
    const model::Inventory first = FixtureTree().folder(path).finish();
    EXPECT_TRUE(first.complete) << row;
    EXPECT_FALSE(first.components.empty()) << row;
    EXPECT_EQ(model::to_json(first), model::to_json(FixtureTree().folder(path).finish())) << row;
    const model::Inventory corrupt = FixtureTree().folder(fixture(std::string(row) + "/corrupt")).finish();
    EXPECT_FALSE(corrupt.complete) << row;
  }
}

TEST(Catalog, ContentThatIsNoLongerInTheTreeDoesNotCount) {
  FixtureTree tree;
  tree.file("a/node_modules/x/package.json", R"({"name":"x","version":"1.0.0"})");
  tree.tree().root().children.clear();
  EXPECT_TRUE(tree.finish().components.empty());
}

// What is made of a file's digests depends on the databases that are in the tree, never on a guess: none announced, all are made.
TEST(Catalog, DigestsFollowTheAnnouncedDatabase) {
  const auto digests = [](const char* first) {
    Catalog catalog({});
    (void)catalog.wish({first, 1, 0}, "");
    return static_cast<int>(catalog.wish({"usr/bin/x", 1, 1}, "").digests);
  };
  EXPECT_EQ(digests("etc/debian_version"), base::kDigestMd5);
  EXPECT_EQ(digests("etc/apk/world"), base::kDigestSha1);
  EXPECT_EQ(digests("bin/x") & base::kDigestMd5, base::kDigestMd5);
  EXPECT_EQ(digests("bin/x") & base::kDigestSha1, base::kDigestSha1);
}

TEST(Catalog, ComponentsOverTheLimitAreSaid) {
  base::Limits limits;
  limits.components = 1;
  FixtureTree tree(limits);
  tree.file("a/node_modules/x/package.json", R"({"name":"x","version":"1.0.0"})")
      .file("a/node_modules/y/package.json", R"({"name":"y","version":"1.0.0"})");
  const model::Inventory inventory = tree.finish();
  EXPECT_EQ(inventory.components.size(), 1U);
  EXPECT_FALSE(inventory.complete);
}

}  // namespace
}  // namespace bulkhead::catalog
