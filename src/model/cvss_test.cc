#include "model/cvss.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/text.h"

namespace bulkhead::model {
namespace {

std::string show(const std::optional<int>& tenths) {
  return tenths ? std::to_string(*tenths / 10) + "." + std::to_string(*tenths % 10) : "None";
}

TEST(Cvss, AgreesWithAnIndependentCalculator) {  // testdata/cvss/SOURCE
  std::ifstream file(BULKHEAD_SOURCE_DIR "/src/model/testdata/cvss/vectors.tsv");
  std::string line;
  size_t count = 0;
  while (std::getline(file, line)) {
    const auto [vector, expected] = base::split_once(line, '\t');
    const auto scores = score_cvss(vector);
    std::string ours = "!";
    if (scores) {
      ours = show(scores->base);
      if (scores->version != "4.0") {
        ours += " " + show(scores->temporal) + " " + show(scores->environmental);
      }
    }
    EXPECT_EQ(ours, expected.value_or("")) << vector;
    ++count;
  }
  EXPECT_EQ(count, 600U);
}

TEST(Cvss, GivesThePublishedExamples) {
  // CVSS v3.1 examples document and v4.0 examples document of FIRST.
  EXPECT_EQ(score_cvss("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N")->base, 64);
  EXPECT_EQ(score_cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N")->base, 75);
  EXPECT_EQ(score_cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")->base, 98);
  EXPECT_EQ(score_cvss("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H")->base, 100);
  EXPECT_EQ(score_cvss("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N")->base, 0);
  EXPECT_EQ(score_cvss("(AV:N/AC:L/Au:N/C:C/I:C/A:C)")->base, 100);
  EXPECT_EQ(score_cvss("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C")->temporal, 64);  // the guide's section 3.3.1
}

TEST(Cvss, NamesSeverities) {
  EXPECT_EQ(score_cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")->severity, "critical");
  EXPECT_EQ(score_cvss("AV:N/AC:L/Au:N/C:C/I:C/A:C")->severity, "high");  // 2.0 has no critical
  EXPECT_STREQ(cvss_severity(0, false), "none");
  EXPECT_STREQ(cvss_severity(39, false), "low");
  EXPECT_STREQ(cvss_severity(40, false), "medium");
  EXPECT_STREQ(cvss_severity(69, false), "medium");
  EXPECT_STREQ(cvss_severity(70, false), "high");
  EXPECT_STREQ(cvss_severity(90, false), "critical");
}

TEST(Cvss, RefusesWhatIsNoVector) {
  for (const char* text :
       {"", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:N/AC:L/Au:N/C:C/I:C"}) {
    EXPECT_FALSE(score_cvss(text)) << text;
    EXPECT_FALSE(cvss_impact(text)) << text;
  }
  EXPECT_EQ(score_cvss(std::string(kMaxCvssBytes + 1, 'A')).error().kind, base::ErrorKind::limit);
}

FlawEffect effect(std::string_view vector) { return cvss_impact(vector).value().effect; }

TEST(CvssImpact, TellsControlFromDisclosureAndOutage) {
  EXPECT_EQ(effect("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), FlawEffect::control);
  EXPECT_EQ(effect("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"), FlawEffect::availability);
  EXPECT_EQ(effect("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H"), FlawEffect::disclosure);
  EXPECT_EQ(effect("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), FlawEffect::disclosure);
  EXPECT_EQ(effect("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N"), FlawEffect::other);
  EXPECT_EQ(effect("AV:N/AC:L/Au:N/C:P/I:P/A:P"), FlawEffect::control);  // how 2.0 scores code run as a user
  EXPECT_EQ(effect("AV:N/AC:L/Au:N/C:N/I:N/A:P"), FlawEffect::availability);
  EXPECT_EQ(effect("AV:N/AC:L/Au:N/C:P/I:N/A:N"), FlawEffect::disclosure);
  EXPECT_EQ(effect("CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:N/SC:H/SI:H/SA:H"), FlawEffect::control);  // out of the sandbox
  EXPECT_EQ(effect("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"), FlawEffect::availability);
}

TEST(CvssImpact, TellsWhatTheAttackNeeds) {
  const CvssImpact easy = cvss_impact("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").value();
  EXPECT_TRUE(easy.network && !easy.needs_login && !easy.needs_user && !easy.high_complexity);
  const CvssImpact hard = cvss_impact("CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:H/I:H/A:H").value();
  EXPECT_TRUE(!hard.network && hard.needs_login && hard.needs_user && hard.high_complexity);
  EXPECT_TRUE(cvss_impact("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")->high_complexity);
  EXPECT_TRUE(cvss_impact("AV:N/AC:L/Au:S/C:P/I:P/A:P")->needs_login);
}

}  // namespace
}  // namespace bulkhead::model
