// One archive or folder with documents of several sources.
#include "advisory/feed_reader.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

namespace fs = std::filesystem;
using Rows = std::set<std::string>;

struct MixedFolder : testing::Test {
  fs::path root = fs::path(testing::TempDir()) / "feed_reader_test";
  void SetUp() override {
    fs::remove_all(root);
    fs::create_directories(root);
  }
  void TearDown() override { fs::remove_all(root); }
  void put(const std::string& fixture, const std::string& name = {}) {
    const fs::path from = fs::path(BULKHEAD_SOURCE_DIR) / "src/advisory/source/testdata" / fixture;
    fs::copy_file(from, root / (name.empty() ? from.filename() : fs::path(name)));
  }
};

// The row of the first document took all: OVAL beside CSAF was passed over in silence.
TEST_F(MixedFolder, EveryDocumentGoesToTheRowThatKnowsIt) {
  put("csaf/good/rhsa-2023_7438.json");
  put("oval/good/com.redhat.rhsa-RHEL8.xml");
  const TestFeed feed = read_test_feed(root.native());
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.rows, (Rows{"csaf", "oval"}));
}
TEST_F(MixedFolder, ANamedSourceReadsItsOwnAlone) {
  put("csaf/good/rhsa-2023_7438.json");
  put("oval/good/com.redhat.rhsa-RHEL8.xml");
  const TestFeed feed = read_test_feed(root.native(), "oval");
  EXPECT_EQ(feed.rows, (Rows{"oval"}));
}
// A few records of the kernel's CNA among others' replaced the CNA's whole feed.
TEST_F(MixedFolder, ASourceWithOneFeedAtATimeTakesNoSample) {
  put("csaf/good/rhsa-2023_7438.json");
  put("kev/good/kev.json", "z.json");
  const TestFeed feed = read_test_feed(root.native());
  EXPECT_EQ(feed.rows, (Rows{"csaf"}));
}
// Publishers keep their OVAL compressed, and mirrors pack it as it is.
TEST_F(MixedFolder, ACompressedDocumentIsRead) {
  put("oval/good/com.redhat.rhsa-RHEL8.xml");
  const size_t plain = read_test_feed(root.native()).lines.size();
  put("oval/good/suse.linux.enterprise.15-affected.xml.gz");
  const TestFeed feed = read_test_feed(root.native());
  EXPECT_GT(feed.lines.size(), plain);
}

}  // namespace
}  // namespace bulkhead::advisory
