#include "advisory/delta.h"

#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/hash.h"

namespace bulkhead::advisory {
namespace {

std::string place(const std::string& name) { return testing::TempDir() + name; }

void put(const std::string& name, const std::string& bytes) { ASSERT_TRUE(base::write_file_atomic(place(name), bytes)); }

std::string get(const std::string& name) { return base::read_file(place(name), 1 << 28).value_or("unread"); }

// Rows that are alike but never the same, as a database has them.
std::string rows(std::mt19937_64& random, size_t bytes) {
  std::string out;
  while (out.size() < bytes) {
    out += "row " + std::to_string(random()) + " introduced 0 fixed " + std::to_string(random() % 1000) + "." +
           std::to_string(random() % 100) + "\n";
  }
  out.resize(bytes);
  return out;
}

base::Result<DeltaHead> apply(const std::string& old_name, const std::string& delta, const std::string& out_name) {
  auto file = base::AtomicFile::create(place(out_name));
  auto head = apply_delta(place(old_name), place(delta), file->fd());
  if (head) {
    EXPECT_TRUE(file->commit());
  }
  return head;
}

TEST(Delta, GivesTheNewFileToTheByte) {
  std::mt19937_64 random(7);
  const std::string base = rows(random, 9 << 20);  // two blocks
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"", ""}, {"", "x"}, {"x", ""}, {base, base}, {base.substr(0, 100), base}, {base, base.substr(5 << 20)}};
  // Insertions, removals and changes all over, and a block that moved further than any window.
  for (int round = 0; round < 2; ++round) {
    std::string changed = base;
    for (int edit = 0; edit < 60; ++edit) {
      const size_t at = random() % changed.size();
      switch (random() % 3) {
        case 0: changed.insert(at, rows(random, random() % 30'000)); break;
        case 1: changed.erase(at, random() % 30'000); break;
        default: changed[at] = static_cast<char>(random());
      }
    }
    pairs.emplace_back(base, changed);
  }
  pairs.emplace_back(base, base.substr(6 << 20) + base.substr(0, 6 << 20));
  for (const auto& [old_bytes, new_bytes] : pairs) {
    put("old", old_bytes);
    put("new", new_bytes);
    const auto made = make_delta(place("old"), place("new"), place("delta"));
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->to.sha256, base::sha256_hex(new_bytes));
    const std::string once = get("delta");
    ASSERT_TRUE(make_delta(place("old"), place("new"), place("delta")));
    EXPECT_EQ(get("delta"), once) << "the same two files gave another delta";
    const auto applied = apply("old", "delta", "out");
    ASSERT_TRUE(applied) << applied.error().text();
    EXPECT_EQ(get("out"), new_bytes);
  }
}

TEST(Delta, OfAFewEditsIsSmall) {
  std::mt19937_64 random(11);
  const std::string base = rows(random, 10 << 20);
  std::string changed = base;
  changed.insert(1 << 20, rows(random, 500'000));  // everything behind it shifts
  changed.insert(9 << 20, rows(random, 100'000));
  put("old", base);
  put("new", changed);
  ASSERT_TRUE(make_delta(place("old"), place("new"), place("delta")));
  EXPECT_LT(get("delta").size(), 700'000U);
}

TEST(Delta, RefusesAnotherOldFileAndDamage) {
  std::mt19937_64 random(3);
  const std::string base = rows(random, 9 << 20);
  put("old", base);
  put("new", base + "more");
  ASSERT_TRUE(make_delta(place("old"), place("new"), place("delta")));
  const std::string delta = get("delta");
  std::string other = base;
  other[other.size() / 2] ^= 1;
  put("other", other);
  EXPECT_EQ(apply("other", "delta", "out").error().kind, base::ErrorKind::input);
  put("other", base.substr(1));
  EXPECT_EQ(apply("other", "delta", "out").error().kind, base::ErrorKind::input);
  for (size_t at = 0; at < delta.size(); at += 1 + delta.size() / 23) {
    std::string bad = delta;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    put("bad", bad);
    EXPECT_FALSE(apply("old", "bad", "out")) << at;
    put("bad", delta.substr(0, at));
    EXPECT_FALSE(apply("old", "bad", "out")) << at;
  }
}

TEST(Pack, ComesBackAndIsBounded) {
  std::mt19937_64 random(5);
  const std::string bytes = rows(random, 3 << 20);
  put("whole", bytes);
  auto packed = base::AtomicFile::create(place("packed"));
  ASSERT_TRUE(pack_file(place("whole"), packed->fd()));
  ASSERT_TRUE(packed->commit());
  auto out = base::AtomicFile::create(place("unpacked"));
  const auto state = unpack_file(place("packed"), out->fd(), bytes.size());
  ASSERT_TRUE(state) << state.error().text();
  EXPECT_EQ(state->sha256, base::sha256_hex(bytes));
  EXPECT_EQ(unpack_file(place("packed"), out->fd(), bytes.size() - 1).error().kind, base::ErrorKind::limit);
  put("cut", get("packed").substr(0, 1000));
  EXPECT_EQ(unpack_file(place("cut"), out->fd(), bytes.size()).error().kind, base::ErrorKind::input);
}

}  // namespace
}  // namespace bulkhead::advisory
