#include "app/feed_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace bulkhead::app {
namespace {

namespace fs = std::filesystem;

struct Mirror : testing::Test {
  fs::path root = fs::path(testing::TempDir()) / "feed_files_test";
  void SetUp() override { fs::remove_all(root); }
  void TearDown() override { fs::remove_all(root); }
  void file(const std::string& name) {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << "{}";
  }
  std::vector<std::string> feeds(const std::string& below = {}) {
    auto found = feed_files((root / below).native());
    EXPECT_TRUE(found) << found.error().text();
    std::vector<std::string> out;
    for (const std::string& path : found.value_or(std::vector<std::string>{})) {
      out.push_back(path.substr(root.native().size()));
    }
    return out;
  }
};
using Names = std::vector<std::string>;

// One folder of documents was all that a folder could be: a mirror of many feeds was read as the one that its first file belongs to, and
// every other feed was passed over in silence.
TEST_F(Mirror, OfManyFeedsIsTakenApart) {
  file("osv/Go.zip");
  file("osv/ghsa/npm.tar.zst");
  file("kev/kev.json");
  file("README.md");
  file(".hidden.zip");
  EXPECT_EQ(feeds(), (Names{"/README.md", "/kev", "/osv/Go.zip", "/osv/ghsa/npm.tar.zst"}));
}
TEST_F(Mirror, OfOneRepositoryIsOneFeed) {
  file("vulns/2024/GHSA-1.json");
  file("LICENSE");
  EXPECT_EQ(feeds("vulns"), (Names{"/vulns"}));
}
TEST_F(Mirror, AFileIsItself) {
  file("Go.zip");
  EXPECT_EQ(feeds("Go.zip"), (Names{"/Go.zip"}));
}
TEST_F(Mirror, LinksAreNotFollowed) {
  file("a.zip");
  fs::create_directory_symlink("/", root / "everything");
  EXPECT_EQ(feeds(), (Names{"/a.zip"}));
}

TEST(FeedNames, LastPartOfThePath) { EXPECT_EQ(feed_names({"/data/osv/Go.zip", "lifecycle/api/"}), (Names{"Go.zip", "api"})); }
// Red Hat's and Azure Linux' OVAL, both "oval.tar.zst": the one replaced the other.
TEST(FeedNames, FoldersTellFilesOfOneNameApart) {
  EXPECT_EQ(feed_names({"d/redhat/oval.tar.zst", "d/azure/oval.tar.zst", "d/a/x/f", "d/b/x/f", "d/b/x/f"}),
            (Names{"redhat/oval.tar.zst", "azure/oval.tar.zst", "a/x/f", "b/x/f", "b/x/f"}));
}
TEST(FeedNames, OneLongerThanTheOther) { EXPECT_EQ(feed_names({"f", "x/f"}), (Names{"f", "x/f"})); }

}  // namespace
}  // namespace bulkhead::app
