#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(ComposerVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("composer")); }
// What normalize() of composer/semver 3.3.2 answers.
TEST(ComposerVersion, ReadsEveryFormThatComposerNormalises) {
  constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"1.0.0+foo as 2.0", "1.0.0.0"},
      {"1.0.0 as 2.0", "1.0.0.0"},
      {"1.0.0+foo", "1.0.0.0"},
      {"20100102-203040", "20100102.203040"},
      {"1.0.0.pl3-dev", "1.0.0.0-patch3-dev"},
      {"20100102-203040-p1", "20100102.203040-patch1"},
      {"1.0.0RC1dev", "1.0.0.0-RC1-dev"},
      {"1.0.0stable-dev", "1.0.0.0"},
      {"20100102203040-10", "20100102203040.10"},
      {"1.0.3.x-dev", "1.0.3.9999999-dev"},
      {"1.0.0@beta", "1.0.0.0"},
      {"1.0.0-alpha-2.1-3+foo", "1.0.0.0-alpha2.1-3"},
  };
  for (const auto& [written, normal] : kForms) {
    const auto order = scheme("composer")->compare(written, normal);
    ASSERT_TRUE(order) << written;
    EXPECT_TRUE(*order == 0) << written << " " << normal;
  }
  for (const char* refused :
       {"1.0.0 xs 2.0", "1.0.0 as 2 3", "1.0.0+foo bar", "1.0.0\tas 2", "1.0,0+foo", "1.0.0-meh", "1.0.0.0.0", "feature-foo"}) {
    EXPECT_FALSE(scheme("composer")->valid(refused)) << refused;
  }
}

TEST(ComposerVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("composer")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
