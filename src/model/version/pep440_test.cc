#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(Pep440Version, AgreesWithTheReferenceTool) { expect_golden(*scheme("pep440")); }
// PEP 440, "Normalization": every spelling of a pre- or post-release is the short one.
TEST(Pep440Version, SpellingsAreOneVersion) {
  constexpr std::pair<std::string_view, std::string_view> kSame[] = {
      {"1.1alpha1", "1.1a1"},      {"1.1beta2", "1.1b2"},     {"1.1c3", "1.1rc3"},
      {"1.1pre3", "1.1rc3"},       {"1.1preview3", "1.1rc3"}, {"1.1.a1", "1.1a1"},
      {"1.1-b_2", "1.1b2"},        {"1.1a.1", "1.1a1"},       {"1.2a", "1.2a0"},
      {"1.2.post-2", "1.2.post2"}, {"1.0-r4", "1.0.post4"},   {"1.0-rev4", "1.0.post4"},
      {"1.0-1", "1.0.post1"},      {"1.2.post", "1.2.post0"}, {"1.2-dev2", "1.2.dev2"},
      {"1.2.dev", "1.2.dev0"},     {"v1.0", "1.0"},           {"1.0+Ubuntu-1", "1.0+ubuntu.1"}};
  for (const auto& [written, normal] : kSame) {
    const auto order = scheme("pep440")->compare(written, normal);
    ASSERT_TRUE(order) << written;
    EXPECT_TRUE(*order == 0) << written << " " << normal;
  }
  constexpr std::string_view kLadder[] = {
      "1.0.dev456",    "1.0a1",         "1.0a2.dev456", "1.0a12.dev456", "1.0a12",    "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456",
      "1.0b2.post345", "1.0rc1.dev456", "1.0rc1",       "1.0",           "1.0+abc.5", "1.0+abc.7",    "1.0+5", "1.0.post456.dev34",
      "1.0.post456",   "1.0.15",        "1.1.dev1"};
  for (size_t i = 0; i + 1 < std::size(kLadder); ++i) {
    EXPECT_TRUE(scheme("pep440")->compare(kLadder[i], kLadder[i + 1]).value() < 0) << kLadder[i] << " " << kLadder[i + 1];
    EXPECT_TRUE(scheme("pep440")->compare(kLadder[i + 1], kLadder[i]).value() > 0) << kLadder[i] << " " << kLadder[i + 1];
  }
}

TEST(Pep440Version, IsBoundedOnOddInput) { expect_bounded(*scheme("pep440")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
