#include "advisory/internal/requirement.h"

#include <gmock/gmock.h>

#include "model/npm_range.h"
#include "model/version_range.h"

namespace bulkhead::advisory {
namespace {

std::vector<model::RangeEvent> events_of(std::string_view lines) {
  std::vector<model::RangeEvent> out;
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    lines = end == lines.npos ? std::string_view() : lines.substr(end + 1);
    using Kind = model::RangeEvent::Kind;
    const std::string_view word = line.substr(0, line.find(' '));
    out.push_back({word == "fixed"           ? Kind::fixed
                   : word == "last_affected" ? Kind::last_affected
                                             : Kind::introduced,
                   line.substr(word.size() + 1)});
  }
  return out;
}

std::string lines(const char* text, Flavour flavour) {
  const auto intervals = parse_requirement(text, flavour);
  return intervals ? range_lines(*intervals, flavour) : "cannot be read";
}

TEST(Requirement, CargosTableOfCarets) {
  // The Cargo book, "Default requirements" and "Tilde requirements".
  EXPECT_EQ(lines("^1.2.3", Flavour::cargo), "introduced 1.2.3\nfixed 2.0.0-0");
  EXPECT_EQ(lines("1.2", Flavour::cargo), "introduced 1.2.0\nfixed 2.0.0-0");
  EXPECT_EQ(lines("0.2.3", Flavour::cargo), "introduced 0.2.3\nfixed 0.3.0-0");
  EXPECT_EQ(lines("0.0.3", Flavour::cargo), "introduced 0.0.3\nfixed 0.0.4-0");
  EXPECT_EQ(lines("~1.2.3", Flavour::cargo), "introduced 1.2.3\nfixed 1.3.0-0");
  EXPECT_EQ(lines("~1", Flavour::cargo), "introduced 1.0.0\nfixed 2.0.0-0");
}

TEST(Requirement, RubysPessimisticOperator) {
  // RubyGems guides, "Pessimistic version constraint": ~> 2.2.0 is >= 2.2.0 and < 2.3.0, ~> 2.2 is >= 2.2 and < 3.0.
  EXPECT_EQ(lines("~> 2.2.0", Flavour::gem), "introduced 2.2.0\nfixed 2.3.a");
  EXPECT_EQ(lines("~> 2.2", Flavour::gem), "introduced 2.2\nfixed 3.a");
  EXPECT_EQ(lines("> 1.2.3, <= 2.0", Flavour::gem), "introduced 1.2.3.0.1\nlast_affected 2.0");
}

TEST(Requirement, WhatCannotBeReadIsNotGuessed) {
  EXPECT_FALSE(parse_requirement("!= 1.0", Flavour::cargo));
  EXPECT_FALSE(parse_requirement("latest", Flavour::cargo));
  EXPECT_FALSE(parse_requirement(">= ", Flavour::gem));
  EXPECT_FALSE(affected_lines({">= one"}, {}, Flavour::cargo));
  EXPECT_EQ(parse_requirement("> 2.0, < 1.0", Flavour::gem)->size(), 0U);  // takes nothing
}

TEST(Requirement, NothingIsLeftWhereAllIsPatched) {
  EXPECT_EQ(affected_lines({}, {}, Flavour::cargo), "introduced 0");
  EXPECT_EQ(affected_lines({"> 0.1"}, {"<= 0.1"}, Flavour::gem), "");
}

// Against node-semver's rules as model/npm_range reads them: every version of a grid is in exactly one of a range and its
// complement, and in the lines exactly where it is in the range.
TEST(Requirement, RangesAndTheirComplementsPartAllVersions) {
  const model::Scheme& npm = *model::scheme("npm");
  const char* const kRanges[] = {"^1.2.3",      "1.x || >=2.5.0", "~2.1",    ">1.1 <=2.2.2",
                                 "<1.0.0 || 2", "1.0.1 - 2.0.1",  ">=0.0.0", "^0.1 || ^0.2.1"};
  for (const char* text : kRanges) {
    const auto intervals = parse_requirement(text, Flavour::npm);
    ASSERT_TRUE(intervals) << text;
    const auto rest = complement(*intervals, npm);
    ASSERT_TRUE(rest) << text;
    const auto oracle = model::NpmRange::parse(text, true);
    ASSERT_TRUE(oracle) << text;
    // Sorted and parted from one another: the complement of the complement.
    const auto whole = complement(*rest, npm);
    ASSERT_TRUE(whole) << text;
    const std::string in_lines = range_lines(*whole, Flavour::npm), out_lines = range_lines(*rest, Flavour::npm);
    for (int major = 0; major < 4; ++major) {
      for (int minor = 0; minor < 4; ++minor) {
        for (int patch = 0; patch < 4; ++patch) {
          const std::string version = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
          const bool inside = *oracle->contains(version);
          EXPECT_EQ(model::in_range(npm, version, events_of(in_lines)).inside == model::Tri::yes, inside) << text << " " << version;
          EXPECT_EQ(model::in_range(npm, version, events_of(out_lines)).inside == model::Tri::yes, !inside) << text << " " << version;
        }
      }
    }
  }
}

TEST(Requirement, EndsOfRangesAsTheyWereMeant) {
  EXPECT_EQ(whole_versions("introduced 0\nfixed 3.11"), "introduced 0\nfixed 3.11.0");
  EXPECT_EQ(whole_versions("introduced 4\nfixed 4.5.6"), "introduced 4.0.0\nfixed 4.5.6");
  EXPECT_EQ(whole_versions("fixed 1.9.0b1"), "fixed 1.9.0-b1");
  EXPECT_EQ(whole_versions("fixed 1.0.0.beta.3"), "fixed 1.0.0-beta.3");
  EXPECT_EQ(whole_versions("fixed 2.0-rc.1"), "fixed 2.0.0-rc.1");
  EXPECT_EQ(whole_versions("fixed 1.2.3-beta.1"), "fixed 1.2.3-beta.1");
  EXPECT_EQ(whole_versions("fixed 1.2.3-0"), "fixed 1.2.3-0");
  EXPECT_EQ(whole_versions("fixed 1.2.3+build"), "fixed 1.2.3+build");
  EXPECT_EQ(whole_versions("fixed 1.2.3.4"), "fixed 1.2.3.4");
  EXPECT_EQ(whole_versions("fixed v1.2"), "fixed v1.2");
  EXPECT_EQ(whole_versions("introduced 1.0\nlast_affected 1.2\n\nintroduced 2.0"),
            "introduced 1.0.0\nlast_affected 1.2\n\nintroduced 2.0.0");
  EXPECT_EQ(whole_versions(""), "");
}

}  // namespace
}  // namespace bulkhead::advisory
