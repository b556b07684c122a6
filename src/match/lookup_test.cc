#include "match/internal/lookup.h"

#include <gmock/gmock.h>

#include "match/internal/match_data.h"
#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

std::string looked_up(const std::string& purl) {
  const auto lookup = lookup_of(*component_of_purl(purl));
  return lookup ? lookup->ecosystem + " | " + lookup->package + " | " + lookup->version + " | " +
                      (lookup->scheme == nullptr ? "no order" : lookup->scheme->name) + (lookup->distribution ? " | distribution" : "")
                : "nowhere";
}

TEST(Lookup, ADebianPackageIsItsSource) {
  EXPECT_EQ(looked_up("pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?distro=debian-12.5&upstream=zlib"),
            "Debian:12 | zlib | 1:1.2.13.dfsg-1 | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/libfoo1@2.0-1%2Bb2?distro=debian-12&upstream=foo@1.0-3"),
            "Debian:12 | foo | 1.0-3 | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/curl@7.88.1-10?distro=debian-12"), "Debian:12 | curl | 7.88.1-10 | deb | distribution");
}

TEST(Lookup, ARebuildIsNoNewVersion) {
  EXPECT_EQ(looked_up("pkg:deb/debian/x@1.0-1%2Bb12?distro=debian-12"), "Debian:12 | x | 1.0-1 | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/x@1.0-1%2Bb?distro=debian-12"), "Debian:12 | x | 1.0-1+b | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/x@1.0%2Bbeta1-1?distro=debian-12"), "Debian:12 | x | 1.0+beta1-1 | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/x@1.0-1%2Bb1.1?distro=debian-12"), "Debian:12 | x | 1.0-1+b1.1 | deb | distribution");
  EXPECT_EQ(looked_up("pkg:deb/debian/x@1.0-1?distro=debian-12"), "Debian:12 | x | 1.0-1 | deb | distribution");
}

TEST(Lookup, LanguagesGoByTypeAndName) {
  EXPECT_EQ(looked_up("pkg:npm/%40babel/core@7.0.0"), "npm | @babel/core | 7.0.0 | npm");
  EXPECT_EQ(looked_up("pkg:pypi/Zope.Interface@5.0"), "PyPI | zope-interface | 5.0 | pep440");
  EXPECT_EQ(looked_up("pkg:maven/org.a/b@1"), "Maven | org.a:b | 1 | maven");
  EXPECT_EQ(looked_up("pkg:golang/github.com/x/y/v2@v2.0.0"), "Go | github.com/x/y/v2 | v2.0.0 | go");
  EXPECT_EQ(looked_up("pkg:golang/k8s.io/api@v0.29.0"), "Go | k8s.io/api | v0.29.0 | go, in Kubernetes' numbers");
  EXPECT_EQ(looked_up("pkg:cargo/time@0.1.0"), "crates.io | time | 0.1.0 | semver");
  EXPECT_EQ(looked_up("pkg:gem/rack@2.0"), "RubyGems | rack | 2.0 | gem");
  EXPECT_EQ(looked_up("pkg:composer/Symfony/Http@5.0"), "Packagist | symfony/http | 5.0 | composer");
  EXPECT_EQ(looked_up("pkg:nuget/Newtonsoft.Json@13.0"), "NuGet | newtonsoft.json | 13.0 | nuget");
  EXPECT_EQ(looked_up("pkg:hackage/lens@5.0"), "Hackage | lens | 5.0 | hackage");
  EXPECT_EQ(looked_up("pkg:cran/ggplot2@3.0"), "CRAN | ggplot2 | 3.0 | cran");
  EXPECT_EQ(looked_up("pkg:hex/plug@1.0.0"), "Hex | plug | 1.0.0 | semver");
}

// As /etc/os-release numbers itself (VERSION_ID) against the folders and names of the distribution's own feed.
TEST(Lookup, ReleasesHaveTheNumbersOfTheirAdvisories) {
  const auto release = [](const std::string& purl) { return lookup_of(*component_of_purl(purl))->ecosystem; };
  EXPECT_EQ(release("pkg:apk/alpine/musl@1?distro=3.19.1"), "Alpine:v3.19");
  EXPECT_EQ(release("pkg:apk/alpine/musl@1?distro=alpine-v3.19"), "Alpine:v3.19");
  EXPECT_EQ(release("pkg:apk/alpine/musl@1?distro=3.23.0_alpha20250612"), "Alpine:edge");
  EXPECT_EQ(release("pkg:deb/ubuntu/curl@1?distro=ubuntu-22.04"), "Ubuntu:22.04:LTS");
  EXPECT_EQ(release("pkg:deb/ubuntu/curl@1?distro=ubuntu-23.04"), "Ubuntu:23.04");
  EXPECT_EQ(release("pkg:deb/ubuntu/curl@1?distro=ubuntu-23.10"), "Ubuntu:23.10");
  EXPECT_EQ(release("pkg:deb/ubuntu/curl@1~esm1?distro=ubuntu-18.04"), "Ubuntu:Pro:18.04:LTS");
  EXPECT_EQ(release("pkg:rpm/amzn/curl@1?distro=amzn-2018.03"), "Amazon Linux:1");
  EXPECT_EQ(release("pkg:rpm/amzn/curl@1?distro=amzn-2023"), "Amazon Linux:2023");
  EXPECT_EQ(release("pkg:rpm/openeuler/curl@8.4.0-3.oe2203sp3?distro=openeuler-22.03"), "openEuler:22.03-LTS-SP3");
  EXPECT_EQ(release("pkg:rpm/openeuler/curl@8.4.0-3.oe2403?distro=openeuler-24.03"), "openEuler:24.03-LTS");
  EXPECT_EQ(release("pkg:rpm/openeuler/curl@7.71.1-3.oe2103?distro=openeuler-21.03"), "openEuler:21.03");
  EXPECT_EQ(release("pkg:rpm/openeuler/curl@8.4.0-3.oe2309?distro=openeuler-23.09"), "openEuler:23.09");
}

// Red Hat and Fedora write of sources and of binaries; Oracle of binaries; Debian of sources.
TEST(Lookup, BothNamesWhereAFeedUsesBoth) {
  const auto names = [](const std::string& purl) {
    const auto lookup = lookup_of(*component_of_purl(purl));
    std::vector<std::string> out{lookup->package};
    out.insert(out.end(), lookup->also.begin(), lookup->also.end());
    return out;
  };
  using testing::ElementsAre;
  EXPECT_THAT(names("pkg:rpm/redhat/libcurl@8-1?distro=rhel-9&upstream=curl-8-1.src.rpm"), ElementsAre("libcurl", "curl"));
  EXPECT_THAT(names("pkg:rpm/redhat/curl@8-1?distro=rhel-9&upstream=curl-8-1.src.rpm"), ElementsAre("curl"));
  EXPECT_THAT(names("pkg:rpm/oracle/libcurl@8-1?distro=ol-9&upstream=curl-8-1.src.rpm"), ElementsAre("libcurl"));
  EXPECT_THAT(names("pkg:rpm/redhat/npm@8-1?distro=rhel-8&upstream=nodejs-18-1.src.rpm&rpmmod=nodejs:18"),
              ElementsAre("nodejs:18/npm", "nodejs:18/nodejs", "npm", "nodejs"));
  EXPECT_THAT(names("pkg:rpm/oracle/npm@8-1?distro=ol-8&upstream=nodejs-18-1.src.rpm&rpmmod=nodejs:18"),
              ElementsAre("nodejs:18/npm", "npm"));
  EXPECT_THAT(names("pkg:deb/debian/libcurl4@8-1?distro=debian-12&upstream=curl"), ElementsAre("curl"));
}

TEST(Lookup, ABitnamiRevisionIsCutOff) {
  EXPECT_EQ(looked_up("pkg:bitnami/redis@7.2.4-11"), "Bitnami | redis | 7.2.4 | semver");
  EXPECT_EQ(looked_up("pkg:bitnami/redis@7.2.4-r11"), "Bitnami | redis | 7.2.4 | semver");
  EXPECT_EQ(looked_up("pkg:bitnami/redis@7.2.4"), "Bitnami | redis | 7.2.4 | semver");
  EXPECT_EQ(looked_up("pkg:bitnami/redis@7.2.4-rc1"), "Bitnami | redis | 7.2.4-rc1 | semver");
  EXPECT_EQ(looked_up("pkg:bitnami/redis@7.2.4-r"), "Bitnami | redis | 7.2.4-r | semver");
}

TEST(Lookup, WhatNoSourceCanKnowIsNotLookedUp) {
  EXPECT_EQ(looked_up("pkg:generic/busybox@1.36"), "nowhere");
  EXPECT_EQ(looked_up("pkg:github/actions/checkout@v4"), "nowhere");
}

TEST(Lookup, AnUnknownDistributionIsLookedUpUnderItsOwnName) {
  const auto lookup = lookup_of(*component_of_purl("pkg:deb/raspbian/curl@7.0-1?distro=raspbian-12"));
  ASSERT_TRUE(lookup);
  EXPECT_TRUE(lookup->distribution);
  EXPECT_EQ(lookup->ecosystem, "raspbian:12");
  EXPECT_EQ(lookup->package, "curl");
  model::Component nameless;
  nameless.type = "deb";
  nameless.name = "libcurl4";
  nameless.version = "7.0-1";
  nameless.source_name = "curl";
  const auto found = lookup_of(nameless);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->ecosystem, "deb packages of an unknown distribution");
  EXPECT_EQ(found->package, "curl");
  EXPECT_EQ(found->version, "7.0-1");
}

TEST(MatchData, KernelSources) {
  for (const char* name : {"linux", "linux-signed-amd64", "linux-hwe-6.5", "linux-aws"}) {
    EXPECT_TRUE(is_kernel_source("deb", name)) << name;
  }
  for (const char* name : {"linux-base", "linux-firmware", "util-linux", "linuxptp"}) {
    EXPECT_FALSE(is_kernel_source("deb", name)) << name;
  }
  EXPECT_TRUE(is_kernel_source("rpm", "kernel"));
  EXPECT_FALSE(is_kernel_source("deb", "kernel"));
  EXPECT_FALSE(is_kernel_source("apk", "linux-pam"));
  EXPECT_TRUE(is_kernel_source("apk", "linux-lts"));
}

TEST(MatchData, ProgramsAndStagingModules) {
  EXPECT_TRUE(is_program_module("k8s.io/kubernetes"));
  EXPECT_FALSE(is_program_module("k8s.io/client-go"));
  EXPECT_TRUE(is_kubernetes_staging("k8s.io/client-go"));
  EXPECT_FALSE(is_kubernetes_staging("k8s.io/klog"));
}

TEST(Lookup, AProgramWithoutAPackageTypeHasItsOwnAdvisories) {
  EXPECT_EQ(looked_up("pkg:generic/node@v18.17.0"), "Node.js | node | 18.17.0 | npm");
  EXPECT_EQ(looked_up("pkg:generic/nginx@1.25.1"), "Bitnami | nginx | 1.25.1 | semver");
  EXPECT_EQ(looked_up("pkg:generic/some-tool@1.0"), "nowhere");
}

TEST(Lookup, UbuntuNoticesNameBinaries) {
  EXPECT_THAT(lookup_of(*component_of_purl("pkg:deb/ubuntu/libssh-4@0.9.6-2ubuntu0.22.04.1?distro=ubuntu-22.04&upstream=libssh"))->also,
              testing::ElementsAre("binary/libssh-4"));
  // A binary with a version of its own is not compared with its source's.
  EXPECT_THAT(lookup_of(*component_of_purl("pkg:deb/ubuntu/libx@2.0-1?distro=ubuntu-22.04&upstream=x@1.0-1"))->also, testing::IsEmpty());
}

TEST(Lookup, HeadersOfRpmAndApkRunNoCode) {
  EXPECT_EQ(component_of_purl("pkg:rpm/redhat/openssl-devel@3.0.7-1.el9?distro=rhel-9")->role, model::ComponentRole::headers);
  EXPECT_EQ(component_of_purl("pkg:apk/alpine/openssl-dbg@3.1.4-r0?distro=alpine-3.19")->role, model::ComponentRole::debug);
}

// 1Panel's GO-2025-4230 gives versions of the project ("introduced 1.10.33"); v0.0.0-… was called clean, as it is "below".
TEST(Lookup, APseudoVersionDoesNotTellTheProjectsVersion) {
  const auto db = test_database({test_record(
      "CVE-2025-1111", {}, {"Go", "example.com/panel", "introduced 1.10.33", {}, {}, "versions of the project, not of the Go module"})});
  const auto words = [&](const char* purl) { return test_words(match_inventory(test_inventory({purl}), db, kTestDay)); };
  EXPECT_THAT(words("pkg:golang/example.com/panel@v0.0.0-20251201063338-94f7d78cc976"), testing::ElementsAre("CVE-2025-1111 unknown"));
  EXPECT_THAT(words("pkg:golang/example.com/panel@v1.9.6"), testing::IsEmpty());
}

}  // namespace
}  // namespace bulkhead::match
