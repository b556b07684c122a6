// Coefficients and prices, with expected numbers worked out by hand from data/coefficients.yaml's rules.
#include "risk/pricing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace bulkhead::risk {
namespace {

Coefficients with(std::string_view own) {
  base::Result<Coefficients> loaded = Coefficients::load(own, {}, "own.yaml");
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().text());
  return *std::move(loaded);
}

double chance_of(model::Variable variable, const Coefficients& coefficients, double horizon = 90) {
  const base::Result<double> p = chance(variable, coefficients, horizon);
  EXPECT_TRUE(p) << (p ? "" : p.error().text());
  return p.value_or(-1);
}

TEST(Coefficients, EachHasARangeAroundItsValueReasonAndSource) {
  const Coefficients all = with("");
  ASSERT_GT(all.all().size(), 150U);
  std::set<std::string> keys;
  for (const Coefficient& c : all.all()) {
    EXPECT_TRUE(keys.insert(c.key).second) << c.key;
    EXPECT_LE(c.low, c.value) << c.key;
    EXPECT_GE(c.high, c.value) << c.key;
    EXPECT_FALSE(c.reason.empty() || c.source.empty()) << c.key;
  }
  EXPECT_EQ(all.value("horizon").value(), 90);
  EXPECT_EQ(all.value("blend.container").value(), 0.1);
}

TEST(Coefficients, OwnFileGoesOverWithItsRange) {
  const Coefficients own = with("exploit.kev: 0.999\nlead.rebuild: {value: 5, range: [4, 6]}\n");
  EXPECT_EQ(own.value("exploit.kev").value(), 0.999);
  EXPECT_EQ(own.find("exploit.kev")->high, 0.999);
  EXPECT_EQ(own.find("lead.rebuild")->low, 4);
  EXPECT_TRUE(own.find("lead.rebuild")->own);
  EXPECT_FALSE(own.find("lead.rbac")->own);
}

TEST(Coefficients, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"exploit.kve: 1", "exploit.kev: 1.01", "exploit.kev: -0.1", "exploit.kev: yes", "exploit.kev: {vlaue: 1}", "- a",
                           "lead.rebuild: {range: [1, 2]}", "lead.rebuild: {value: x}", "a: [", "horizon: 0", "exploit.kev: .nan"}) {
    const base::Result<Coefficients> loaded = Coefficients::load(text, {}, "own.yaml");
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().kind, base::ErrorKind::input) << text;
    EXPECT_NE(loaded.error().text().find("own.yaml"), std::string::npos) << loaded.error().text();
  }
}

TEST(Coefficients, DrawsLieInTheRangeHalfOnEitherSide) {
  const Coefficients all = with("");
  int above = 0;
  for (int draw = 0; draw < 400; ++draw) {
    const Coefficients drawn = all.drawn(1, draw);
    for (size_t i = 0; i < all.all().size(); ++i) {
      ASSERT_GE(drawn.all()[i].value, all.all()[i].low);
      ASSERT_LE(drawn.all()[i].value, all.all()[i].high);
    }
    above += drawn.value("exploit.kev").value() > 0.9 ? 1 : 0;
  }
  EXPECT_NEAR(above, 200, 45);
  EXPECT_EQ(all.drawn(1, 3).value("exploit.kev").value(), all.drawn(1, 3).value("exploit.kev").value());
  EXPECT_NE(all.drawn(1, 3).value("exploit.kev").value(), all.drawn(2, 3).value("exploit.kev").value());
}

TEST(Chance, ByEpssOverTheHorizonOnlyWhereTheCoefficientSaysSo) {
  const Coefficients c = with("attempt.other: 0.02");
  EXPECT_NEAR(chance_of({.coefficient = "exploit.epss", .epss = 0.1}, c), 1 - 0.9 * 0.9 * 0.9, 1e-12);
  EXPECT_NEAR(chance_of({.coefficient = "attempt.swept", .epss = 0.1}, c, 30), 0.1, 1e-12);
  EXPECT_NEAR(chance_of({.coefficient = "attempt.other", .epss = 0.5}, c), 1 - std::pow(0.5, 0.06), 1e-12);
  EXPECT_EQ(chance_of({.coefficient = "exploit.kev", .epss = 0.1}, c), 0.9);
  EXPECT_EQ(chance_of({.coefficient = "exploit.local", .epss = 0.99}, c), c.value("exploit.local").value());
}

TEST(Chance, PriorByAgeAndSeverityWhereNoEpssIsThere) {
  const Coefficients c = with("exploit.prior.critical: 0.2\nexploit.prior.medium: 0.04\nexploit.prior.old: 0.25\n");
  EXPECT_NEAR(chance_of({.coefficient = "exploit.prior", .cvss = 9.8, .age_days = 10}, c), 0.2, 1e-12);
  EXPECT_NEAR(chance_of({.coefficient = "exploit.prior", .cvss = 4.0, .age_days = 5000}, c), 0.01, 1e-12);
  EXPECT_NEAR(chance_of({.coefficient = "exploit.epss", .cvss = 9.8, .age_days = 10}, c), 0.2, 1e-12);  // EPSS missing
}

TEST(Chance, StaysInsideNoughtAndOne) {
  const Coefficients c = with("exploit.kev: 1\nconfig.bind: 0\n");
  EXPECT_LT(chance_of({.coefficient = "exploit.kev"}, c), 1);
  EXPECT_GT(chance_of({.coefficient = "config.bind"}, c), 0);
  EXPECT_LT(chance_of({.coefficient = "attempt.swept", .epss = 1}, c), 1);
}

TEST(Chance, ProductsAndOthers) {
  const Coefficients c = with("works.login: 0.3\nworks.complex: 0.4\nconfig.other: 0.77\n");
  EXPECT_NEAR(chance_of({.coefficient = "works.login+works.complex"}, c), 0.12, 1e-12);
  EXPECT_EQ(chance_of({.coefficient = "config.not_yet_a_row"}, c), 0.77);
  EXPECT_FALSE(chance({.coefficient = "nonsense"}, c, 90));
}

TEST(Chance, ResidualGrowsWithTheHorizon) {
  const Coefficients c = with("residual.exposed: 0.02");
  EXPECT_NEAR(chance_of({.coefficient = "residual.exposed"}, c, 90), 0.02, 1e-12);
  EXPECT_NEAR(chance_of({.coefficient = "residual.exposed"}, c, 180), 1 - 0.98 * 0.98, 1e-12);
}

TEST(Value, ByKindTypeAndEnvironmentUnlessSaid) {
  const Coefficients c = with("value.secret.tls: 5\nvalue.environment.dev: 0.2\nvalue.workload.prod: 8\n");
  EXPECT_EQ(asset_value({.kind = "secret", .environment = "dev", .secret_type = "kubernetes.io/tls"}, c).value(), 1);
  EXPECT_EQ(asset_value({.kind = "workload", .environment = "prod"}, c).value(), 8);
  EXPECT_EQ(asset_value({.kind = "workload", .explicit_value = 42}, c).value(), 42);
  EXPECT_EQ(asset_value({.kind = "control-plane"}, c).value(), c.value("value.control_plane").value());
  EXPECT_GT(asset_value({.kind = "secret", .secret_type = "example.org/odd"}, c).value(), 0);
}

}  // namespace
}  // namespace bulkhead::risk
