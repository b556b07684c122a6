#include <gtest/gtest.h>

#include "catalog/internal/fixture_tree.h"
#include "catalog/internal/java_groups.h"

namespace bulkhead::catalog {
namespace {

std::string group(std::string_view artifact, std::initializer_list<std::string_view> entries, std::string_view symbolic = "",
                  std::string_view vendor = "") {
  ClassFolders folders;
  for (const std::string_view entry : entries) {
    add_class_folders(entry, folders);
  }
  return java_group(artifact, folders, symbolic, vendor);
}

// Expected: the coordinates under which Maven Central serves these very files.
TEST(JavaGroups, RealJarsWithoutPomGetTheirCoordinates) {
  const model::Inventory inventory = FixtureTree().folder(fixture("java/no_pom")).finish();
  std::string lines;
  for (const model::Component& c : inventory.components) {
    lines += c.purl + "\n";
  }
  EXPECT_EQ(lines,
            "pkg:maven/org.apache.tomcat.embed/tomcat-embed-logging-juli@9.0.0.M6\n"
            "pkg:maven/org.apache.tomcat/tomcat-annotations-api@9.0.54\n"
            "pkg:maven/org.apache.tomcat/tomcat-api@9.0.52\n"
            "pkg:maven/org.springframework/spring-jcl@5.3.12\n");
  EXPECT_TRUE(inventory.complete);
}

TEST(JavaGroups, ArtifactAndClassesMustBothFit) {
  EXPECT_EQ(group("spring-beans", {"org/springframework/beans/BeanUtils.class"}), "org.springframework");
  EXPECT_EQ(group("spring-beans", {"example/shop/Beans.class"}), "");
  EXPECT_EQ(group("spring-beans", {"org/springframework/beans/notice.txt"}), "");
  EXPECT_EQ(group("spring-beans", {"org/springframeworks/Other.class"}), "");
  EXPECT_EQ(group("spring-petclinic", {"org/springframework/samples/Main.class"}), "");
}

TEST(JavaGroups, OneNameUnderTwoGroupsIsToldApartByItsClasses) {
  EXPECT_EQ(group("log4j-core", {"org/apache/logging/log4j/core/Core.class"}), "org.apache.logging.log4j");
  EXPECT_EQ(group("log4j-over-slf4j", {"org/apache/log4j/Logger.class"}), "org.slf4j");
  EXPECT_EQ(group("log4j", {"org/apache/log4j/Logger.class"}), "log4j");
}

TEST(JavaGroups, ManifestSpeaksWhereTheTableDoesNot) {
  EXPECT_EQ(group("zstd-jni", {}, "com.github.luben.zstd-jni", "com.github.luben"), "com.github.luben");
  EXPECT_EQ(group("hibernate-commons-annotations", {}, "org.hibernate.common.hibernate-commons-annotations", "org.hibernate"),
            "org.hibernate.common");
  EXPECT_EQ(group("postgresql", {}, "org.postgresql.jdbc", "org.postgresql"), "org.postgresql");
}

TEST(JavaGroups, HouseOfManyProjectsIsNoGroup) {
  EXPECT_EQ(group("velocity-tools", {}, "", "org.apache"), "");
  EXPECT_EQ(group("tomcat-new", {}, "org.apache.tomcat-new", ""), "");
  EXPECT_EQ(group("asm", {}, "org.objectweb.asm", ""), "");
  EXPECT_EQ(group("thing", {}, "", "Example Ltd."), "");
  EXPECT_EQ(group("tool", {}, ".tool", ""), "");
}

// ca-certificates-java.jar of Debian says nothing of itself. Unchanged, it is its package's; altered or copied, nobody's.
TEST(JavaGroups, NamelessJarOfAPackageIsTheDistributions) {
  // A zip of one empty entry "A.class", stored: local header, directory, end record.
  const std::string name = "A.class";
  const std::string zeros(12, '\0');
  const std::string jar = std::string("PK\x03\x04\x0a\0\0\0\0\0\0\0\x21\0", 14) + zeros + std::string("\x07\0\0\0", 4) + name +
                          std::string("PK\x01\x02\x0a\0\x0a\0\0\0\0\0\0\0\x21\0", 16) + zeros + std::string("\x07\0", 2) +
                          std::string(16, '\0') + name + std::string("PK\x05\x06\0\0\0\0\x01\0\x01\0\x35\0\0\0\x25\0\0\0\0\0", 22);
  const auto read = [&](std::string_view maintainer, const std::string& recorded, std::string_view path) {
    FixtureTree tree;
    tree.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    tree.file("var/lib/dpkg/status", "Package: certificates\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: " +
                                         std::string(maintainer) + "\n");
    tree.file("var/lib/dpkg/info/certificates.md5sums",
              base::hash_hex(base::HashKind::md5, recorded) + "  usr/share/certificates/certificates.jar\n");
    tree.file(std::string(path), jar);
    return tree.finish();
  };
  constexpr std::string_view kDebian = "Java <java@lists.debian.org>";
  constexpr std::string_view kPath = "usr/share/certificates/certificates.jar";
  EXPECT_TRUE(read(kDebian, jar, kPath).complete);
  for (const model::Inventory& inventory :
       {read(kDebian, jar + "x", kPath), read(kDebian, jar, "opt/certificates.jar"), read("Vendor <deb@vendor.example>", jar, kPath)}) {
    EXPECT_FALSE(inventory.complete);
    EXPECT_TRUE(std::ranges::any_of(inventory.coverage, [](const model::CoverageNote& note) {
      return note.why.find("neither its manifest nor its name") != std::string::npos;
    }));
  }
}

}  // namespace
}  // namespace bulkhead::catalog
