// Versions and notes of AlmaLinux's and Red Hat's advisories of 2023 (nodejs, glibc, openssh).
#include "match/internal/rpm_builds.h"

#include <gmock/gmock.h>

#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RpmBuilds, MinorStreams) {
  EXPECT_EQ(minor_stream("2.34-60.el9_2.7"), "el9_2");
  EXPECT_EQ(minor_stream("8.7p1-38.el9_4.1"), "el9_4");
  EXPECT_EQ(minor_stream("4.18.0-553.123.2.el8_10"), "el8_10");
  EXPECT_EQ(minor_stream("9.9p1-25.el10_2.alma.1"), "el10_2");
  EXPECT_EQ(minor_stream("1.0.0-5.el8"), "");
  EXPECT_EQ(minor_stream("1.0.0-5.el8_"), "");
  EXPECT_EQ(minor_stream("1.0.0-5.elx_2"), "");
  EXPECT_EQ(minor_stream("1.0.0-5.fc39"), "");
  EXPECT_EQ(minor_stream(""), "");
}

TEST(RpmBuilds, ModulesOfVersionsAndNotes) {
  EXPECT_TRUE(is_modular("1:18.18.2-1.module_el8.8.0+3652+0e111ba0"));
  EXPECT_TRUE(is_modular("1:14.21.3-1.module+el8.7.0+18531+81d21ca6"));
  EXPECT_FALSE(is_modular("1:16.20.2-1.el9_2"));
  EXPECT_EQ(module_of_note("ALSA-2023:5869; module nodejs:18"), "nodejs:18");
  EXPECT_EQ(module_of_note("module virt:rhel; why"), "virt:rhel");
  EXPECT_EQ(module_of_note("a module of its own"), "");
  EXPECT_EQ(module_of_note("submodule x:1"), "");
  EXPECT_EQ(module_of_note("submodule x:1; module y:2"), "y:2");
  EXPECT_EQ(module_of_note(""), "");
}

advisory::Advisory errata(const char* fixed, const char* note, const char* package = "nodejs") {
  return test_record("CVE-2023-44487", {}, {"AlmaLinux:8", package, std::string("introduced 0\nfixed ") + fixed, {}, {}, note});
}

advisory::Database three_streams() {
  auto all = errata("1:16.20.2-3.module_el8.8.0+3653+c77a731f", "ALSA-2023:5850; module nodejs:16");
  all.affected.push_back(errata("1:18.18.2-1.module_el8.8.0+3652+0e111ba0", "ALSA-2023:5869; module nodejs:18").affected.front());
  all.affected.push_back(errata("1:20.8.1-1.module_el8.9.0+3675+0258a6d9", "ALSA-2023:7205; module nodejs:20").affected.front());
  return test_database({all});
}

std::vector<std::string> nodejs(const advisory::Database& db, const std::string& version, const std::string& qualifier) {
  return test_words(
      match_inventory(test_inventory({"pkg:rpm/almalinux/nodejs@" + version + "?distro=almalinux-8.8&epoch=1" + qualifier}), db, kTestDay));
}

TEST(RpmBuilds, AStreamIsJudgedByItsOwnFix) {
  const auto db = three_streams();
  EXPECT_THAT(nodejs(db, "18.18.2-1.module_el8.8.0%2B3652%2B0e111ba0", "&rpmmod=nodejs:18"), IsEmpty());
  EXPECT_THAT(nodejs(db, "18.17.1-1.module_el8.8.0%2B3613%2B1", "&rpmmod=nodejs:18"),
              ElementsAre("CVE-2023-44487 fixed_available 1:18.18.2-1.module_el8.8.0+3652+0e111ba0"));
  EXPECT_THAT(nodejs(db, "16.20.2-3.module_el8.8.0%2B3653%2Bc77a731f", "&modularitylabel=nodejs:16:8080020231012:63b34585"), IsEmpty());
  EXPECT_THAT(nodejs(db, "20.5.1-1.module_el8.9.0%2B1%2B1", "&rpmmod=nodejs:20"),
              ElementsAre("CVE-2023-44487 fixed_available 1:20.8.1-1.module_el8.9.0+3675+0258a6d9"));
}

TEST(RpmBuilds, AnUntoldStreamIsUnknown) {
  const auto db = three_streams();
  EXPECT_THAT(nodejs(db, "18.18.2-1.module_el8.8.0%2B3652%2B0e111ba0", ""),
              ElementsAre("CVE-2023-44487 unknown 1:20.8.1-1.module_el8.9.0+3675+0258a6d9"));
  EXPECT_THAT(nodejs(db, "20.9.0-1.module_el8.9.0%2B1%2B1", ""), IsEmpty());  // above all fixes
  EXPECT_THAT(nodejs(db, "16.20.2-1.el8", ""), IsEmpty());                    // no module's build
  const auto one = test_database({errata("1:16.20.2-3.module_el8.8.0+3653+c77a731f", "ALSA-2023:5850; module nodejs:16")});
  EXPECT_THAT(nodejs(one, "16.20.1-1.module_el8.8.0%2B1%2B1", ""),
              ElementsAre("CVE-2023-44487 fixed_available 1:16.20.2-3.module_el8.8.0+3653+c77a731f"));
}

TEST(RpmBuilds, AStreamNamedInThePackage) {
  const auto db = test_database({errata("1:18.18.2-1.module_el8.8.0+3652+0e111ba0", "", "nodejs:18/nodejs")});
  EXPECT_THAT(nodejs(db, "18.17.1-1.module_el8.8.0%2B3613%2B1", "&rpmmod=nodejs:18"),
              ElementsAre("CVE-2023-44487 fixed_available 1:18.18.2-1.module_el8.8.0+3652+0e111ba0"));
  EXPECT_THAT(nodejs(db, "18.17.1-1.module_el8.8.0%2B3613%2B1", "&rpmmod=nodejs:16"), IsEmpty());
}

TEST(RpmBuilds, AFixOfTheOwnMinorReleaseDecides) {
  auto record = test_record("CVE-2023-4911", {}, {"AlmaLinux:9", "glibc", "introduced 0\nfixed 2.34-60.el9_2.7", {}, {}, "A"});
  record.affected.push_back({"AlmaLinux:9", "glibc", "introduced 0\nfixed 2.34-83.el9_3.7", {}, {}, "B"});
  const auto db = test_database({record});
  const auto glibc = [&](const std::string& version) {
    return test_words(match_inventory(test_inventory({"pkg:rpm/almalinux/glibc@" + version + "?distro=almalinux-9.2"}), db, kTestDay));
  };
  EXPECT_THAT(glibc("2.34-60.el9_2.7"), IsEmpty());
  EXPECT_THAT(glibc("2.34-60.el9_2.6"), ElementsAre("CVE-2023-4911 fixed_available 2.34-60.el9_2.7"));
  EXPECT_THAT(glibc("2.34-60.el9"), ElementsAre("CVE-2023-4911 fixed_available 2.34-60.el9_2.7"));
  EXPECT_THAT(glibc("2.34-83.el9_3.6"), ElementsAre("CVE-2023-4911 fixed_available 2.34-83.el9_3.7"));
  EXPECT_THAT(glibc("2.34-70.el9_1.1"), ElementsAre("CVE-2023-4911 fixed_available 2.34-83.el9_3.7"));  // no fix of its own
}

// One record may hold a range for each minor release: the later one's fix made builds of the earlier affected for ever.
TEST(RpmBuilds, RangesOfOtherMinorReleasesInOneRecordDoNotCount) {
  std::vector<advisory::PackageRecord> records(1);
  records[0].flaw = 1;
  records[0].ranges = "introduced 0\nfixed 32:9.11.36-11.el8_9.1\n\nintroduced 0\nfixed 32:9.11.36-14.el8_10";
  auto own = records;
  keep_own_builds(own, "32:9.11.36-11.el8_9.1", "");
  EXPECT_EQ(own[0].ranges, "introduced 0\nfixed 32:9.11.36-11.el8_9.1");
  own = records;
  keep_own_builds(own, "32:9.11.36-14.el8_10", "");
  EXPECT_EQ(own[0].ranges, "introduced 0\nfixed 32:9.11.36-14.el8_10");
  own = records;
  keep_own_builds(own, "32:9.11.36-8.el8_8.2", "");
  EXPECT_EQ(own[0].ranges, records[0].ranges);
  own = records;
  keep_own_builds(own, "32:9.11.36-8.el8", "");
  EXPECT_EQ(own[0].ranges, records[0].ranges);
}

// RHSA-2023:4569 and -4645 mend one flaw of .NET for 9.2 and for 9.0's extended support.
TEST(RpmBuilds, ExtendedSupportOfTheMinorReleaseIsAsked) {
  const auto db = test_database({test_record("CVE-2023-1111", {}, {"Red Hat:9", "x", "introduced 0\nfixed 2-9.el9_2", {}}),
                                 test_record("CVE-2023-1111", {}, {"Red Hat:rhel_eus:9.0", "x", "introduced 0\nfixed 2-5.el9_0.1", {}})});
  const auto words = [&](const char* purl) { return test_words(match_inventory(test_inventory({purl}), db, kTestDay)); };
  EXPECT_THAT(words("pkg:rpm/redhat/x@2-5.el9_0.1?distro=rhel-9.0"), IsEmpty());
  EXPECT_THAT(words("pkg:rpm/redhat/x@2-5.el9_0?distro=rhel-9.0"), ElementsAre("CVE-2023-1111 fixed_available 2-5.el9_0.1"));
  EXPECT_THAT(words("pkg:rpm/redhat/x@2-8.el9_2?distro=rhel-9.2"), ElementsAre("CVE-2023-1111 fixed_available 2-9.el9_2"));
  EXPECT_THAT(words("pkg:rpm/redhat/x@2-5.el9?distro=rhel-9.2"), ElementsAre("CVE-2023-1111 fixed_available 2-9.el9_2"));
}

}  // namespace
}  // namespace bulkhead::match
