#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(Composer, ListsWhatComposerShowsButMetapackages) {
  const model::Inventory inventory = FixtureTree().folder(fixture("composer/good")).finish();
  EXPECT_EQ(name_lines(inventory) + "shop/meta\t1.0.0\n", base::read_file(fixture("composer/good.composer-show"), 1 << 20).value());
  EXPECT_EQ(component_named(inventory, "psr/log")->purl, "pkg:composer/psr/log@v1.1.4");
  EXPECT_EQ(component_named(inventory, "psr/log")->licenses, std::vector<std::string>{"MIT"});
}

TEST(Composer, VersionOneWroteAnArray) {
  const model::Inventory inventory =
      FixtureTree().file("v/composer/installed.json", R"([{"name":"a/b","version":"1.0","type":"library"}])").finish();
  EXPECT_EQ(name_lines(inventory), "a/b\t1.0\n");
}

TEST(Composer, BrokenFileIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("composer/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  EXPECT_EQ(inventory.coverage.at(0).what, "srv/app/vendor/composer/installed.json");
  EXPECT_FALSE(FixtureTree().file("v/composer/installed.json", "{}").finish().complete);
}

}  // namespace
}  // namespace bulkhead::catalog
