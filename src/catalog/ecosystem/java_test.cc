#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(Java, ReadsNestedShadedAndNamedArchives) {
  const model::Inventory inventory = FixtureTree().folder(fixture("java/good")).finish();
  std::string lines;
  for (const model::Component& c : inventory.components) {
    lines += c.purl + " " + c.name;
    for (const std::string& path : c.paths) {
      lines += " " + path;
    }
    lines += "\n";
  }
  EXPECT_EQ(lines,
            "pkg:maven/com.google.guava/failureaccess@1.0.1 com.google.guava:failureaccess opt/app/failureaccess-1.0.1.jar "
            "opt/app/shop.war!/WEB-INF/lib/failureaccess-1.0.1.jar\n"
            "pkg:maven/inner@0.1 inner opt/app/shop.war!/WEB-INF/lib/inner-0.1.ear\n"
            "pkg:maven/org.example.deep/tool@2.1-rc1 org.example.deep:tool "
            "opt/app/shop.war!/WEB-INF/lib/inner-0.1.ear!/WEB-INF/lib/tool-2.1-rc1.jar\n"
            "pkg:maven/org.example.dep/dep@1.2.3.Final org.example.dep:dep opt/app/all.jar\n"
            "pkg:maven/org.example/all@3.0 org.example:all opt/app/all.jar\n"
            "pkg:maven/org.jenkins-ci.plugins/git-client@3.11.0 org.jenkins-ci.plugins:git-client opt/app/git-client.jpi\n");
  EXPECT_TRUE(inventory.complete);
}

TEST(Java, CutArchiveIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("java/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  ASSERT_EQ(inventory.coverage.size(), 1U);
  EXPECT_EQ(inventory.coverage[0].what, "opt/app/failureaccess-1.0.1.jar");
  EXPECT_NE(inventory.coverage[0].why.find("no end record"), std::string::npos);
}

TEST(Java, NestingDeeperThanTheLimitIsSaid) {
  base::Limits limits;
  limits.nested_archives = 1;
  const model::Inventory inventory = FixtureTree(limits).folder(fixture("java/good")).finish();
  EXPECT_FALSE(inventory.complete);
  EXPECT_EQ(component_named(inventory, "org.example.deep:tool"), nullptr);
  EXPECT_NE(component_named(inventory, "inner"), nullptr);
}

TEST(Java, EveryBitFlipIsReadOrNamed) {
  const std::string good = base::read_file(fixture("java/good/opt/app/shop.war"), 1 << 20).value();
  for (size_t at = 0; at < good.size(); at += 3) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    (void)FixtureTree().file("a/shop.war", bad).finish();  // must neither crash nor read out of bounds (sanitizers)
  }
}

}  // namespace
}  // namespace bulkhead::catalog
