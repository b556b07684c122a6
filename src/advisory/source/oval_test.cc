#include <gmock/gmock.h>

#include "advisory/internal/said.h"

namespace bulkhead::advisory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Oval, ReadsRedHatsPatchesAndWhatHasNone) {
  const TestFeed feed = read_test_feed("oval/good/rhel-9-including-unpatched.oval.xml.bz2");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "oval");
  // One erratum, two flaws, two packages in two errata: a record per flaw.
  EXPECT_THAT(said(feed, "CVE-2022-1529", "firefox"), ElementsAre("Red Hat:9|introduced 0, fixed 91.9.1-1.el9_0|0|RHSA-2022:4765"));
  EXPECT_THAT(said(feed, "CVE-2022-1529", "thunderbird"), ElementsAre("Red Hat:9|introduced 0, fixed 91.9.1-1.el9_0|0|RHSA-2022:4772"));
  EXPECT_THAT(said(feed, "CVE-2005-2541", "tar"), ElementsAre("Red Hat:9|introduced 0|2|"));  // "Will not fix"
  EXPECT_THAT(said(feed, "CVE-2002-0059", "zlib-devel"), ElementsAre("Red Hat:9||5|"));       // its list of what is not affected
  const Advisory* a = feed.advisory("CVE-2022-1529");
  ASSERT_NE(a, nullptr);
  EXPECT_THAT(a->cvss, ElementsAre("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"));
  EXPECT_EQ(a->severity, "critical");
  EXPECT_EQ(a->published, "2022-05-27");
}

TEST(Oval, AnErratumOfTwoReleasesGivesEachItsOwnVersions) {
  const TestFeed feed = read_test_feed("oval/good/com.redhat.rhsa-RHEL8.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2019-12735", "vim-X11"), ElementsAre("Red Hat:7|introduced 0, fixed 2:7.4.160-6.el7_6|0|RHSA-2019:1619",
                                                                   "Red Hat:8|introduced 0, fixed 2:8.0.1763-11.el8_0|0|RHSA-2019:1619"));
}

TEST(Oval, ReadsUbuntusThreeLists) {
  const TestFeed by_cve = read_test_feed("oval/good/oci.com.ubuntu.jammy.cve.oval.xml.bz2");
  ASSERT_TRUE(by_cve.status) << by_cve.status.error().text();
  EXPECT_THAT(said(by_cve, "CVE-2023-48795", "openssh"), ElementsAre("Ubuntu:22.04:LTS|introduced 0, fixed 1:8.9p1-3ubuntu0.5|0|"));
  EXPECT_THAT(said(by_cve, "CVE-2023-48795", "libssh"), ElementsAre("Ubuntu:22.04:LTS|introduced 0, fixed 0.9.6-2ubuntu0.22.04.2|0|"));
  EXPECT_EQ(by_cve.advisory("CVE-2023-48795")->severity, "medium");
  const TestFeed by_package = read_test_feed("oval/good/oci.com.ubuntu.jammy.pkg.oval.xml.bz2");
  ASSERT_TRUE(by_package.status);
  EXPECT_THAT(said(by_package, "CVE-2023-48795", "openssh"), ElementsAre("Ubuntu:22.04:LTS|introduced 0, fixed 1:8.9p1-3ubuntu0.5|0|"));
  const TestFeed by_notice = read_test_feed("oval/good/oci.com.ubuntu.jammy.usn.oval.xml.bz2");
  ASSERT_TRUE(by_notice.status);
  EXPECT_THAT(said(by_notice, "CVE-2023-48795", "binary/libssh-4"),
              ElementsAre("Ubuntu:22.04:LTS|introduced 0, fixed 0.9.6-2ubuntu0.22.04.2|0|USN-6561-1"));
}

TEST(Oval, ReadsSusesProductsAsReleases) {
  const TestFeed micro = read_test_feed("oval/good/suse.linux.enterprise.micro.5-affected.xml.gz");
  ASSERT_TRUE(micro.status) << micro.status.error().text();
  EXPECT_TRUE(micro.all<Skipped>().empty());
  std::vector<std::string> all;
  for (const Advisory& a : micro.all<Advisory>()) {
    for (const Affected& x : a.affected) {
      all.push_back(a.id + " " + x.ecosystem + " " + x.package + " " + base::replace_all(x.ranges, "\n", ", ") + " " +
                    std::to_string(static_cast<int>(x.state)));
    }
  }
  EXPECT_THAT(all, Contains(HasSubstr("SUSE Micro:5.4 vim-small introduced 0, fixed 9.0.1234-150000.5.34.1 0")));
  EXPECT_THAT(all, Contains(HasSubstr("SUSE Micro:5.5 vim-small introduced 0, fixed 9.0.1632-150500.20.3.1 0")));
  EXPECT_THAT(all, Contains(HasSubstr("kernel-default  5")));  // "is not affected": version 0
  const TestFeed leap = read_test_feed("oval/good/opensuse.leap.15.2.xml.gz");
  ASSERT_TRUE(leap.status);
  EXPECT_THAT(said(leap, "CVE-2010-2322", "fastjar"), Contains(HasSubstr("openSUSE:Leap 15.2|introduced 0, fixed 0.98-lp152.4.3.1|0")));
  // A file that lost tests: the rest of a definition lives, and what is lost is named.
  const TestFeed cut = read_test_feed("oval/good/suse.linux.enterprise.16-patch.xml.gz");
  ASSERT_TRUE(cut.status);
  EXPECT_THAT(said(cut, "CVE-2019-3883", "389-ds"),
              ElementsAre(HasSubstr("SUSE:16.0|introduced 0, fixed 3.0.6~git86.dce421a0d-160000.2.2|0")));
  EXPECT_FALSE(cut.all<Skipped>().empty());
}

TEST(Oval, KeepsModulesAndSpecialBuildsApart) {
  const TestFeed feed = read_test_feed("oval/good/com.oracle.elsa-all.xml.bz2");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_THAT(said(feed, "CVE-2007-0493", "bind"), ElementsAre("Oracle Linux:5|introduced 0, fixed 30:9.3.3-8.el5|0|ELSA-2007-0057"));
  bool module = false;
  for (const Advisory& a : feed.all<Advisory>()) {
    for (const Affected& x : a.affected) {
      module = module || x.note.starts_with("ELSA-2023-12342; module virt:kvm_utils");
      EXPECT_NE(x.note, "ELSA-2023-12342") << x.package;
    }
  }
  EXPECT_TRUE(module);
}

// Its epoch of 2 would make every ordinary build old.
TEST(Oval, AKspliceBuildIsNoFixOfTheOrdinaryOne) {
  const TestFeed feed = read_test_feed("oval/good/elsa-ksplice.xml");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_TRUE(said(feed, "CVE-2021-3450", "openssl").empty());
  EXPECT_THAT(said(feed, "CVE-2021-3450", "ksplice/openssl"),
              ElementsAre("Oracle Linux:8|introduced 0, fixed 2:1.1.1g-15.ksplice1.el8_3|0|ELSA-2021-9151"));
}

TEST(Oval, ReadsAzurePhotonAltAndAnolis) {
  const TestFeed azure = read_test_feed("oval/good/azurelinux-3.0-oval.xml");
  ASSERT_TRUE(azure.status) << azure.status.error().text();
  EXPECT_THAT(said(azure, "CVE-2024-47191", "oath-toolkit"), ElementsAre(HasSubstr("Azure Linux:3|introduced 0, fixed 2.6.7-3.azl3|0")));
  EXPECT_THAT(said(azure, "CVE-2023-45853", "cloud-hypervisor"), ElementsAre("Azure Linux:3||5|not applicable"));
  const TestFeed mariner = read_test_feed("oval/good/cbl-mariner-2.0-oval-2024-01-22.xml");
  ASSERT_TRUE(mariner.status);
  ASSERT_EQ(mariner.all<Advisory>().size(), 2U);
  const Affected open = mariner.all<Advisory>().front().affected.front();
  EXPECT_EQ(open.ecosystem, "Azure Linux:2");
  EXPECT_THAT(open.ranges, HasSubstr("last_affected "));
  EXPECT_EQ(open.state, AffectedState::no_fix);
  const TestFeed photon = read_test_feed("oval/good/com.vmware.phsa-photon5.xml.gz");
  ASSERT_TRUE(photon.status);
  EXPECT_THAT(said(photon, "CVE-2023-5764", "ansible"), ElementsAre(HasSubstr("Photon OS:5|introduced 0, fixed 2.14.12-1.ph5|0")));
  const TestFeed alt = read_test_feed("oval/good/oval_definitions_p10.zip");
  ASSERT_TRUE(alt.status) << alt.status.error().text();
  EXPECT_THAT(said(alt, "CVE-2013-2111", "dovecot"),
              ElementsAre("ALT Linux:p10|introduced 0, fixed 2.2.6-alt1|0|ALT-PU-2013-1002; BDU:2015-00047"));
  const TestFeed anolis = read_test_feed("oval/good/anolis-23.oval.xml");
  ASSERT_TRUE(anolis.status);
  EXPECT_THAT(said(anolis, "CVE-2024-11187", "bind-chroot"),
              ElementsAre("Anolis OS:23|introduced 0, fixed 32:9.18.34-1.an23|0|ANSA-2025:0186"));
  EXPECT_TRUE(anolis.all<Skipped>().empty());
}

TEST(Oval, RefusesACutFileAndEntities) {
  const TestFeed cut = read_test_feed("oval/corrupt/cut.xml");
  ASSERT_FALSE(cut.status);
  EXPECT_THAT(cut.status.error().text(), HasSubstr("cut.xml:"));
  const TestFeed entity = read_test_feed("oval/corrupt/entity.xml");
  ASSERT_FALSE(entity.status);
  EXPECT_THAT(entity.status.error().text(), HasSubstr("entity.xml:2"));
}

}  // namespace
}  // namespace bulkhead::advisory
