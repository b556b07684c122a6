#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "sbom/cyclonedx.h"

namespace bulkhead::sbom {
namespace {

model::Inventory sample() {
  model::Inventory i;
  i.subject = "shop.tar";
  i.references = {"registry.test/shop/api:1.4", "registry.test/shop/api:latest"};
  i.manifest_digest = "sha256:" + std::string(64, 'a');
  i.config_digest = "sha256:" + std::string(64, 'b');
  i.layer_digests = {"sha256:" + std::string(64, 'c'), "sha256:" + std::string(64, 'd')};
  i.has_config = true;
  i.config = {.user = "",
              .exposed_ports = {"80/tcp", "8080/tcp"},
              .entrypoint = {"/bin/sh", "-c"},
              .command = {"run"},
              .labels = {{"a=b", "c"}, {"x", ""}},
              .created = "2026-01-01T00:00:00Z",
              .architecture = "amd64",
              .working_dir = "/srv"};
  i.distro_id = "debian";
  i.distro_version = "12";
  i.distro_name = "Debian GNU/Linux 12 (bookworm)";
  i.components = {
      {.purl = "pkg:deb/debian/libssl3@3.0.20-1~deb12u2?arch=amd64&distro=debian-12",
       .type = "deb",
       .name = "libssl3",
       .version = "3.0.20-1~deb12u2",
       .source_name = "openssl",
       .source_version = "3.0.20-1~deb12u2",
       .arch = "amd64",
       .distro = "debian:12",
       .role = model::ComponentRole::headers,
       .grade = model::Grade::files_match,
       .paths = {"var/lib/dpkg/status"},
       .layer = i.layer_digests[0],
       .layer_command = "RUN apt-get install",
       .cataloger = "dpkg"},
      {.purl = "pkg:maven/org.a/b@1.0",
       .type = "maven",
       .name = "org.a:b",
       .version = "1.0",
       .paths = {"a.war!/WEB-INF/lib/b.jar", "z.jar"},
       .layer = i.layer_digests[1],
       .cataloger = "java",
       .licenses = {"Apache-2.0"}},
      {.purl = "pkg:npm/%40scope/x@2.0.0", .type = "npm", .name = "@scope/x", .version = "2.0.0", .cataloger = "npm"},
      {.purl = "pkg:npm/jsonstream@1.3.5", .type = "npm", .name = "JSONStream", .version = "1.3.5", .cataloger = "npm"},
  };
  i.coverage = {{model::CoverageNote::State::error, "layer x", "broken"}};
  i.tampering = {{"digest_mismatch", "layer x", "why"}};
  i.complete = false;
  return i;
}

TEST(CycloneDx, RoundTripKeepsTheInventory) {
  model::Inventory in = sample();
  const auto out = read_cyclonedx(write_cyclonedx(in), {}, "x");
  ASSERT_TRUE(out);
  model::Inventory back = *out;
  back.subject = in.subject;  // the reader's caller names it
  EXPECT_EQ(model::to_json(back), model::to_json(in));
}

TEST(CycloneDx, SameInventorySameBytes) { EXPECT_EQ(write_cyclonedx(sample()), write_cyclonedx(sample())); }

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
