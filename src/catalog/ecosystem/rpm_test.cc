#include <gtest/gtest.h>

#include "base/text.h"
#include "catalog/internal/fixture_tree.h"
#include "catalog/internal/rpm_database.h"
#include "catalog/internal/rpm_header.h"

namespace bulkhead::catalog {
namespace {

// As `rpm -qa` prints it: "(none)" where there is nothing; the source is the file's name, found again in the package URL.
std::string rpm_lines(const model::Inventory& inventory) {
  std::vector<std::string> lines;
  for (const model::Component& c : inventory.components) {
    const bool key = c.name == "gpg-pubkey";
    const size_t at = c.purl.find("upstream=");
    lines.push_back(c.name + "\t" + c.version + "\t" + (key ? "(none)" : c.arch) + "\t" +
                    (at == std::string::npos ? "(none)" : base::percent_decode(c.purl.substr(at + 9))) + "\n");
  }
  std::ranges::sort(lines);
  std::string out;
  for (const std::string& line : lines) {
    out += line;
  }
  return out;
}

std::string expected() { return base::read_file(fixture("rpm/good.rpm-qa"), 1 << 20).value(); }

TEST(Rpm, ListsWhatRpmListsInEachFormat) {
  for (const char* folder : {"rpm/good", "rpm/ndb", "rpm/bdb"}) {
    const model::Inventory inventory = FixtureTree().folder(fixture("rpm/good/etc")).folder(fixture(folder)).finish();
    EXPECT_EQ(rpm_lines(inventory), expected()) << folder;
    for (const model::CoverageNote& note : inventory.coverage) {
      EXPECT_TRUE(note.state == model::CoverageNote::State::read || note.what == "etc/os-release") << folder << note.what << note.why;
    }
  }
}

TEST(Rpm, PurlNamesEpochModuleAndSource) {
  const model::Inventory inventory = FixtureTree().folder(fixture("rpm/good")).finish();
  EXPECT_TRUE(inventory.complete);
  const model::Component* conmon = component_named(inventory, "conmon");
  ASSERT_NE(conmon, nullptr);
  EXPECT_EQ(conmon->purl,
            "pkg:rpm/centos/conmon@2.0.6-1.module_el8.2.0%2B305%2B5e198a41?arch=x86_64&distro=centos-8&epoch=2&rpmmod=container-tools:rhel8"
            "&upstream=conmon-2.0.6-1.module_el8.2.0%2B305%2B5e198a41.src.rpm");
  EXPECT_EQ(conmon->source_version, conmon->version);
  EXPECT_EQ(conmon->distro, "centos:8");
  const model::Component* keys = component_named(inventory, "centos-gpg-keys");
  EXPECT_EQ(keys->source_name, "centos-release");
  EXPECT_EQ(keys->source_version, "8.2-2.2004.0.1.el8");
  EXPECT_EQ(component_named(inventory, "gpg-pubkey")->role, model::ComponentRole::data);
}

TEST(Rpm, EveryDatabaseOfTheTreeIsRead) {
  FixtureTree tree;
  tree.folder(fixture("rpm/ndb")).folder(fixture("rpm/bdb")).file("etc/os-release", "ID=centos\nVERSION_ID=8\n");
  const model::Inventory inventory = tree.finish();
  EXPECT_EQ(rpm_lines(inventory), expected());
  EXPECT_EQ(inventory.components[0].paths, (std::vector<std::string>{"usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/Packages"}));
}

TEST(Rpm, LinkedFolderIsReadOnce) {
  FixtureTree tree;
  tree.folder(fixture("rpm/good")).link("var/lib/rpm", "../../usr/lib/sysimage/rpm");
  EXPECT_EQ(tree.finish().components.at(0).paths.size(), 1U);
}

TEST(Rpm, CutDatabaseIsNamedAndWhatIsThereIsRead) {
  const model::Inventory inventory = FixtureTree().folder(fixture("rpm/corrupt")).finish();
  EXPECT_FALSE(inventory.complete);
  const auto note = std::ranges::find(inventory.coverage, "var/lib/rpm/rpmdb.sqlite", &model::CoverageNote::what);
  EXPECT_NE(note, inventory.coverage.end());
}

// Every byte of a small database changed in turn: an answer or an error, never more.
TEST(Rpm, DamagedDatabasesNeverCrash) {
  for (const char* path : {"rpm/good/usr/lib/sysimage/rpm/rpmdb.sqlite", "rpm/ndb/usr/lib/sysimage/rpm/Packages.db", "rpm/bdb/var/lib/rpm/Packages"}) {
    std::string bytes = base::read_file(fixture(path), 1 << 20).value();
    const auto read = [&] {
      size_t headers = 0;
      const auto visit = [&](std::string_view blob) { headers += RpmHeader::open(blob, "x") ? 1 : 0; };
      const bool sqlite = bytes.starts_with("SQLite");
      const bool ndb = bytes.starts_with("RpmP");
      (void)(sqlite ? each_sqlite_header(bytes, {}, "x", visit) : ndb ? each_ndb_header(bytes, "x", visit) : each_bdb_header(bytes, "x", visit));
      return headers;
    };
    EXPECT_EQ(read(), 8U) << path;
    for (size_t at = 0; at < bytes.size(); at += at < 4400 ? 3 : 211) {
      const char was = bytes[at];
      bytes[at] = static_cast<char>(~was);
      (void)read();
      bytes[at] = was;
    }
  }
}

TEST(Rpm, PagesThatLeadInACircleEnd) {
  // A Berkeley DB file whose overflow page names itself as the next one.
  std::string bytes = base::read_file(fixture("rpm/bdb/var/lib/rpm/Packages"), 1 << 20).value();
  for (size_t page = 1; page < bytes.size() / 4096; ++page) {
    if (bytes[page * 4096 + 25] == 7) {
      bytes[page * 4096 + 16] = static_cast<char>(page);
      bytes[page * 4096 + 17] = bytes[page * 4096 + 18] = bytes[page * 4096 + 19] = 0;
    }
  }
  const base::Status status = each_bdb_header(bytes, "Packages", [](std::string_view) {});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().text().find("broken at page"), std::string::npos) << status.error().text();
}

// One package with one file, laid out by hand: four index entries and more, big-endian.
std::string header_with_file(std::string_view vendor, std::string_view path, std::string_view content, uint32_t flags) {
  std::string index;
  std::string data;
  uint32_t count = 0;
  const auto be = [](uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) {
      out += static_cast<char>(value >> (8 * i));
    }
    return out;
  };
  const auto entry = [&](uint32_t tag, uint32_t type, size_t align, const std::string& bytes) {
    data.resize((data.size() + align - 1) / align * align);
    index += be(tag, 4) + be(type, 4) + be(static_cast<uint32_t>(data.size()), 4) + be(1, 4);
    data += bytes;
    ++count;
  };
  const auto text = [&](uint32_t tag, uint32_t type, std::string_view value) { entry(tag, type, 1, std::string(value) + '\0'); };
  const size_t slash = path.rfind('/');
  text(1000, 6, "api");
  text(1001, 6, "1");
  text(1002, 6, "1.el9");
  text(1011, 6, vendor);
  text(1022, 6, "x86_64");
  entry(1030, 3, 2, be(0100755, 2));
  text(1035, 8, base::sha256_hex(content));
  entry(1037, 4, 4, be(flags, 4));
  entry(1116, 4, 4, be(0, 4));
  text(1117, 8, path.substr(slash + 1));
  text(1118, 8, path.substr(0, slash + 1));
  entry(5011, 4, 4, be(8, 4));
  return be(count, 4) + be(static_cast<uint32_t>(data.size()), 4) + index + data;
}

// The header alone in an ndb file: two pages, one slot.
std::string ndb_with(const std::string& header) {
  const auto le = [](size_t value) {
    std::string out;
    for (int i = 0; i < 4; ++i) {
      out += static_cast<char>(value >> (8 * i));
    }
    return out;
  };
  std::string blob = "BlbS" + le(1) + le(1) + le(header.size()) + header;
  blob.resize((blob.size() + 12 + 15) / 16 * 16 - 12);
  blob += le(0) + le(header.size()) + "BlbE";
  std::string file = "RpmP" + le(0) + le(1) + le(1) + le(2);
  file.resize(32);
  file += "Slot" + le(1) + le(256) + le(blob.size() / 16);
  while (file.size() < 4096) {
    file += "Slot" + le(0) + le(0) + le(0);
  }
  return file + blob;
}

// A Go program in Red Hat's package carries Red Hat's fixes; a changed one, or one of another vendor, speaks for itself.
TEST(Rpm, OwnedFilesAreLeftToTheDistributionOnlyWhenUnchanged) {
  const std::string program = base::read_file(fixture("go_binary/good/usr/bin/api"), 1 << 20).value();
  const auto read = [&](std::string_view vendor, const std::string& content, uint32_t flags = 0) {
    FixtureTree tree;
    tree.file("etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n").file("etc/redhat-release", "Red Hat Enterprise Linux release 9.4\n");
    tree.file("usr/bin/api", content);
    tree.file("var/lib/rpm/Packages.db", ndb_with(header_with_file(vendor, "/usr/bin/api", program, flags)));
    return tree.finish();
  };
  const model::Inventory unchanged = read("Red Hat, Inc.", program);
  ASSERT_NE(component_named(unchanged, "api"), nullptr);
  EXPECT_EQ(component_named(unchanged, "api")->grade, model::Grade::files_match);
  EXPECT_EQ(component_named(unchanged, "api")->purl, "pkg:rpm/redhat/api@1-1.el9?arch=x86_64&distro=rhel-9.4");
  EXPECT_EQ(component_named(unchanged, "stdlib"), nullptr);
  EXPECT_TRUE(unchanged.tampering.empty());
  const model::Inventory changed = read("Red Hat, Inc.", program + "x");
  EXPECT_NE(component_named(changed, "stdlib"), nullptr);
  EXPECT_EQ(component_named(changed, "api")->grade, model::Grade::claimed);
  ASSERT_EQ(changed.tampering.size(), 1U);
  EXPECT_EQ(changed.tampering[0].check, "package_file_changed");
  EXPECT_TRUE(read("Red Hat, Inc.", program + "x", 1).tampering.empty());  // a configuration file
  EXPECT_NE(component_named(read("Fedora Project", program), "stdlib"), nullptr);
}

TEST(RpmHeader, EntriesOutsideOfTheDataAreRefused) {
  const std::string good = header_with_file("v", "/a/b", "c", 0);
  ASSERT_TRUE(RpmHeader::open(good, "x"));
  EXPECT_FALSE(RpmHeader::open(good.substr(0, good.size() - 1), "x"));
  EXPECT_FALSE(RpmHeader::open(std::string(8, '\0'), "x"));
  EXPECT_FALSE(RpmHeader::open(std::string("\x7f\xff\xff\xff\x7f\xff\xff\xff", 8) + std::string(64, 'x'), "x"));
  std::string bad = good;
  bad[8 + 8] = 1;  // the first entry's offset
  EXPECT_FALSE(RpmHeader::open(bad, "x"));
}

}  // namespace
}  // namespace bulkhead::catalog
