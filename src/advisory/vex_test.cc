#include "advisory/vex.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

TEST(Vex, APurlWithoutAVersionSpeaksOfAll) {
  EXPECT_TRUE(vex_covers("pkg:golang/golang.org/x/net", "pkg:golang/golang.org/x/net@v0.17.0"));
  EXPECT_FALSE(vex_covers("pkg:golang/golang.org/x/net@v0.16.0", "pkg:golang/golang.org/x/net@v0.17.0"));
  EXPECT_TRUE(vex_covers("pkg:golang/golang.org/x/net@0.17.0", "pkg:golang/golang.org/x/net@v0.17.0"));
  EXPECT_FALSE(vex_covers("pkg:golang/golang.org/x/net", "pkg:golang/golang.org/x/crypto@v0.17.0"));
}

TEST(Vex, QualifiersOfTheStatementMustBeTheComponents) {
  EXPECT_TRUE(vex_covers("pkg:deb/debian/curl@7.88.1", "pkg:deb/debian/curl@7.88.1?arch=amd64&distro=debian-12"));
  EXPECT_FALSE(vex_covers("pkg:deb/debian/curl@7.88.1?arch=arm64", "pkg:deb/debian/curl@7.88.1?arch=amd64"));
  EXPECT_FALSE(vex_covers("pkg:oci/nginx?repository_url=docker.io/library/nginx", "pkg:oci/nginx@sha256:00"));
}

TEST(Vex, CpesInBothForms) {
  // NISTIR 7695: the bound form's `-` is "not applicable", `*` anything.
  EXPECT_EQ(vex_identity("cpe:/o:redhat:enterprise_linux:9::baseos"), "cpe:o:redhat:enterprise_linux");
  EXPECT_TRUE(vex_covers("cpe:/o:redhat:enterprise_linux:9", "cpe:2.3:o:redhat:enterprise_linux:9:*:baseos:*:*:*:*:*"));
  EXPECT_FALSE(vex_covers("cpe:/o:redhat:enterprise_linux:8", "cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*"));
}

TEST(Vex, UnknownWordsAreNoStatus) {
  EXPECT_EQ(vex_status("not_affected"), VexStatus::not_affected);
  EXPECT_EQ(vex_status("safe"), std::nullopt);
  EXPECT_EQ(vex_justification("because"), "");
}

}  // namespace
}  // namespace bulkhead::advisory
