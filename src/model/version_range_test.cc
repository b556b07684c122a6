#include "model/version_range.h"

#include <gtest/gtest.h>

#include <vector>

#include "model/kernel_release.h"
#include "model/kubernetes_version.h"

namespace bulkhead::model {
namespace {

using Kind = RangeEvent::Kind;
using Events = std::vector<RangeEvent>;

RangeAnswer ask(const char* scheme_name, std::string_view version, const Events& events) {
  return in_range(*scheme(scheme_name), version, events);
}

TEST(VersionRange, OpensAtIntroducedAndClosesAtFixed) {
  const Events events = {{Kind::introduced, "1.0.0"}, {Kind::fixed, "1.0.2"}};
  EXPECT_EQ(ask("semver", "0.9.9", events).inside, Tri::no);
  EXPECT_EQ(ask("semver", "1.0.0-rc.1", events).inside, Tri::no);
  EXPECT_EQ(ask("semver", "1.0.0", events).inside, Tri::yes);
  EXPECT_EQ(ask("semver", "1.0.2", events).inside, Tri::no);
  const RangeAnswer inside = ask("semver", "1.0.1", events);
  EXPECT_EQ(inside.inside, Tri::yes);
  EXPECT_EQ(inside.fixed_version, "1.0.2");
  EXPECT_EQ(inside.comparison, "1.0.1 < 1.0.2 (fixed)");
}

TEST(VersionRange, SortsEventsOfSeveralBranches) {  // the OSV schema's own example: two branches in one range, in any order
  const Events events = {{Kind::fixed, "2.1.0"}, {Kind::introduced, "2.0.0"}, {Kind::fixed, "1.5.0"}, {Kind::introduced, "0"}};
  EXPECT_EQ(ask("semver", "1.4.0", events).inside, Tri::yes);
  EXPECT_EQ(ask("semver", "1.4.0", events).fixed_version, "1.5.0");
  EXPECT_EQ(ask("semver", "1.5.0", events).inside, Tri::no);
  EXPECT_EQ(ask("semver", "2.0.5", events).inside, Tri::yes);
  EXPECT_EQ(ask("semver", "2.1.0", events).inside, Tri::no);
}

TEST(VersionRange, LastAffectedIsInside) {
  const Events events = {{Kind::introduced, "0"}, {Kind::last_affected, "1:2.3-4"}};
  EXPECT_EQ(ask("deb", "1:2.3-4", events).inside, Tri::yes);
  EXPECT_EQ(ask("deb", "1:2.3-4+deb12u1", events).inside, Tri::no);
  EXPECT_EQ(ask("deb", "1:2.3-4", events).fixed_version, "");
}

TEST(VersionRange, LimitBoundsFromAboveAndStarDoesNot) {
  EXPECT_EQ(ask("semver", "1.5.0", {{Kind::introduced, "1.0.0"}, {Kind::limit, "1.5.0"}}).inside, Tri::no);
  EXPECT_EQ(ask("semver", "1.4.9", {{Kind::introduced, "1.0.0"}, {Kind::limit, "1.5.0"}}).inside, Tri::yes);
  EXPECT_EQ(ask("semver", "1.6.0", {{Kind::introduced, "1.0.0"}, {Kind::limit, "1.5.0"}, {Kind::limit, "2.0.0"}}).inside, Tri::yes);
  EXPECT_EQ(ask("semver", "9.0.0", {{Kind::introduced, "1.0.0"}, {Kind::limit, "*"}}).inside, Tri::yes);
}

TEST(VersionRange, NothingIntroducedIsNothingAffected) {
  EXPECT_EQ(ask("semver", "1.0.0", {}).inside, Tri::no);
  EXPECT_EQ(ask("semver", "1.0.0", {{Kind::fixed, "2.0.0"}}).inside, Tri::no);
}

TEST(VersionRange, EventsOfOneVersionKeepTheRecordsOrder) {
  EXPECT_EQ(ask("semver", "1.5.0", {{Kind::introduced, "1.0.0"}, {Kind::fixed, "1.0.0"}}).inside, Tri::no);
  EXPECT_EQ(ask("semver", "1.5.0", {{Kind::introduced, "0"}, {Kind::fixed, "1.0.0"}, {Kind::introduced, "1.0.0"}}).inside, Tri::yes);
}

TEST(VersionRange, WhatCannotBeReadIsUnknown) {
  const RangeAnswer version = ask("semver", "latest", {{Kind::introduced, "0"}});
  EXPECT_EQ(version.inside, Tri::unknown);
  EXPECT_NE(version.why.find("latest"), std::string::npos);
  EXPECT_EQ(ask("semver", "1.0.0", {{Kind::introduced, "0"}, {Kind::fixed, "next week"}}).inside, Tri::unknown);
}

TEST(VersionRange, ExplicitVersionsMatchAsTextOrByScheme) {
  const std::vector<std::string_view> versions = {"1.0", "weird", "2.0.RELEASE"};
  EXPECT_TRUE(in_versions(*scheme("maven"), "1.0.0", versions));
  EXPECT_TRUE(in_versions(*scheme("maven"), "2.0", versions));
  EXPECT_FALSE(in_versions(*scheme("maven"), "2.1", versions));
  EXPECT_TRUE(in_versions(*scheme("semver"), "weird", versions));
}

TEST(VersionRange, TellsTheRangeInWords) {
  EXPECT_EQ(range_text(Events{{Kind::introduced, "0"}, {Kind::fixed, "2"}}), "introduced 0, fixed 2");
}

TEST(Schemes, AreSortedAndFoundByPurlType) {
  for (size_t i = 1; i < schemes().size(); ++i) {
    EXPECT_LT(std::string_view(schemes()[i - 1]->name), std::string_view(schemes()[i]->name));
  }
  EXPECT_STREQ(scheme_for_purl_type("golang")->name, "go");
  EXPECT_EQ(scheme_for_purl_type("no-such-type"), nullptr);
  EXPECT_EQ(scheme("no-such-scheme"), nullptr);
}

TEST(KubernetesVersion, KnowsVendorsFromUpstream) {
  EXPECT_FALSE(parse_kubernetes_version("v1.29.4")->vendor_build());
  EXPECT_FALSE(parse_kubernetes_version("v1.31.0-rc.1")->vendor_build());
  EXPECT_EQ(parse_kubernetes_version("v1.29.4-eks-036c24b")->suffix, "-eks-036c24b");
  EXPECT_EQ(parse_kubernetes_version("v1.28.6-rc1+k3s1")->suffix, "-rc1+k3s1");  // k3s's candidate of a finished release
  EXPECT_EQ(parse_kubernetes_version("v1.28.6-rc1+k3s1")->stage, "");
  EXPECT_EQ(parse_kubernetes_version("v1.30.0-alpha.0.123+abc")->suffix, ".123+abc");
  EXPECT_FALSE(parse_kubernetes_version("latest"));
  EXPECT_FALSE(parse_kubernetes_version("v1"));
}

// Examples of the table's own lines, and of what a node reports.
TEST(KernelRelease, KnowsWhoBackports) {
  const auto builder = [](std::string_view text) { return kernel_builder(parse_kernel_release(text).value()); };
  for (const char* upstream : {"5.15.150", "6.1.112", "6.1.85-flatcar", "6.12.48-talos", "6.12-rc3", "2.6.32.71"}) {
    EXPECT_EQ(builder(upstream).build, KernelBuild::upstream) << upstream;
  }
  const std::pair<const char*, const char*> rows[] = {{"5.15.0-105-generic", "ubuntu"},
                                                      {"4.18.0-513.9.1.el8_9.x86_64", "rhel"},
                                                      {"5.10.205-195.807.amzn2.x86_64", "amazon"},
                                                      {"5.15.0-1054-gke", "ubuntu"},
                                                      {"5.15.138.1-4.cm2", "azurelinux"},
                                                      {"5.15.0-1061-azure", "ubuntu"},
                                                      {"6.12.43+deb13-amd64", "debian"},
                                                      {"6.1.0-18-cloud-amd64", "debian"},
                                                      {"6.12.55+", "cos"},
                                                      {"6.12.0-0.rc3.20241017git.30.fc42.x86_64", "fedora"},
                                                      {"5.4.17-2136.315.5.el8uek.x86_64", "oracle"}};
  for (const auto& [text, distribution] : rows) {
    EXPECT_EQ(builder(text).build, KernelBuild::backporting) << text;
    EXPECT_EQ(builder(text).distribution, distribution) << text;
  }
  EXPECT_EQ(builder("6.1.0-ourown").build, KernelBuild::unknown);
}

TEST(KernelRelease, TellsStreamPatchAndCandidate) {
  EXPECT_EQ(parse_kernel_release("2.6.32.71")->stream, "2.6.32");
  EXPECT_EQ(parse_kernel_release("2.6.32.71")->patch, "71");
  EXPECT_EQ(parse_kernel_release("5.15.138.1-4.cm2")->stream, "5.15");
  EXPECT_EQ(parse_kernel_release("5.15.138.1-4.cm2")->patch, "138");
  EXPECT_EQ(parse_kernel_release("6.12.0-0.rc3.20241017git.30.fc42.x86_64")->candidate, "3");
  EXPECT_FALSE(parse_kernel_release("Linux"));
  EXPECT_FALSE(parse_kernel_release("6"));
}

}  // namespace
}  // namespace bulkhead::model
