#include "advisory/internal/errata.h"

#include <gmock/gmock.h>

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;

TEST(Errata, TakesPackageFileNamesApart) {
  const auto with_epoch = nevra_of("bind-libs-32:9.11.4-26.P2.el7.x86_64.rpm", true);
  ASSERT_TRUE(with_epoch);
  EXPECT_EQ(with_epoch->name, "bind-libs");
  EXPECT_EQ(with_epoch->evr, "32:9.11.4-26.P2.el7");
  EXPECT_EQ(with_epoch->arch, "x86_64");
  const auto zero = nevra_of("delve-0:1.25.2-1.el10_1.src.rpm", true);
  ASSERT_TRUE(zero);
  EXPECT_EQ(zero->evr, "1.25.2-1.el10_1");
  const auto bare = nevra_of("libopenssl0_9_8-32bit-0.9.8j-106.12.1", false);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->name, "libopenssl0_9_8-32bit");
  EXPECT_EQ(bare->evr, "0.9.8j-106.12.1");
  EXPECT_FALSE(nevra_of("openssl", true));
  EXPECT_FALSE(nevra_of("a-b", false));
  EXPECT_FALSE(nevra_of("-1-2", false));
}

TEST(Errata, CutsASubPackagesTailOffAVersion) {
  EXPECT_EQ(checked_evr("bind-chroot", "32:chroot-9.18.34-1.an23"), "32:9.18.34-1.an23");
  EXPECT_EQ(checked_evr("bind-dnssec-utils", "32:dnssec-utils-9.18.34-1.an23"), "32:9.18.34-1.an23");
  EXPECT_EQ(checked_evr("bind", "32:9.18.34-1.an23"), "32:9.18.34-1.an23");
  EXPECT_EQ(checked_evr("golang", "0: 1.20.10-1.azl3"), "0:1.20.10-1.azl3");
  EXPECT_FALSE(checked_evr("golang", "0:1.17.13-2,1.18.8-2,1.21.6-1.azl3"));
  EXPECT_FALSE(checked_evr("bind", "32:else-9.18.34-1.an23"));
  EXPECT_FALSE(checked_evr("bind", "x:9.18"));
  EXPECT_FALSE(checked_evr("bind", ""));
  EXPECT_FALSE(checked_evr("bind", "1:"));
  EXPECT_FALSE(checked_evr("bind", "1\n2"));
}

TEST(Errata, FindsVectorsDatesAndNames) {
  EXPECT_EQ(vector_of("7.0/CVSS:3.1/AV:L/AC:H"), "CVSS:3.1/AV:L/AC:H");
  EXPECT_EQ(vector_of("7.8/AV:N/AC:L/Au:N/C:N/I:N/A:C"), "AV:N/AC:L/Au:N/C:N/I:N/A:C");
  EXPECT_EQ(vector_of("CVSS:4.0/AV:N"), "CVSS:4.0/AV:N");
  EXPECT_EQ(vector_of("7.0"), "");
  EXPECT_EQ(vector_of("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  EXPECT_EQ(date_of("2018-01-11 21:05"), "2018-01-11");
  EXPECT_EQ(date_of("20240417"), "2024-04-17");
  EXPECT_EQ(date_of("2023-12-18 15:00:00 UTC"), "2023-12-18");
  EXPECT_EQ(date_of("soon"), "");
  EXPECT_THAT(flaws_in("CVE-2024-24989, (CVE-2024-24990) CVE-2024-24989- CVE-x CVE-2"), ElementsAre("CVE-2024-24989", "CVE-2024-24990"));
  EXPECT_EQ(version_variant("2:2.34-60.0.3.ksplice1.el9_2"), "ksplice");
  EXPECT_EQ(version_variant("10:3.6.16-4.0.1.el8_fips"), "fips");
  EXPECT_EQ(version_variant("3.6.16-4.el8"), "");
  EXPECT_EQ(variant_name("ksplice", "glibc"), "ksplice/glibc");
  EXPECT_EQ(variant_name("", "glibc"), "glibc");
  EXPECT_EQ(module_note("nodejs:18"), "module nodejs:18");
  EXPECT_EQ(module_note(""), "");
}

}  // namespace
}  // namespace bulkhead::advisory
