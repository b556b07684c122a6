#include "match/decision.h"

#include <gtest/gtest.h>

#include "base/yaml.h"

namespace bulkhead::match {
namespace {

constexpr base::Moment kNow = 1'795'478'400;  // 2026-11-24

Decision decision(const std::string& flaw = "EXAMPLE-1") {
  Decision d;
  d.flaw = flaw;
  d.component = "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12";
  d.status = "not_affected";
  d.justification = "vulnerable_code_not_present";
  d.decided = "2026-11-01";
  return d;
}

std::vector<model::Finding> findings() {
  model::Finding f;
  f.id = "EXAMPLE-1";
  f.aliases = {"ALIAS-1"};
  f.purl = "pkg:deb/debian/zlib1g@1:1.3-2?distro=debian-13";
  f.paths = {"usr/lib/libz.so.1", "usr/share/doc/zlib"};
  return {f};
}

// Status that one decision gives, with the place at hand.
std::string answer(Decision d, const DecisionPlace& place = {}, DecisionUse* out = nullptr) {
  auto checked = checked_decision(std::move(d));
  EXPECT_TRUE(checked) << (checked ? "" : checked.error().text());
  std::vector<model::Finding> all = findings();
  DecisionUse use;
  Decisions({*checked}).apply(all, place, kNow, use);
  if (out != nullptr) {
    *out = use;
  }
  return all[0].disposition.status;
}

TEST(Decision, FollowsTheComponentNotItsVersion) {
  EXPECT_EQ(checked_decision(decision())->component, "pkg:deb/debian/zlib1g");
  EXPECT_EQ(answer(decision()), "not_affected");
  EXPECT_EQ(answer(decision("ALIAS-1")), "not_affected");
  EXPECT_EQ(answer(decision("EXAMPLE-2")), "");
  Decision other = decision();
  other.component = "pkg:deb/debian/zlib1g-dev";
  EXPECT_EQ(answer(other), "");
  other.component.clear();
  EXPECT_EQ(answer(other), "not_affected");
}

TEST(Decision, HoldsOnlyInItsScope) {
  Decision d = decision();
  d.scope.path = "usr/lib/*";
  EXPECT_EQ(answer(d), "") << "one of its paths is elsewhere";
  d.scope.path = "usr/*";
  EXPECT_EQ(answer(d), "not_affected");
  d.scope = {.image = "registry.example/shop/*"};
  EXPECT_EQ(answer(d), "");
  EXPECT_EQ(answer(d, {{"registry.example/shop/api:1.4"}, "", {}}), "not_affected");
  EXPECT_EQ(answer(d, {{"registry.example/other/api:1.4"}, "", {}}), "");
  d.scope = {.cluster = "east"};
  EXPECT_EQ(answer(d), "");
  EXPECT_EQ(answer(d, {{}, "east", {}}), "not_affected");
}

TEST(Decision, ImagesAreNamedWithAndWithoutTheirTag) {
  model::Inventory inventory;
  inventory.references = {"registry.example:5000/shop/web:1.2", "registry.example:5000/shop/db", "cache:7@sha256:ab"};
  const std::vector<std::string> images = place_of(inventory).images;
  EXPECT_EQ(images, (std::vector<std::string>{"registry.example:5000/shop/web:1.2", "registry.example:5000/shop/web",
                                              "registry.example:5000/shop/db", "cache:7@sha256:ab", "cache"}));
}

TEST(Decision, ForWorkloadsCountsOnlyWhereItCoversAllThatRunTheImage) {
  Decision d = decision();
  d.scope.workload = "shop/*";
  EXPECT_EQ(answer(d), "") << "no cluster, no workload";
  DecisionUse use;
  EXPECT_EQ(answer(d, {{}, "", {{"shop", "api"}, {"shop", "web"}}}, &use), "not_affected");
  EXPECT_EQ(use.decided, 1U);
  EXPECT_EQ(answer(d, {{}, "", {{"shop", "api"}, {"pay", "api"}}}, &use), "");
  EXPECT_EQ(use.partly.size(), 1U);
  d.scope = {.ns = "pay"};
  EXPECT_EQ(answer(d, {{}, "", {{"pay", "api"}}}), "not_affected");
}

TEST(Decision, EndsAfterItsLastDayAndIsNamed) {
  Decision d = decision();
  d.expires = "2026-11-24";
  EXPECT_EQ(answer(d), "not_affected");
  d.expires = "2026-11-23";
  DecisionUse use;
  EXPECT_EQ(answer(d, {}, &use), "");
  ASSERT_EQ(use.expired.size(), 1U);
  EXPECT_NE(use.expired[0].find("EXAMPLE-1 of pkg:deb/debian/zlib1g ended 2026-11-23"), std::string::npos) << use.expired[0];
}

TEST(Decision, TheLatestOwnOneWinsOverOlderOnesAndVexDocuments) {
  Decision older = decision(), newer = decision(), vex = decision();
  newer.scope.path = "usr/*";
  newer.status = "affected";
  newer.justification.clear();
  newer.decided = "2026-11-10";
  vex.document = "vendor.json";
  vex.decided = "2026-11-20";
  vex.status = "fixed";
  vex.justification.clear();
  std::vector<Decision> all;
  for (const Decision& d : {older, newer, vex}) {
    all.push_back(*checked_decision(d));
  }
  for (int turn = 0; turn < 3; ++turn) {
    std::vector<model::Finding> found = findings();
    DecisionUse use;
    Decisions(all).apply(found, {}, kNow, use);
    EXPECT_EQ(found[0].disposition.status, "affected");
    EXPECT_EQ(use.noted, 1U);
    std::rotate(all.begin(), all.begin() + 1, all.end());
  }
}

TEST(Decision, RefusesWhatVexDoesNotKnow) {
  const auto refused = [](auto change) {
    Decision d = decision();
    change(d);
    return !checked_decision(d);
  };
  EXPECT_TRUE(refused([](Decision& d) { d.status = "ignored"; }));
  EXPECT_TRUE(refused([](Decision& d) { d.justification = "we_hope_so"; }));
  EXPECT_TRUE(refused([](Decision& d) { d.justification.clear(); }));
  EXPECT_TRUE(refused([](Decision& d) { d.status = "fixed"; }));  // keeps a justification
  EXPECT_TRUE(refused([](Decision& d) { d.flaw = " "; }));
  EXPECT_TRUE(refused([](Decision& d) { d.expires = "soon"; }));
  EXPECT_TRUE(refused([](Decision& d) { d.component = "zlib"; }));
  EXPECT_TRUE(refused([](Decision& d) { d.reason.assign(5000, 'x'); }));
}

// Found by fuzzing: a product without a document was read, changed the id, and was then ignored.
TEST(Decision, AProductWithoutADocumentIsAnErrorNotEverywhere) {
  const auto document = base::JsonDocument::parse(
      R"({"flaw":"EXAMPLE-1","component":"pkg:npm/lodash","status":"not_affected","justification":"component_not_present","product":"pkg:oci/shop"})");
  ASSERT_TRUE(document);
  const auto decision = decision_from_json(document->root(), "decisions.yaml");
  ASSERT_FALSE(decision);
  EXPECT_NE(decision.error().text().find("VEX document"), std::string::npos) << decision.error().text();
}

TEST(Decision, AMisspeltScopeIsAnErrorNotEverywhere) {
  const auto read = [](const char* yaml) {
    const auto documents = base::parse_yaml(yaml, {}, "test");
    return decision_from_json((*documents)[0].root(), "test");
  };
  EXPECT_TRUE(read("{flaw: X-1, status: fixed, scope: {image: a}}"));
  EXPECT_FALSE(read("{flaw: X-1, status: fixed, scope: {images: a}}"));
  EXPECT_FALSE(read("{flaw: X-1, status: fixed, scpoe: {image: a}}"));
}

}  // namespace
}  // namespace bulkhead::match
