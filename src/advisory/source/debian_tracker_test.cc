#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

const Affected* release(const TestFeed& feed, std::string_view id, std::string_view ecosystem) {
  const Advisory* a = feed.advisory(id);
  for (const Affected& x : a == nullptr ? std::span<const Affected>() : std::span<const Affected>(a->affected)) {
    if (x.ecosystem == ecosystem) {
      return &x;
    }
  }
  return nullptr;
}

TEST(DebianTracker, TurnsStatusIntoRangesAndStates) {
  const TestFeed feed = read_test_feed("debian_tracker/good/tracker.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "debian_tracker");
  const Affected* fixed = release(feed, "CVE-2023-38545", "Debian:12");
  ASSERT_NE(fixed, nullptr);
  EXPECT_EQ(fixed->package, "curl");
  EXPECT_EQ(fixed->ranges, "introduced 0\nfixed 7.88.1-10+deb12u4");
  const Affected* never = release(feed, "CVE-2024-6387", "Debian:11");  // regreSSHion: bullseye is too old for it
  ASSERT_NE(never, nullptr);
  EXPECT_EQ(never->state, AffectedState::not_affected);
  const Affected* open = release(feed, "CVE-2005-2541", "Debian:12");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->state, AffectedState::will_not_fix);
  EXPECT_EQ(open->note, "urgency unimportant");
}

TEST(DebianTracker, RefusesACutFile) {
  const TestFeed feed = read_test_feed("debian_tracker/corrupt/cut.json");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("cut.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
