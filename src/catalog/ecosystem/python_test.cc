#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(Python, ListsWhatPythonLists) {
  const model::Inventory inventory = FixtureTree().folder(fixture("python/good")).finish();
  EXPECT_EQ(name_lines(inventory), base::read_file(fixture("python/good.list"), 1 << 20).value());
  EXPECT_TRUE(inventory.complete);
}

TEST(Python, PurlHasTheNormalName) {
  const model::Inventory inventory = FixtureTree()
                                         .folder(fixture("python/good"))
                                         .file("a/Zope.__Interface-5.dist-info/METADATA", "Name: Zope.__Interface\nVersion: 5\n\nVersion: 6\n")
                                         .finish();
  EXPECT_EQ(component_named(inventory, "zope.event")->purl, "pkg:pypi/zope-event@5.0");
  EXPECT_EQ(component_named(inventory, "Zope.__Interface")->purl, "pkg:pypi/zope-interface@5");
}

TEST(Python, GradeFollowsTheRecord) {
  const model::Inventory inventory = FixtureTree().folder(fixture("python/good")).finish();
  EXPECT_EQ(component_named(inventory, "zope.event")->grade, model::Grade::files_match);
  EXPECT_EQ(component_named(inventory, "six")->grade, model::Grade::claimed);  // six.py was changed
  EXPECT_EQ(component_named(inventory, "PyJWT")->grade, model::Grade::claimed);
  EXPECT_TRUE(inventory.tampering.empty());
}

TEST(Python, MetadataThatDiffersFromItsRecordIsASignOfTampering) {
  const std::string path = "opt/app/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA";
  std::string metadata = base::read_file(fixture("python/good/" + path), 1 << 20).value();
  metadata.replace(metadata.find("1.16.0"), 6, "9.99.9");
  const model::Inventory inventory = FixtureTree().folder(fixture("python/good")).file(path, metadata).finish();
  ASSERT_EQ(inventory.tampering.size(), 1U);
  EXPECT_EQ(inventory.tampering[0].check, "package_metadata_changed");
  EXPECT_EQ(inventory.tampering[0].path, path);
}

TEST(Python, EggsOfEachForm) {
  const std::string text = "Metadata-Version: 1.1\r\nName: x\r\nVersion: 1.0\r\n";
  for (const char* path : {"a/x-1.0.egg-info", "a/x.egg-info/PKG-INFO", "a/x-1.0-py3.egg/EGG-INFO/PKG-INFO"}) {
    const model::Inventory inventory = FixtureTree().file(path, text).finish();
    ASSERT_EQ(inventory.components.size(), 1U) << path;
    EXPECT_EQ(inventory.components[0].purl, "pkg:pypi/x@1.0") << path;
  }
}

TEST(Python, MetadataWithoutNameIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("python/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  ASSERT_EQ(inventory.coverage.size(), 1U);
  EXPECT_TRUE(inventory.coverage[0].what.ends_with("six-1.16.0.dist-info/METADATA"));
}

// Debian's python3-six is judged by Debian; a copy that somebody changed is judged as six, and the change is a sign of tampering.
TEST(Python, DistributionsThatDebianOwnsAreLeftToDebian) {
  const std::string metadata = "Name: six\nVersion: 1.16.0\n";
  const auto read = [&](const std::string& content) {
    FixtureTree tree;
    tree.file("etc/os-release", "ID=debian\nVERSION_ID=12\n");
    tree.file("var/lib/dpkg/status",
              "Package: python3-six\nStatus: install ok installed\nArchitecture: all\nVersion: 1.16.0-4\nMaintainer: D <d@debian.org>\n");
    tree.file("var/lib/dpkg/info/python3-six.md5sums",
              base::hash_hex(base::HashKind::md5, metadata) + "  usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO\n");
    tree.file("usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO", content);
    return tree.finish();
  };
  const model::Inventory unchanged = read(metadata);
  EXPECT_EQ(component_named(unchanged, "six"), nullptr);
  EXPECT_TRUE(unchanged.tampering.empty());
  const auto note = std::ranges::find(unchanged.coverage, "python", &model::CoverageNote::what);
  ASSERT_NE(note, unchanged.coverage.end());
  EXPECT_NE(note->why.find("judged by that package"), std::string::npos);
  const model::Inventory changed = read("Name: six\nVersion: 9.0\n");
  ASSERT_NE(component_named(changed, "six"), nullptr);
  ASSERT_EQ(changed.tampering.size(), 1U);
  EXPECT_EQ(changed.tampering[0].check, "package_file_changed");
}

}  // namespace
}  // namespace bulkhead::catalog
