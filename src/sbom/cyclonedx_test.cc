#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "sbom/cyclonedx.h"
#include "sbom/internal/sample_inventory.h"

namespace bulkhead::sbom {
namespace {

TEST(CycloneDx, RoundTripKeepsTheInventory) {
  model::Inventory in = sample_inventory();
  const auto out = read_cyclonedx(write_cyclonedx(in), {}, "x");
  ASSERT_TRUE(out);
  model::Inventory back = *out;
  back.subject = in.subject;  // the reader's caller names it
  EXPECT_EQ(model::to_json(back), model::to_json(in));
}

TEST(CycloneDx, SameInventorySameBytes) { EXPECT_EQ(write_cyclonedx(sample_inventory()), write_cyclonedx(sample_inventory())); }

std::string fixture(const char* name) {
  return base::read_file(std::string(BULKHEAD_SOURCE_DIR) + "/src/sbom/testdata/" + name, 16 << 20).value();
}

const model::Component& named(const model::Inventory& inventory, std::string_view name) {
  static const model::Component kNone;
  const auto found = std::ranges::find(inventory.components, name, &model::Component::name);
  return found == inventory.components.end() ? kNone : *found;
}

// Written by syft 0.57.
TEST(CycloneDx, ReadsSyftsDebianPackages) {
  const auto inventory = read_cyclonedx(fixture("syft-redis.cdx.json"), {}, "syft");
  ASSERT_TRUE(inventory);
  EXPECT_TRUE(inventory->complete);
  EXPECT_FALSE(inventory->has_config);
  EXPECT_EQ(inventory->references, std::vector<std::string>{"docker.io/library/redis:latest"});
  EXPECT_EQ(inventory->components.size(), 99U);  // as many as the document has purls
  EXPECT_EQ(inventory->distro_id, "debian");
  EXPECT_EQ(inventory->distro_version, "11");
  const model::Component& libc = named(*inventory, "libc6");
  EXPECT_EQ(libc.source_name, "glibc");
  EXPECT_EQ(libc.source_version, libc.version);
  EXPECT_EQ(libc.distro, "debian:11");
  EXPECT_TRUE(libc.layer.starts_with("sha256:"));
  EXPECT_EQ(named(*inventory, "coreutils").version, "8.32-4+b1");
  EXPECT_EQ(named(*inventory, "coreutils").source_version, "8.32-4");
}

TEST(CycloneDx, SourceVersionComesFromUpstreamOrTrivy) {
  const auto inventory = read_cyclonedx(R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[
    {"type":"library","name":"gcc-12-base","version":"12.2.0-14+b1","purl":"pkg:deb/debian/gcc-12-base@12.2.0-14%2Bb1?arch=amd64&distro=debian-12.4&upstream=gcc-12%4012.2.0-14"},
    {"type":"library","name":"bind9-libs","version":"1:9.18.1-1","purl":"pkg:deb/debian/bind9-libs@9.18.1-1?distro=debian-12.4&epoch=1","properties":[
      {"name":"aquasecurity:trivy:SrcName","value":"bind9"},{"name":"aquasecurity:trivy:SrcVersion","value":"9.18.1"},
      {"name":"aquasecurity:trivy:SrcRelease","value":"1"},{"name":"aquasecurity:trivy:SrcEpoch","value":"1"}]}]})",
                                        {}, "x");
  ASSERT_TRUE(inventory);
  EXPECT_EQ(named(*inventory, "gcc-12-base").source_name, "gcc-12");
  EXPECT_EQ(named(*inventory, "gcc-12-base").source_version, "12.2.0-14");
  EXPECT_EQ(named(*inventory, "gcc-12-base").distro, "debian:12");
  EXPECT_EQ(named(*inventory, "bind9-libs").version, "1:9.18.1-1");
  EXPECT_EQ(named(*inventory, "bind9-libs").source_version, "1:9.18.1-1");
}

TEST(CycloneDx, ComponentWithoutPurlIsSaid) {
  const auto inventory = read_cyclonedx(
      R"({"bomFormat":"CycloneDX","components":[{"type":"library","name":"x","version":"1"},{"type":"library","name":"y","purl":"nonsense"}]})",
      {}, "x");
  ASSERT_TRUE(inventory);
  EXPECT_FALSE(inventory->complete);
  EXPECT_EQ(inventory->coverage.size(), 2U);
}

TEST(CycloneDx, OtherDocumentsAreRefused) {
  for (const char* text : {"{}", R"({"spdxVersion":"SPDX-2.3"})", "[", "{\"bomFormat\":\"CycloneDX\"", ""}) {
    const auto inventory = read_cyclonedx(text, {}, "file.json");
    ASSERT_FALSE(inventory) << text;
    EXPECT_NE(inventory.error().text().find("file.json"), std::string::npos) << inventory.error().text();
  }
}

}  // namespace
}  // namespace bulkhead::sbom
