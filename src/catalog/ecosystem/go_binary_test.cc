#include <gtest/gtest.h>

#include "base/text.h"
#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

// The lines of `go version -m` as "name version", replacements in place of what they replace.
std::vector<std::string> expected_modules(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::vector<std::string_view> parts = base::split(line, '\t');
    if (parts.size() < 3) {
      if (line.starts_with("api: go")) {
        out.push_back("stdlib " + std::string(line.substr(7)));
      }
      continue;
    }
    std::string module = std::string(parts[2]) + " " + std::string(parts.size() > 3 && parts[3] != "(devel)" ? parts[3] : "");
    if (parts[1] == "=>") {
      out.back() = module;
    } else if (parts[1] == "mod" || parts[1] == "dep") {
      out.push_back(module);
    }
  }
  std::ranges::sort(out);
  return out;
}

TEST(GoBinary, AgreesWithGoVersion) {
  const model::Inventory inventory = FixtureTree().folder(fixture("go_binary/good")).finish();
  std::vector<std::string> found;
  for (const model::Component& c : inventory.components) {
    found.push_back(c.name + " " + c.version);
    EXPECT_EQ(c.grade, model::Grade::content_identified);
    EXPECT_EQ(c.paths, std::vector<std::string>{"usr/bin/api"});
  }
  std::ranges::sort(found);
  EXPECT_EQ(found, expected_modules(base::read_file(fixture("go_binary/good.go-version"), 1 << 20).value()));
  EXPECT_EQ(found.size(), 5U);
  EXPECT_EQ(component_named(inventory, "rsc.io/sampler")->purl, "pkg:golang/rsc.io/sampler@v1.99.99");
}

TEST(GoBinary, CutInformationIsNamed) {
  const model::Inventory inventory = FixtureTree().folder(fixture("go_binary/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  ASSERT_EQ(inventory.coverage.size(), 1U);
  EXPECT_EQ(inventory.coverage[0].what, "usr/bin/api");
}

TEST(GoBinary, EveryCutAndBitFlipIsReadOrNamed) {
  const std::string good = base::read_file(fixture("go_binary/good/usr/bin/api"), 1 << 20).value();
  for (size_t at = 0; at < good.size(); at += 5) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    (void)FixtureTree().file("bin/api", bad).finish();
    (void)FixtureTree().file("bin/api", good.substr(0, at)).finish();
  }
}

}  // namespace
}  // namespace bulkhead::catalog
