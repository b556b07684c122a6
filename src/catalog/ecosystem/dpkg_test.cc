#include <gtest/gtest.h>

#include "base/text.h"
#include "catalog/internal/fixture_tree.h"

namespace bulkhead::catalog {
namespace {

constexpr std::string_view kRelease = "ID=debian\nVERSION_ID=\"12\"\n";
constexpr std::string_view kStanza =
    "Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nMaintainer: A <a@debian.org>\n";

TEST(Dpkg, ListsWhatDpkgQueryLists) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dpkg/good")).finish();
  std::string lines;
  for (const model::Component& c : inventory.components) {
    lines += c.name + "\t" + c.version + "\t" + c.arch + "\t" + c.source_name + "\t" + c.source_version + "\n";
    EXPECT_EQ(c.distro, "debian:12") << c.name;
  }
  EXPECT_EQ(lines, base::read_file(fixture("dpkg/good.dpkg-query"), 1 << 20).value());
  EXPECT_TRUE(inventory.complete);
}

TEST(Dpkg, PurlIsCanonical) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dpkg/good")).finish();
  ASSERT_NE(component_named(inventory, "libstdc++6"), nullptr);
  EXPECT_EQ(component_named(inventory, "libstdc++6")->purl,
            "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12");
  EXPECT_EQ(component_named(inventory, "login")->purl, "pkg:deb/debian/login@1:4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12");
}

TEST(Dpkg, GradeFollowsTheChecksums) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dpkg/good")).finish();
  EXPECT_EQ(component_named(inventory, "libcap2")->grade, model::Grade::files_match);  // four of its files are there, all as recorded
  EXPECT_EQ(component_named(inventory, "tzdata")->grade, model::Grade::claimed);       // one file was altered
  EXPECT_EQ(component_named(inventory, "libc6")->grade, model::Grade::claimed);        // none of its files is there
  const auto note = std::ranges::find(inventory.coverage, "package tzdata", &model::CoverageNote::what);
  ASSERT_NE(note, inventory.coverage.end());
  EXPECT_NE(note->why.find("usr/share/zoneinfo/iso3166.tab"), std::string::npos);
}

TEST(Dpkg, RemovedPackageWithConfigurationLeftRunsNoCode) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dpkg/good")).finish();
  EXPECT_EQ(component_named(inventory, "logrotate")->role, model::ComponentRole::data);
  EXPECT_EQ(component_named(inventory, "libc6")->role, model::ComponentRole::code);
}

TEST(Dpkg, BrokenStatusNamesFileAndLineAndIsIncomplete) {
  const model::Inventory inventory = FixtureTree().folder(fixture("dpkg/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  const auto note = std::ranges::find(inventory.coverage, "var/lib/dpkg/status", &model::CoverageNote::what);
  ASSERT_NE(note, inventory.coverage.end());
  EXPECT_NE(note->why.find("line 30"), std::string::npos) << note->why;
  EXPECT_EQ(component_named(inventory, "adduser"), nullptr);
  EXPECT_NE(component_named(inventory, "gcc-12-base"), nullptr);  // the entries around it stay
}

TEST(Dpkg, PackagesThatWereNeverInstalledAreNotListed) {
  FixtureTree tree;
  tree.file("etc/os-release", kRelease)
      .file("var/lib/dpkg/status", "Package: gone\nStatus: purge ok not-installed\nArchitecture: all\n\n" + std::string(kStanza));
  const model::Inventory inventory = tree.finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].name, "a");
}

TEST(Dpkg, DistrolessStatusFolder) {
  FixtureTree tree;
  tree.file("usr/lib/os-release", kRelease);
  tree.file("var/lib/dpkg/status.d/libssl3", "Package: libssl3\nSource: openssl\nVersion: 3.0.11-1\nArchitecture: amd64\n");
  tree.file("var/lib/dpkg/status.d/libssl3.md5sums", base::hash_hex(base::HashKind::md5, "library") + "  usr/lib/libssl.so.3\n");
  tree.file("usr/lib/libssl.so.3", "library");
  const model::Inventory inventory = tree.finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].source_name, "openssl");
  EXPECT_EQ(inventory.components[0].grade, model::Grade::files_match);
  EXPECT_EQ(inventory.components[0].paths, std::vector<std::string>{"var/lib/dpkg/status.d/libssl3"});
}

TEST(Dpkg, JournalSpeaksAfterTheStatusFile) {
  FixtureTree tree;
  tree.file("etc/os-release", kRelease).file("var/lib/dpkg/status", kStanza);
  tree.file("var/lib/dpkg/updates/0001", "Package: a\nStatus: install ok unpacked\nArchitecture: amd64\nVersion: 2\n");
  const model::Inventory inventory = tree.finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].version, "2");
}

TEST(Dpkg, DivertedFileIsComparedWhereItWent) {
  FixtureTree tree;
  tree.file("etc/os-release", kRelease).file("var/lib/dpkg/status", kStanza);
  tree.file("var/lib/dpkg/diversions", "/usr/bin/tool\n/usr/bin/tool.distrib\nother\n");
  tree.file("var/lib/dpkg/info/a.md5sums", base::hash_hex(base::HashKind::md5, "mine") + "  usr/bin/tool\n");
  tree.file("usr/bin/tool", "the other package's").file("usr/bin/tool.distrib", "mine");
  EXPECT_EQ(tree.finish().components.at(0).grade, model::Grade::files_match);
}

TEST(Dpkg, MergedUsrIsFollowed) {
  FixtureTree tree;
  tree.file("etc/os-release", kRelease).file("var/lib/dpkg/status", kStanza);
  tree.file("var/lib/dpkg/info/a.md5sums", base::hash_hex(base::HashKind::md5, "shell") + "  bin/sh\n");
  tree.link("bin", "usr/bin").file("usr/bin/sh", "shell");
  EXPECT_EQ(tree.finish().components.at(0).grade, model::Grade::files_match);
}

TEST(Dpkg, WithoutReleaseTheInventoryIsIncomplete) {
  const model::Inventory inventory = FixtureTree().file("var/lib/dpkg/status", kStanza).finish();
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_FALSE(inventory.complete);
}

// A Go program in a Debian package carries Debian's backports; one that was altered, or that others packaged, does not.
TEST(Dpkg, OwnedFilesAreLeftToTheDistributionOnlyWhenUnchanged) {
  const std::string program = base::read_file(fixture("go_binary/good/usr/bin/api"), 1 << 20).value();
  const auto read = [&](const std::string& maintainer, const std::string& content) {
    FixtureTree tree;
    tree.file("etc/os-release", kRelease);
    tree.file("var/lib/dpkg/status",
              "Package: api\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nMaintainer: " + maintainer + "\n");
    tree.file("var/lib/dpkg/info/api.md5sums", base::hash_hex(base::HashKind::md5, program) + "  usr/bin/api\n");
    tree.file("usr/bin/api", content);
    return tree.finish();
  };
  EXPECT_EQ(component_named(read("Go Team <go@lists.debian.org>", program), "stdlib"), nullptr);
  EXPECT_NE(component_named(read("Go Team <go@lists.debian.org>", program + "x"), "stdlib"), nullptr);
  EXPECT_NE(component_named(read("Vendor <deb@vendor.example>", program), "stdlib"), nullptr);
  EXPECT_NE(component_named(read("Fake <a@notdebian.org>", program), "stdlib"), nullptr);
  EXPECT_TRUE(read("Go Team <go@lists.debian.org>", program).tampering.empty());
  const model::Inventory changed = read("Go Team <go@lists.debian.org>", program + "x");
  ASSERT_EQ(changed.tampering.size(), 1U);
  EXPECT_EQ(changed.tampering[0].check, "package_file_changed");
  EXPECT_EQ(changed.tampering[0].path, "usr/bin/api");
}

// A program that names no package is judged by nobody; that it was replaced is said all the same.
TEST(Dpkg, ReplacedProgramIsASignOfTampering) {
  const std::string elf = std::string("\x7f" "ELF\x02\x01\x01", 7) + std::string(9, '\0') + std::string("\x03\0", 2) + std::string(60, 'x');
  const auto read = [&](const std::string& content) {
    FixtureTree tree;
    tree.file("etc/os-release", kRelease).file("var/lib/dpkg/status", kStanza);
    tree.file("var/lib/dpkg/info/a.md5sums", base::hash_hex(base::HashKind::md5, elf) + "  bin/login\n");
    tree.link("bin", "usr/bin").file("usr/bin/login", content);
    return tree.finish();
  };
  EXPECT_TRUE(read(elf).tampering.empty());
  EXPECT_EQ(read("#!/bin/sh\n").tampering.size(), 1U);
  ASSERT_EQ(read(elf + "y").tampering.size(), 1U);
  EXPECT_EQ(read(elf + "y").tampering[0].path, "bin/login");
}

// The record names the file by its way through a link of merged /usr.
TEST(Dpkg, OwnershipFollowsTheMergedUsr) {
  const std::string program = base::read_file(fixture("go_binary/good/usr/bin/api"), 1 << 20).value();
  FixtureTree tree;
  tree.file("etc/os-release", kRelease).file("var/lib/dpkg/status", kStanza);
  tree.file("var/lib/dpkg/info/a.md5sums", base::hash_hex(base::HashKind::md5, program) + "  bin/api\n");
  tree.link("bin", "usr/bin").file("usr/bin/api", program);
  EXPECT_EQ(component_named(tree.finish(), "stdlib"), nullptr);
}

TEST(OsRelease, DebianTestingHasNoNumber) {
  const Distro distro =
      parse_os_release("PRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nNAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=forky\nID=debian\n");
  EXPECT_EQ(distro.release(), "debian:forky");
  EXPECT_EQ(parse_os_release("PRETTY_NAME=\"Debian GNU/Linux bookworm/sid\"\nID=debian\n").release(), "debian:bookworm");
  EXPECT_EQ(parse_os_release("ID='ubuntu'\nVERSION_ID=\"22.04\"\n").release(), "ubuntu:22.04");
  EXPECT_EQ(parse_os_release("").release(), "");
}

}  // namespace
}  // namespace bulkhead::catalog
