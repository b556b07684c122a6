// Scores worked out by hand from data/coefficients.yaml; SSVC against rows of CISA's published guide.
#include "risk/priority.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bulkhead::risk {
namespace {

constexpr base::Moment kNow = 1'795'478'400;  // 2026-11-24

model::Finding finding() {
  model::Finding f;
  f.id = "EXAMPLE-1";
  f.severity = "critical";
  f.cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";
  f.cvss_score = 10;
  f.effect = model::FlawEffect::control;
  f.network = true;
  f.published = "2026-01-01";
  return f;
}

double score(const model::Finding& f, model::Grade grade = model::Grade::claimed) {
  const auto coefficients = Coefficients::load();
  EXPECT_TRUE(coefficients);
  auto priorities = Priorities::create(*coefficients, kNow);
  EXPECT_TRUE(priorities);
  const auto p = priorities->of(f, grade);
  EXPECT_TRUE(p) << (p ? "" : p.error().text());
  return p ? p->score : -1;
}

TEST(Priority, IsTheProductOfItsFactors) {
  model::Finding f = finding();
  f.exploit = model::ExploitEvidence::kev_ransomware;
  EXPECT_EQ(score(f), 76);                                    // 0.95 × 1 × 1 × 0.8
  EXPECT_EQ(score(f, model::Grade::content_identified), 95);  // 0.95
  f.exploit = model::ExploitEvidence::none;
  f.epss = 0.1;
  EXPECT_NEAR(score(f, model::Grade::loaded), 27.1, 1e-9);  // 1 − 0.9³
  f.cvss_score = 5;
  f.effect = model::FlawEffect::availability;
  EXPECT_NEAR(score(f, model::Grade::loaded), 4.065, 0.0051);  // 0.271 × 0.5 × 0.3 = 0.04065
  f.runs_no_code = true;
  EXPECT_NEAR(score(f, model::Grade::loaded), 0.08, 1e-9);
}

TEST(Priority, ADecisionThatSettlesIsZeroAndOneThatDoesNotIsNot) {
  model::Finding f = finding();
  f.kev = true;
  const double open = score(f);
  f.disposition.status = "affected";
  EXPECT_EQ(score(f), open);
  f.disposition.status = "not_affected";
  EXPECT_EQ(score(f), 0);
}

TEST(Priority, NeverFallsWhenEvidenceGrows) {
  model::Finding f = finding();
  f.epss = 0.02;
  double last = score(f);
  for (const auto evidence : {model::ExploitEvidence::proof_of_concept, model::ExploitEvidence::weaponised, model::ExploitEvidence::kev,
                              model::ExploitEvidence::kev_ransomware}) {
    f.exploit = evidence;
    EXPECT_GE(score(f), last);
    last = score(f);
  }
}

// Rows of the tree as CISA's guide draws it.
TEST(Ssvc, FollowsThePublishedTree) {
  model::Finding f = finding();
  const auto decide = [&](const char* exploitation, const char* automatable, const char* impact, const char* mission) {
    f.kev = std::string_view(exploitation) == "active";
    f.exploit = std::string_view(exploitation) == "poc" ? model::ExploitEvidence::proof_of_concept : model::ExploitEvidence::none;
    const auto s = ssvc_of(f, SsvcPoints{exploitation, automatable, impact, "2024-10-21"}, mission);
    EXPECT_TRUE(s);
    return s ? s->decision : "";
  };
  EXPECT_EQ(decide("active", "yes", "total", "medium"), "act");
  EXPECT_EQ(decide("active", "no", "total", "medium"), "attend");
  EXPECT_EQ(decide("active", "no", "partial", "low"), "track");
  EXPECT_EQ(decide("poc", "no", "partial", "high"), "track*");
  EXPECT_EQ(decide("poc", "yes", "total", "medium"), "track*");
  EXPECT_EQ(decide("none", "yes", "partial", "high"), "attend");
  EXPECT_EQ(decide("none", "no", "total", "high"), "track*");
  int decisions[4] = {0, 0, 0, 0};
  for (const char* e : {"none", "poc", "active"})
    for (const char* a : {"no", "yes"})
      for (const char* t : {"partial", "total"})
        for (const char* m : {"low", "medium", "high"}) ++decisions[ssvc_rank(decide(e, a, t, m))];
  EXPECT_EQ(decisions[0] + decisions[1] + decisions[2] + decisions[3], 36);
  EXPECT_EQ(decisions[3], 4);
}

TEST(Ssvc, TakesTheWorstOfWhatNobodyKnowsAndSaysSo) {
  model::Finding f;
  f.id = "EXAMPLE-2";
  const auto s = ssvc_of(f, std::nullopt, "high");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->automatable, "yes");
  EXPECT_EQ(s->technical_impact, "total");
  EXPECT_EQ(s->basis, "assumed: automatable, technical impact");
  EXPECT_EQ(s->decision, "attend");
  EXPECT_FALSE(ssvc_of(f, std::nullopt, "huge"));
}

}  // namespace
}  // namespace bulkhead::risk
