// For the room's tests: a database of records made by hand, and components from purls.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "advisory/writer.h"
#include "match/matcher.h"

namespace bulkhead::match {

constexpr base::Moment kTestDay = 1'795'478'400;  // 2026-11-24

inline advisory::Advisory test_record(std::string id, std::vector<std::string> aliases, advisory::Affected affected) {
  advisory::Advisory a;
  a.id = std::move(id);
  a.aliases = std::move(aliases);
  a.affected.push_back(std::move(affected));
  return a;
}

inline advisory::Database test_database(std::vector<advisory::Advisory> records, std::vector<advisory::Cycle> cycles = {},
                                        const std::string& source = "osv") {
  advisory::Content content;
  advisory::FeedContent& feed = content[source + "/test"];
  feed.feed.key = source + "/test";
  feed.feed.source = source;
  feed.advisories = std::move(records);
  feed.cycles = std::move(cycles);
  feed.finish();
  const std::string path = testing::TempDir() + "match_test.db";
  EXPECT_TRUE(advisory::write_database(content, path));
  auto db = advisory::Database::open(path);
  EXPECT_TRUE(db);
  return *std::move(db);
}

inline model::Inventory test_inventory(const std::vector<std::string>& purls) {
  model::Inventory out;
  for (const std::string& purl : purls) {
    out.components.push_back(*component_of_purl(purl));
  }
  return out;
}

// "GHSA-x fixed_available 1.2.0", one a finding.
inline std::vector<std::string> test_words(const std::vector<model::Finding>& findings) {
  std::vector<std::string> out;
  for (const model::Finding& f : findings) {
    out.push_back(f.id + " " + model::status_name(f.status) + (f.fixed_version.empty() ? "" : " " + f.fixed_version));
  }
  return out;
}

}  // namespace bulkhead::match
