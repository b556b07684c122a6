#include "sbom/spdx.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "sbom/cyclonedx.h"
#include "sbom/document.h"
#include "sbom/internal/sample_inventory.h"

namespace bulkhead::sbom {
namespace {

std::string fixture(const char* name) {
  return base::read_file(std::string(BULKHEAD_SOURCE_DIR) + "/src/sbom/testdata/" + name, 16 << 20).value();
}

model::Inventory read(const char* name) {
  auto inventory = read_sbom(fixture(name), {}, name);
  EXPECT_TRUE(inventory) << name << ": " << (inventory ? "" : inventory.error().text());
  return inventory ? *std::move(inventory) : model::Inventory();
}

const model::Component& named(const model::Inventory& inventory, std::string_view name) {
  static const model::Component kNone;
  const auto found = std::ranges::find(inventory.components, name, &model::Component::name);
  return found == inventory.components.end() ? kNone : *found;
}

size_t skipped(const model::Inventory& inventory) {
  return static_cast<size_t>(std::ranges::count(inventory.coverage, model::CoverageNote::State::skipped, &model::CoverageNote::state));
}

TEST(Spdx, RoundTripKeepsTheInventory) {
  const model::Inventory in = sample_inventory();
  const auto out = read_sbom(write_spdx(in), {}, "x");
  ASSERT_TRUE(out) << out.error().text();
  EXPECT_EQ(model::to_json(*out), model::to_json(in));
}

// From one format to the other and back: both hold everything.
TEST(Spdx, SurvivesTheOtherFormat) {
  model::Inventory in = sample_inventory();
  auto there = read_sbom(write_cyclonedx(*read_sbom(write_spdx(in), {}, "x")), {}, "x");
  ASSERT_TRUE(there);
  there->subject = in.subject;
  EXPECT_EQ(model::to_json(*there), model::to_json(in));
}

TEST(Spdx, WrittenDocumentHasWhatTheSpecificationDemands) {
  const std::string text = write_spdx(sample_inventory());
  EXPECT_EQ(text, write_spdx(sample_inventory()));
  const auto document = base::JsonDocument::parse(text);
  ASSERT_TRUE(document);
  const base::JsonView root = document->root();
  EXPECT_EQ(root.get("spdxVersion").string(), "SPDX-2.3");
  EXPECT_EQ(root.get("dataLicense").string(), "CC0-1.0");
  EXPECT_EQ(root.path("creationInfo", "created").string(), "2026-01-01T00:00:00Z");
  EXPECT_FALSE(root.get("documentNamespace").text().empty());
  size_t purls = 0;
  std::vector<std::string> ids;
  for (const base::JsonView& package : root.get("packages").items()) {
    for (const char* field : {"name", "SPDXID", "downloadLocation"}) {
      EXPECT_FALSE(package.get(field).text().empty()) << field;
    }
    purls += package.get("externalRefs").size();
    ids.push_back(package.get("SPDXID").text());
  }
  EXPECT_EQ(purls, sample_inventory().components.size());
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
  EXPECT_EQ(root.get("relationships").size(), ids.size());  // the subject described, everything else contained in it
}

// One document in its two syntaxes.
TEST(Spdx, JsonAndTagValueGiveTheSame) {
  const model::Inventory json = read("centos-7-spdx.json");
  const model::Inventory text = read("centos-7-spdx.txt");
  EXPECT_EQ(model::to_json(json), model::to_json(text));
  EXPECT_TRUE(json.complete);
  ASSERT_EQ(json.components.size(), 2U);
  EXPECT_EQ(json.distro_id, "centos");
  EXPECT_EQ(json.components[1].name, "openssl-libs");
  EXPECT_EQ(json.components[1].version, "1:1.0.2k-16.el7");
  EXPECT_EQ(json.components[1].source_version, "1:1.0.2k-16.el7");
  EXPECT_EQ(json.components[1].distro, "centos:7.6.1810");
  EXPECT_EQ(json.components[1].layer, "sha256:89169d87dbe2b72ba42bfbb3579c957322baca28e03a1e558076542a1c1b2b4a");
  EXPECT_EQ(json.components[0].licenses, std::vector<std::string>{"GPLv3+"});
}

TEST(CycloneDx, JsonAndXmlGiveTheSame) {
  const model::Inventory json = read("laravel.cdx.json");
  const model::Inventory xml = read("laravel.cdx.xml");
  EXPECT_EQ(json.components.size(), 62U);
  EXPECT_EQ(model::to_json(json), model::to_json(xml));
}

// An image of Debian packages and one Go program, by three tools.
TEST(Spdx, ThreeToolsOnOneImage) {
  const model::Inventory trivy = read("trivy-csi-attacher.spdx.json");
  const model::Inventory syft = read("syft-csi-attacher.spdx.json");
  EXPECT_EQ(trivy.components.size(), 51U);  // 54 packages: an image, an application, an operating system
  EXPECT_EQ(trivy.distro_id, "debian");
  EXPECT_TRUE(trivy.complete);
  EXPECT_EQ(named(trivy, "netbase").source_version, "6.3");
  EXPECT_EQ(named(trivy, "netbase").distro, "debian:11");
  EXPECT_EQ(syft.components.size(), 52U);
  EXPECT_EQ(named(syft, "netbase").source_name, "netbase");
  EXPECT_EQ(named(syft, "netbase").paths.empty(), false);
  // tern names packages without a purl: none can be looked up, and that is said.
  const model::Inventory tern = read("tern-csi-attacher.spdx.json");
  EXPECT_FALSE(tern.complete);
  EXPECT_TRUE(tern.components.empty());
  EXPECT_GE(skipped(tern), 1U);
}

TEST(Spdx, LayersAndImagesAreNoComponents) {
  const model::Inventory bom = read("bom-klipper-lb.spdx.json");  // an image and its three layers, no package
  EXPECT_TRUE(bom.components.empty());
  EXPECT_FALSE(bom.complete);
}

TEST(Spdx, OldAlpinePurlsAreRead) {
  const auto inventory = read_sbom(
      R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"a","SPDXID":"SPDXRef-a","externalRefs":[{"referenceType":"purl",
      "referenceLocator":"pkg:alpine/alpine-baselayout-data@3.2.0-r23?arch=s390x&upstream=alpine-baselayout&distro=alpine-3.16.3"}]}]})",
      {}, "x");
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->components.at(0).purl,
            "pkg:apk/alpine/alpine-baselayout-data@3.2.0-r23?arch=s390x&distro=alpine-3.16.3&upstream=alpine-baselayout");
  EXPECT_EQ(inventory->components.at(0).source_name, "alpine-baselayout");
  EXPECT_EQ(inventory->components.at(0).source_version, "3.2.0-r23");
}

TEST(Spdx, BrokenTagValueNamesTheLine) {
  for (const auto& [text, line] : {std::pair{"SPDXVersion: SPDX-2.3\n\nno tag\n", "line 3"},
                                   std::pair{"SPDXVersion: SPDX-2.2\nPackageName: <text>a\nb", "line 3"}}) {
    const auto inventory = read_sbom(text, {}, "x.spdx");
    ASSERT_FALSE(inventory);
    EXPECT_NE(inventory.error().text().find(line), std::string::npos) << inventory.error().text();
  }
}

TEST(Document, OthersAreRefusedByName) {
  const auto why = [](std::string_view text) {
    const auto inventory = read_sbom(text, {}, "file");
    return inventory ? std::string("read") : inventory.error().text();
  };
  EXPECT_NE(why(fixture("example1.spdx3.json")).find("SPDX 3"), std::string::npos);
  EXPECT_NE(why("{}").find("no CycloneDX document"), std::string::npos);
  EXPECT_NE(why("<html/>").find("no element bom"), std::string::npos);
  EXPECT_NE(why("<!DOCTYPE b [<!ENTITY a \"b\">]><bom>&a;</bom>").find("file"), std::string::npos);
  EXPECT_NE(why(R"({"spdxVersion":"SPDX-1.0"})").find("SPDX-1.0"), std::string::npos);
}

TEST(Document, InTotoStatementIsOpened) {
  const auto inventory = read_sbom(
      R"({"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://cyclonedx.org/bom","predicate":{"bomFormat":"CycloneDX",
      "components":[{"type":"library","name":"x","purl":"pkg:npm/x@1"}]}})",
      {}, "x");
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->components.size(), 1U);
}

TEST(Document, HeadTellsTextFromArchives) {
  EXPECT_TRUE(looks_like_sbom("\xef\xbb\xbf{\"a\":1}"));
  EXPECT_TRUE(looks_like_sbom("<?xml version='1.0'?>"));
  EXPECT_TRUE(looks_like_sbom("# comment\nSPDXVersion: SPDX-2.3\n"));
  EXPECT_FALSE(looks_like_sbom(std::string_view("manifest.json\0\0\0", 16)));
  EXPECT_FALSE(looks_like_sbom("\x1f\x8b\x08"));
}

}  // namespace
}  // namespace bulkhead::sbom
