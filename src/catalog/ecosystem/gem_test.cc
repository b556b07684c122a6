#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

TEST(Gem, ListsWhatGemLists) {
  const model::Inventory inventory = FixtureTree().folder(fixture("gem/good")).finish();
  EXPECT_EQ(name_lines(inventory), base::read_file(fixture("gem/good.gem-list"), 1 << 20).value());
  EXPECT_TRUE(inventory.complete);
  EXPECT_EQ(component_named(inventory, "rake")->licenses, std::vector<std::string>{"MIT"});
}

TEST(Gem, PlatformIsInThePurl) {
  const model::Inventory inventory = FixtureTree()
                                         .file("g/specifications/nokogiri-1.15.4-x86_64-linux.gemspec",
                                               "# stub: nokogiri 1.15.4 x86_64-linux lib\nGem::Specification.new do |s|\nend\n")
                                         .finish();
  EXPECT_EQ(inventory.components.at(0).purl, "pkg:gem/nokogiri@1.15.4?platform=x86_64-linux");
}

TEST(Gem, WithoutStubTheAssignmentsSpeakThenTheFileName) {
  const model::Inventory inventory = FixtureTree()
                                         .file("g/specifications/a.gemspec",
                                               "Gem::Specification.new do |spec|\n  spec.name = 'a-b'\n  spec.version = "
                                               "Gem::Version.new(\"2.0\")\n  spec.license = 'MIT'\nend\n")
                                         .file("g/specifications/net-http-0.2.0.gemspec", "Gem::Specification.new { |s| s.version = VERSION }\n")
                                         .finish();
  EXPECT_EQ(name_lines(inventory), "a-b\t2.0\nnet-http\t0.2.0\n");
}

TEST(Gem, SourceTreesAreNoInstalledGems) {
  EXPECT_TRUE(FixtureTree().file("g/gems/rake-13.0.6/rake.gemspec", "# stub: rake 13.0.6 ruby lib\n").finish().components.empty());
}

TEST(Gem, NamelessGemspecIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("gem/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  EXPECT_EQ(inventory.coverage.at(0).what, "usr/lib/ruby/gems/3.1.0/specifications/unknown.gemspec");
}

}  // namespace
}  // namespace bulkhead::catalog
