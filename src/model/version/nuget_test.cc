#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(NugetVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("nuget")); }
// Semantic Versioning 2.0.0, 11.4: the example there, and "numeric identifiers always have lower precedence".
TEST(NugetVersion, PreReleasesClimbAsSemanticVersioningSays) {
  constexpr std::string_view kLadder[] = {"1.0.0-99",   "1.0.0-100",    "1.0.0-a",       "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                          "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",  "1.0.0"};
  for (size_t i = 0; i + 1 < std::size(kLadder); ++i) {
    EXPECT_TRUE(scheme("nuget")->compare(kLadder[i], kLadder[i + 1]).value() < 0) << kLadder[i] << " " << kLadder[i + 1];
    EXPECT_TRUE(scheme("nuget")->compare(kLadder[i + 1], kLadder[i]).value() > 0) << kLadder[i] << " " << kLadder[i + 1];
  }
}

TEST(NugetVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("nuget")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
