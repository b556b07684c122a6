#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(MavenVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("maven")); }
// The algorithm of the POM reference: "0", "", "final" and "ga" count as nothing, what stands behind them counts.
TEST(MavenVersion, NothingInTheMiddleHidesNothingBehindIt) {
  const auto* maven = scheme("maven");
  EXPECT_TRUE(maven->compare("1", "1-ga-1").value() < 0);
  EXPECT_TRUE(maven->compare("1", "1-0-0-alpha").value() > 0);
  EXPECT_TRUE(maven->compare("1.0.0-0.0.0", "1").value() == 0);
}

TEST(MavenVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("maven")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
