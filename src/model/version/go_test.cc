#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(GoVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("go")); }
TEST(GoVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("go")); }

TEST(GoVersion, ComparesToolchainsWithTheVulnerabilityDatabasesForm) {  // golang.org/x/vulndb writes go1.21rc2 as 1.21.0-rc.2
  const auto sign = [](std::string_view a, std::string_view b) {
    const auto order = scheme("go")->compare(a, b);
    return std::string(order ? ordering_sign(*order) : "!");
  };
  EXPECT_EQ(sign("go1.21.3", "1.21.3"), "=");
  EXPECT_EQ(sign("go1.21rc2", "1.21.0-rc.2"), "=");
  EXPECT_EQ(sign("1.21rc2", "1.21.0"), "<");
  EXPECT_EQ(sign("go1.20.14", "1.21.0-0"), "<");
  EXPECT_EQ(sign("1.21.8", "go1.21.8"), "=");
  EXPECT_EQ(sign("v1.21.9", "go1.21.8"), ">");
  EXPECT_EQ(sign("1.5z1", "1.5.0"), "!");
}

}  // namespace
}  // namespace bulkhead::model::version_scheme
