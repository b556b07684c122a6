#include "advisory/distribution.h"

#include <gmock/gmock.h>
#include <re2/re2.h>

#include "advisory/embedded.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Names as they stand in the publishers' files.
TEST(Distribution, KnowsReleasesByTheirPublishersNames) {
  EXPECT_THAT(ecosystems_of_release("cpe:/a:redhat:enterprise_linux:9::appstream"), ElementsAre("Red Hat:9"));
  EXPECT_THAT(ecosystems_of_release("cpe:/o:redhat:enterprise_linux:3"), ElementsAre("Red Hat:3"));
  EXPECT_THAT(ecosystems_of_release("cpe:/a:redhat:rhel_eus:8.4::appstream"), ElementsAre("Red Hat:rhel_eus:8.4"));
  EXPECT_THAT(ecosystems_of_release("cpe:/a:redhat:jboss_enterprise_web_server:5.7::el9"),
              ElementsAre("Red Hat:jboss_enterprise_web_server:5.7::el9"));
  EXPECT_THAT(ecosystems_of_release("Red Hat:enterprise_linux:9::baseos"), ElementsAre("Red Hat:9"));
  EXPECT_THAT(ecosystems_of_release("SUSE Linux Enterprise Server 15 SP1-LTSS"), ElementsAre("SUSE:15.1"));
  EXPECT_THAT(ecosystems_of_release("SUSE Linux Enterprise High Performance Computing 15-LTSS"), ElementsAre("SUSE:15"));
  EXPECT_THAT(ecosystems_of_release("SUSE Linux Enterprise Module for Basesystem 15 SP3"), ElementsAre("SUSE:15.3"));
  EXPECT_THAT(ecosystems_of_release("SUSE Linux Enterprise Server 16.0"), ElementsAre("SUSE:16.0"));
  EXPECT_THAT(ecosystems_of_release("SUSE Linux Enterprise Micro 5.2"), ElementsAre("SUSE Micro:5.2"));
  EXPECT_THAT(ecosystems_of_release("SUSE:Linux Enterprise Server 15 SP5"), ElementsAre("SUSE:15.5"));
  EXPECT_EQ(ecosystems_of_release("SUSE Linux Enterprise Module for Legacy Software 12").size(), 6U);
  EXPECT_THAT(ecosystems_of_release("openSUSE Leap 15.2"), ElementsAre("openSUSE:Leap 15.2"));
  EXPECT_THAT(ecosystems_of_release("openSUSE:Leap 15.6"), ElementsAre("openSUSE:Leap 15.6"));
  EXPECT_THAT(ecosystems_of_release("Amazon Linux 2 2017.12"), ElementsAre("Amazon Linux:2"));
  EXPECT_THAT(ecosystems_of_release("Amazon Linux 2023 - Kernel Livepatch"), ElementsAre("Amazon Linux:2023"));
  EXPECT_THAT(ecosystems_of_release("Amazon Linux AMI"), ElementsAre("Amazon Linux:1"));
  EXPECT_THAT(ecosystems_of_release("Rocky Linux 10 x86_64"), ElementsAre("Rocky Linux:10"));
  EXPECT_THAT(ecosystems_of_release("Photon OS 3"), ElementsAre("Photon OS:3"));
  EXPECT_THAT(ecosystems_of_release("azurelinux-3.0-oval.xml"), ElementsAre("Azure Linux:3"));
  EXPECT_THAT(ecosystems_of_release("cbl-mariner-2.0-oval-2024-01-22.xml"), ElementsAre("Azure Linux:2"));
  EXPECT_THAT(ecosystems_of_release("openEuler-22.03-LTS-SP3"), ElementsAre("openEuler:22.03-LTS-SP3"));
  EXPECT_THAT(ecosystems_of_release("ALT Linux branch p10"), ElementsAre("ALT Linux:p10"));
  EXPECT_THAT(ecosystems_of_release("Ubuntu 22.04 LTS"), ElementsAre("Ubuntu:22.04:LTS"));
  EXPECT_THAT(ecosystems_of_release("Ubuntu 23.10"), ElementsAre("Ubuntu:23.10"));
  EXPECT_THAT(ecosystems_of_release("Open Enterprise Server 24.4"), IsEmpty());
  EXPECT_THAT(ecosystems_of_release("tar-1.34-2.2"), IsEmpty());
  EXPECT_THAT(ecosystems_of_release(std::string(1000, 'a')), IsEmpty());
}

// What importers give under any spelling is kept under one.
TEST(Distribution, RecordsAreKeptUnderOneName) {
  std::vector<Affected> kept;
  Sink sink([&](std::string_view line) -> base::Status {
    const auto record = from_line(line);
    EXPECT_TRUE(record);
    kept = std::get<Advisory>(*record).affected;
    return {};
  });
  Advisory a;
  a.id = "X-1";
  a.affected = {{"SUSE:Linux Enterprise Server 15 SP5", "vim", "introduced 0\nfixed 9", {}},
                {"npm", "vim", "introduced 0", {}},
                {"SUSE:Linux Enterprise Module for Legacy Software 12", "vim", "introduced 0\nfixed 8", {}}};
  ASSERT_TRUE(sink.add(a));
  std::vector<std::string> names;
  for (const Affected& x : kept) {
    names.push_back(x.ecosystem + " " + x.ranges.substr(x.ranges.rfind(' ') + 1));
  }
  EXPECT_THAT(names,
              ElementsAre("SUSE:15.5 9", "npm 0", "SUSE:12 8", "SUSE:12.1 8", "SUSE:12.2 8", "SUSE:12.3 8", "SUSE:12.4 8", "SUSE:12.5 8"));
}

TEST(Distribution, EveryRowOfTheTableCompiles) {
  int rows = 0;
  for (const std::string_view line : base::split(embedded_text("advisory/distributions.tsv"), '\n')) {
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    const auto columns = base::split(line, '\t');
    ASSERT_EQ(columns.size(), 2U) << line;
    std::string why;
    const RE2 pattern(columns[0], RE2::Quiet);
    EXPECT_TRUE(pattern.ok() && pattern.CheckRewriteString(columns[1], &why)) << line << ": " << pattern.error() << why;
    ++rows;
  }
  EXPECT_GE(rows, 30);
}

}  // namespace
}  // namespace bulkhead::advisory
