#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(Npm, ListsInstalledPackages) {
  const model::Inventory inventory = FixtureTree().folder(fixture("npm/good")).finish();
  std::string lines;
  for (const model::Component& c : inventory.components) {
    lines += c.purl + " " + c.name + " " + c.paths.at(0) + "\n";
  }
  EXPECT_EQ(lines,
            "pkg:npm/%40babel/code-frame@7.29.7 @babel/code-frame srv/app/node_modules/@babel/code-frame/package.json\n"
            "pkg:npm/express@5.3.0 express srv/app/node_modules/express/package.json\n"
            "pkg:npm/iconv-lite@0.4.24 iconv-lite srv/app/node_modules/whatwg-encoding/node_modules/iconv-lite/package.json\n"
            "pkg:npm/tslib@2.9.1 tslib srv/app/node_modules/tslib/package.json\n"
            "pkg:npm/whatwg-encoding@1.0.5 whatwg-encoding srv/app/node_modules/whatwg-encoding/package.json\n");
  EXPECT_TRUE(inventory.complete);
}

TEST(Npm, BrokenFileIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("npm/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  ASSERT_EQ(inventory.coverage.size(), 1U);
  EXPECT_EQ(inventory.coverage[0].what, "srv/app/node_modules/express/package.json");
}

TEST(Npm, PackageJsonElsewhereIsNoPackage) {
  const std::string text = R"({"name":"x","version":"1.0.0"})";
  const model::Inventory inventory = FixtureTree()
                                         .file("srv/package.json", text)
                                         .file("srv/node_modules/x/test/fixtures/package.json", text)
                                         .file("srv/node_modules/package.json", text)
                                         .file("srv/node_modules/.bin/package.json", text)
                                         .finish();
  EXPECT_TRUE(inventory.components.empty());
  EXPECT_TRUE(inventory.complete);
}

TEST(Npm, SamePackageAtTwoPlacesIsOneComponent) {
  const std::string text = R"({"name":"@a/x","version":"1.0.0","license":"MIT"})";
  const model::Inventory inventory =
      FixtureTree().file("b/node_modules/@a/x/package.json", text).file("a/node_modules/alias/package.json", text).finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].paths,
            (std::vector<std::string>{"a/node_modules/alias/package.json", "b/node_modules/@a/x/package.json"}));
  EXPECT_EQ(inventory.components[0].licenses, std::vector<std::string>{"MIT"});
}

}  // namespace
}  // namespace bulkhead::catalog
