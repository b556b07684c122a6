// Property: whatever changed between two databases, matching again what can have changed gives what matching everything gives.
#include "match/rematch.h"

#include <gtest/gtest.h>

#include <random>

#include "advisory/writer.h"

namespace bulkhead::match {
namespace {

constexpr base::Moment kNow = 1'795'478'400;  // 2026-11-24
using Random = std::mt19937_64;

const char* pick(Random& random, std::initializer_list<const char*> all) { return *(all.begin() + random() % all.size()); }

std::string version(Random& random) {
  return std::to_string(random() % 4) + "." + std::to_string(random() % 6) + "." + std::to_string(random() % 3);
}

advisory::Advisory record(Random& random, int number) {
  advisory::Advisory a;
  a.id = "EXAMPLE-" + std::to_string(number);
  if (random() % 2 == 0) {
    a.aliases = {"ALIAS-" + std::to_string(random() % 40)};
  }
  a.published = "2025-0" + std::to_string(1 + random() % 9) + "-01";
  a.withdrawn = random() % 12 == 0 ? "2026-01-01" : "";
  a.severity = pick(random, {"low", "medium", "high", ""});
  for (uint64_t i = 0; i <= random() % 2; ++i) {
    advisory::Affected x;
    x.ecosystem = pick(random, {"npm", "PyPI", "Debian:12", "Debian:13"});
    x.package = "p" + std::to_string(random() % 12);
    x.ranges = "introduced 0\nfixed " + version(random);
    a.affected.push_back(std::move(x));
  }
  return a;
}

advisory::Content content(Random& random) {
  advisory::Content out;
  for (const char* name : {"one", "two"}) {
    advisory::FeedContent& c = out["osv/" + std::string(name)];
    c.feed.key = "osv/" + std::string(name);
    c.feed.source = "osv";
    c.feed.file = name;
    for (int i = 0; i < 30; ++i) {
      c.advisories.push_back(record(random, i + (name[0] == 't' ? 100 : 0)));
    }
    c.finish();
  }
  advisory::FeedContent& life = out["life_cycle/debian"];
  life.feed.key = "life_cycle/debian";
  life.feed.source = "life_cycle";
  life.cycles.push_back({"debian", "12", "bookworm", "2023-06-10", "2026-06-10", "2028-06-30", "", ""});
  return out;
}

// Something that a day brings.
void change(advisory::Content& all, Random& random) {
  std::vector<advisory::Advisory>& list = all.at(random() % 2 == 0 ? "osv/one" : "osv/two").advisories;
  switch (random() % 7) {
    case 0: list.push_back(record(random, 1000 + static_cast<int>(random() % 1000))); break;
    case 1: list.erase(list.begin() + static_cast<ptrdiff_t>(random() % list.size())); break;
    case 2: list[random() % list.size()].withdrawn = "2026-11-23"; break;
    case 3: list[random() % list.size()].severity = "critical"; break;
    case 4: list[random() % list.size()].aliases = {"ALIAS-" + std::to_string(random() % 40)}; break;  // flaws join or part
    case 5: {
      advisory::Advisory& a = list[random() % list.size()];
      if (!a.affected.empty()) {
        a.affected[0].ranges = "introduced 0\nfixed " + version(random);
      }
      break;
    }
    default:
      if (random() % 3 == 0) {
        all.at("life_cycle/debian").cycles[0].end_of_life = "2026-01-01";  // for everybody
      }
  }
  for (auto& [key, feed] : all) {
    feed.finish();
  }
}

model::Inventory inventory(Random& random) {
  model::Inventory out;
  for (int i = 0; i < 60; ++i) {
    model::Component c;
    c.type = pick(random, {"npm", "pypi", "deb"});
    c.name = "p" + std::to_string(random() % 15);
    c.version = version(random);
    if (c.type == "deb") {
      c.distro = pick(random, {"debian:12", "debian:12", "debian:13", "debian:10"});
      c.source_name = random() % 2 == 0 ? "p" + std::to_string(random() % 12) : "";
    }
    c.purl = "pkg:" + c.type + (c.type == "deb" ? "/debian/" : "/") + c.name + "@" + c.version;
    c.paths = {"f" + std::to_string(random() % 3)};
    out.components.push_back(std::move(c));
  }
  return out;
}

std::string lines(const std::vector<model::Finding>& findings) {
  std::string out;
  for (const model::Finding& f : findings) {
    base::JsonWriter w;
    model::write_finding(w, f);
    out += w.str() + "\n";
  }
  return out;
}

TEST(Rematch, EqualsMatchingEverything) {
  const std::string path = testing::TempDir() + "rematch.db";
  size_t spared = 0, changed_something = 0;
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    Random random(seed);
    advisory::Content feeds = content(random);
    const model::Inventory components = inventory(random);
    ASSERT_TRUE(advisory::write_database(feeds, path));
    auto before = advisory::Database::open(path);
    ASSERT_TRUE(before) << before.error().text();
    auto stored = match_and_store(components, *before, kNow, "test");
    ASSERT_TRUE(stored) << stored.error().text();
    EXPECT_EQ(lines(findings_of(*stored)), lines(match_inventory(components, *before, kNow)));
    for (int day = 0; day < 4; ++day) {
      const auto kept = stored_match_from_json(to_json(*stored), "stored");
      ASSERT_TRUE(kept) << kept.error().text();
      stored = *kept;
      for (uint64_t i = 0; i <= random() % 3; ++i) {
        change(feeds, random);
      }
      ASSERT_TRUE(advisory::write_database(feeds, path));
      const auto after = advisory::Database::open(path);
      ASSERT_TRUE(after) << after.error().text();
      const auto count = rematch(*stored, *after, kNow, "test");
      ASSERT_TRUE(count) << count.error().text();
      EXPECT_EQ(lines(findings_of(*stored)), lines(match_inventory(components, *after, kNow))) << "seed " << seed << ", day " << day;
      EXPECT_LE(count->matched, count->components);
      spared += count->components - count->matched;
      changed_something += count->changed > 0 ? 1 : 0;
      const auto again = rematch(*stored, *after, kNow, "test");
      EXPECT_EQ(again->matched, 0U);
      EXPECT_EQ(again->changed, 0U);
    }
  }
  EXPECT_GT(changed_something, 50U);
  EXPECT_GT(spared, 2000U);  // of 6,000: it would prove nothing to match all of them every time
}

TEST(Rematch, ADatePassingOrAnotherProgramMatchesAll) {
  const std::string path = testing::TempDir() + "rematch_date.db";
  Random random(99);
  ASSERT_TRUE(advisory::write_database(content(random), path));
  const auto db = advisory::Database::open(path);
  const model::Inventory components = inventory(random);
  auto stored = match_and_store(components, *db, kNow, "test");
  ASSERT_TRUE(stored);
  constexpr base::Moment kLater = 1'861'920'000;  // 2029-01-01: bookworm's support is over
  const auto count = rematch(*stored, *db, kLater, "test");
  ASSERT_TRUE(count);
  EXPECT_EQ(count->matched, count->components);
  EXPECT_NE(count->why_all.find("debian"), std::string::npos);
  EXPECT_EQ(lines(findings_of(*stored)), lines(match_inventory(components, *db, kLater)));
  EXPECT_EQ(rematch(*stored, *db, kLater, "other")->matched, components.components.size());
}

TEST(Rematch, RefusesAResultThatDoesNotFit) {
  const std::string path = testing::TempDir() + "rematch_bad.db";
  Random random(5);
  ASSERT_TRUE(advisory::write_database(content(random), path));
  const auto db = advisory::Database::open(path);
  const std::string good = to_json(*match_and_store(inventory(random), *db, kNow, "test"));
  EXPECT_TRUE(stored_match_from_json(good, "good"));
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"\"common\":[0", "\"common\":[99999"},
                                 {"stored_match/1", "stored_match/2"},
                                 {"\"prints\":[", "\"prints\":[1,"},
                                 {"\"parts\":[", "\"parts\":[{},"}}) {
    std::string bad = good;
    const size_t at = bad.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bad.replace(at, from.size(), to);
    EXPECT_FALSE(stored_match_from_json(bad, "bad")) << from;
  }
}

}  // namespace
}  // namespace bulkhead::match
