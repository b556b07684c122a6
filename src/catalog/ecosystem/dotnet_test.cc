#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

// Of the file's ten libraries one is the program and one, Microsoft.SourceLink.GitHub, was only needed to compile.
TEST(Dotnet, ListsTheLibrariesBesideTheProgram) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dotnet/good")).finish();
  EXPECT_TRUE(inventory.complete);
  EXPECT_EQ(component_named(inventory, "Python.Runtime"), nullptr);
  EXPECT_EQ(component_named(inventory, "Microsoft.SourceLink.GitHub"), nullptr);
  ASSERT_NE(component_named(inventory, "System.Buffers"), nullptr);
  EXPECT_EQ(component_named(inventory, "System.Buffers")->purl, "pkg:nuget/System.Buffers@4.6.1");
  EXPECT_EQ(component_named(inventory, "Microsoft.CSharp")->version, "4.7.0");
}

TEST(Dotnet, RuntimePackIsTheRuntime) {
  const model::Inventory inventory =
      FixtureTree()
          .file("app/a.deps.json",
                R"({"targets":{"t":{"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.5":{"native":{"libcoreclr.so":{}}}}},
                    "libraries":{"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.5":{"type":"runtimepack"}}})")
          .finish();
  EXPECT_EQ(inventory.components.at(0).purl, "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@6.0.5");
}

TEST(Dotnet, BrokenFileIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dotnet/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  EXPECT_EQ(inventory.coverage.at(0).what, "app/Python.Runtime.deps.json");
}

}  // namespace
}  // namespace bulkhead::catalog
