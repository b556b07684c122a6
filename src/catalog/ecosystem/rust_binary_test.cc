#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(RustBinary, ListsWhatCargoTreeLists) {
  const model::Inventory inventory = FixtureTree().folder(fixture("rust_binary/good")).finish();
  EXPECT_EQ(name_lines(inventory), base::read_file(fixture("rust_binary/good.cargo-tree"), 1 << 20).value());
  EXPECT_TRUE(inventory.complete);
  EXPECT_TRUE(component_named(inventory, "shop-counter")->program);
  EXPECT_EQ(component_named(inventory, "memchr")->purl, "pkg:cargo/memchr@2.6.4");
  EXPECT_EQ(component_named(inventory, "memchr")->grade, model::Grade::content_identified);
}

TEST(RustBinary, DamagedListIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("rust_binary/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  EXPECT_EQ(inventory.coverage.at(0).what, "usr/local/bin/shop-counter");
}

}  // namespace
}  // namespace bulkhead::catalog
