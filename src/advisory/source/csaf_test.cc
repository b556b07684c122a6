#include <gmock/gmock.h>

#include "advisory/internal/test_feed.h"

namespace bulkhead::advisory {
namespace {

using testing::HasSubstr;

TEST(Csaf, RedHatSaysThatNoKernelIsAffected) {
  const TestFeed feed = read_test_feed("csaf/good/cve-2023-6238.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  EXPECT_EQ(feed.row, "csaf");
  const Affected* kernel = feed.affected("CVE-2023-6238", "kernel", "Red Hat:9");
  ASSERT_NE(kernel, nullptr);
  EXPECT_EQ(kernel->state, AffectedState::not_affected);
  EXPECT_EQ(kernel->note, "vulnerable_code_not_present");
}

TEST(Csaf, AnErratumOfRedHat) {
  const TestFeed feed = read_test_feed("csaf/good/rhsa-2023_7438.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  ASSERT_FALSE(feed.all<Advisory>().empty());
  const Advisory a = feed.all<Advisory>().front();
  ASSERT_FALSE(a.affected.empty());
  EXPECT_THAT(a.affected[0].ecosystem, HasSubstr("Red Hat:"));
  EXPECT_THAT(a.affected[0].note, HasSubstr("RHSA-2023:7438"));
  EXPECT_THAT(a.affected[0].ranges, HasSubstr("fixed "));
}

TEST(Csaf, PackagesOfOtherDistributions) {
  const TestFeed suse = read_test_feed("csaf/good/opensuse-su-2016_1623-1.json");
  ASSERT_TRUE(suse.status) << suse.status.error().text();
  EXPECT_EQ(suse.ranges("CVE-2016-1704", "chromium", "SUSE:Package Hub 12"), "introduced 0\nfixed 51.0.2704.103-85.3");
  const TestFeed euler = read_test_feed("csaf/good/csaf-openeuler-cve-2025-30346.json");
  ASSERT_TRUE(euler.status) << euler.status.error().text();
  EXPECT_EQ(euler.ranges("CVE-2025-30346", "varnish", "openEuler:24.03-LTS-SP1"), "introduced 0\nfixed 7.4.3-2.oe2403sp1");
  const TestFeed azure = read_test_feed("csaf/good/msrc_cve-2025-25186.json");
  ASSERT_TRUE(azure.status) << azure.status.error().text();
  EXPECT_EQ(azure.ranges("CVE-2025-25186", "ruby", "Azure Linux:3"), "introduced 0\nfixed 3.3.5-2");
}

TEST(Csaf, OtherVendorsProductsBecomeStatements) {
  const TestFeed feed = read_test_feed("csaf/good/oxdc-adv-2024-0003.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  bool affected = false;
  for (const VexStatement& s : feed.all<VexStatement>()) {
    affected = affected || (s.status == "affected" && s.flaws.front() == "CVE-2024-23185" &&
                            s.products.front() == "cpe:2.3:a:open-xchange:dovecot:2.3.21:*:*:*:*:*:*:*");
  }
  EXPECT_TRUE(affected);
}

TEST(Csaf, ADocumentWithoutProducts) {
  const TestFeed feed = read_test_feed("csaf/good/cve-1999-0003.json");
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  for (const Advisory& a : feed.all<Advisory>()) {
    EXPECT_TRUE(a.affected.empty());
  }
}

TEST(Csaf, OpenEulersCommaIsOneNamedError) {
  const TestFeed feed = read_test_feed("csaf/corrupt/csaf-openeuler-cve-2024-50187.json", "csaf");
  ASSERT_FALSE(feed.status);
  EXPECT_THAT(feed.status.error().text(), HasSubstr("csaf-openeuler-cve-2024-50187.json"));
  EXPECT_THAT(feed.status.error().text(), HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace bulkhead::advisory
