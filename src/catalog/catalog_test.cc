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
  for (const char* row : {"dpkg", "go_binary", "java", "npm"}) {
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
