// Expected numbers: client-go's README of release 0.17, compatibility matrix.
#include "match/internal/kubernetes_numbers.h"

#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

TEST(KubernetesNumbers, TranslatesModuleVersions) {
  EXPECT_EQ(kubernetes_number("v0.29.3"), "1.29.3");
  EXPECT_EQ(kubernetes_number("0.20.0-alpha.2"), "1.20.0-alpha.2");
  EXPECT_EQ(kubernetes_number("v0.15.7"), "1.15.7");
  EXPECT_EQ(kubernetes_number("v11.0.0+incompatible"), "1.14.0+incompatible");
  EXPECT_EQ(kubernetes_number("v12.0.0+incompatible"), "1.15.0+incompatible");
  EXPECT_EQ(kubernetes_number("v4.0.0"), "1.7.0");
  EXPECT_EQ(kubernetes_number("v3.0.0"), "3.0.0");    // before the matrix begins
  EXPECT_EQ(kubernetes_number("v13.0.0"), "13.0.0");  // never released
  EXPECT_EQ(kubernetes_number("1.12.9"), "1.12.9");
  EXPECT_EQ(kubernetes_number("v0.0.0-20190620085101-78d2af792bab"), "0.0.0-20190620085101-78d2af792bab");
  EXPECT_EQ(kubernetes_number("nightly"), "nightly");
}

TEST(KubernetesNumbers, ComparesInOneNumbering) {
  const model::Scheme& scheme = staging_scheme();
  EXPECT_TRUE(scheme.compare("v11.0.0+incompatible", "0.17.0").value() < 0);  // Kubernetes 1.14
  EXPECT_TRUE(scheme.compare("v0.18.0", "1.12.9").value() > 0);
  EXPECT_TRUE(scheme.compare("v8.0.0+incompatible", "1.12.9").value() < 0);  // Kubernetes 1.11
  EXPECT_TRUE(scheme.compare("v0.17.0", "1.17.0").value() == 0);
  EXPECT_TRUE(scheme.compare("v0.0.0-20190620085101-78d2af792bab", "0.17.0").value() < 0);
  EXPECT_FALSE(scheme.compare("nightly", "0.17.0"));
  EXPECT_FALSE(scheme.valid("nightly"));
  EXPECT_TRUE(scheme.valid("v0.17.0"));
}

}  // namespace
}  // namespace bulkhead::match
