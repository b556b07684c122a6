#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(KernelStreams, FixesByStreamAndNothingBeyond) {
  const TestFeed feed = read_test_feed("kernel_streams/good");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "kernel_streams");
  const Affected* dirty_pipe = feed.affected("CVE-2022-0847", "kernel");
  ASSERT_NE(dirty_pipe, nullptr);
  EXPECT_EQ(dirty_pipe->state, AffectedState::frozen);
  EXPECT_THAT(dirty_pipe->ranges, HasSubstr("fixed 5.10.102"));  // as the Debian and Ubuntu notices of March 2022 say
  EXPECT_THAT(dirty_pipe->ranges, HasSubstr("fixed 5.15.25"));
}

TEST(KernelStreams, NamesTheCutFile) {
  const TestFeed feed = read_test_feed("kernel_streams/corrupt/stream_fixes.json", "kernel_streams");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("stream_fixes.json"));
}

}  // namespace
}  // namespace bulkhead::advisory
