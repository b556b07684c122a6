#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(PubVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("pub")); }
// Semantic Versioning 2.0.0, 11.4; an identifier that Dart's int.parse reads is a number, so a second hyphen is its sign.
TEST(PubVersion, PreReleasesClimbAsSemanticVersioningSays) {
  constexpr std::string_view kLadder[] = {"1.0.0--12",    "1.0.0--2",      "1.0.0-0",     "1.0.0-5",       "1.0.0-15",         "1.0.0-99",
                                          "1.0.0-100",    "1.0.0-a",       "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
                                          "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",  "1.0.0"};
  for (size_t i = 0; i + 1 < std::size(kLadder); ++i) {
    EXPECT_TRUE(scheme("pub")->compare(kLadder[i], kLadder[i + 1]).value() < 0) << kLadder[i] << " " << kLadder[i + 1];
    EXPECT_TRUE(scheme("pub")->compare(kLadder[i + 1], kLadder[i]).value() > 0) << kLadder[i] << " " << kLadder[i + 1];
  }
}

TEST(PubVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("pub")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
