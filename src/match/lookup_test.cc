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

}  // namespace
}  // namespace bulkhead::match
