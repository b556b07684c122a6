#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(ApkVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("apk")); }
// apk-package.5.scd: "_alpha, _beta, _pre, _rc" stand before the release, "_cvs, _svn, _git, _hg, _p" behind it, in this order.
TEST(ApkVersion, SuffixesClimbAsTheManualListsThem) {
  constexpr std::string_view kLadder[] = {"1.0_alpha", "1.0_alpha1", "1.0_beta", "1.0_pre",  "1.0_rc",   "1.0_rc1",
                                          "1.0_rc2",   "1.0",        "1.0_cvs",  "1.0_cvs2", "1.0_svn",  "1.0_svn1",
                                          "1.0_git",   "1.0_hg",     "1.0_p",    "1.0_p1",   "1.0a",     "1.0b_rc1",
                                          "1.0b",      "1.0b-r1",    "1.0.0",    "1.0.1",    "1.0.1-r9", "1.0.2_beta"};
  for (size_t i = 0; i + 1 < std::size(kLadder); ++i) {
    EXPECT_TRUE(scheme("apk")->compare(kLadder[i], kLadder[i + 1]).value() < 0) << kLadder[i] << " " << kLadder[i + 1];
    EXPECT_TRUE(scheme("apk")->compare(kLadder[i + 1], kLadder[i]).value() > 0) << kLadder[i] << " " << kLadder[i + 1];
    EXPECT_TRUE(scheme("apk")->valid(kLadder[i])) << kLadder[i];
  }
}

// The manual's grammar: number{.number}...[letter]{_suffix[number]}...[~hash][-r#], the hash of lower-case hexadecimal digits.
TEST(ApkVersion, OnlyTheManualsGrammarIsValid) {
  for (const char* good : {"1", "1.2.3", "1.0c", "1_rc2", "1_git20240102_p1", "1.2~0af9", "1.2_p1~beef-r3", "0.1-r0"}) {
    EXPECT_TRUE(scheme("apk")->valid(good)) << good;
  }
  for (const char* bad : {"", "a", "1.", "1..2", "1cc", "1_", "1_new", "1_2", "1~", "1~G", "1~12x", "1~-r1", "1-r", "1-1", "1-r1-r2",
                          "1-r1~ab", "1 ", "1C"}) {
    EXPECT_FALSE(scheme("apk")->valid(bad)) << bad;
  }
}

TEST(ApkVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("apk")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
