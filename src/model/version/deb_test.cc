#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(DebVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("deb")); }
// What dpkg 1.21 --compare-versions answers: blanks around are cut, the epoch is read as strtol reads a number.
TEST(DebVersion, BlanksAreReadAsDpkgReadsThem) {
  constexpr std::pair<std::string_view, std::string_view> kSame[] = {{"1.0 ", "1.0"},      {" 1.0", "1.0"},      {"1.0\t \t", "1.0"},
                                                                     {"\v1:1.0", "1:1.0"}, {"\n1:1.0", "1:1.0"}, {"\r\f1:1.0", "1:1.0"},
                                                                     {"+1:1.0", "1:1.0"}};
  for (const auto& [written, plain] : kSame) {
    const auto order = scheme("deb")->compare(written, plain);
    ASSERT_TRUE(order) << written;
    EXPECT_TRUE(*order == 0) << written;
  }
  EXPECT_TRUE(scheme("deb")->compare("2147483647:1", "1:1").value() > 0);
  EXPECT_FALSE(scheme("deb")->valid("2147483648:1"));
  EXPECT_FALSE(scheme("deb")->valid("1. 0"));
}

TEST(DebVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("deb")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
