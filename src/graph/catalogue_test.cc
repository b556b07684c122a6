#include "graph/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "graph/knowledge.h"

namespace bulkhead::graph {
namespace {

const std::string kRoot = BULKHEAD_SOURCE_DIR;

std::string read(const std::string& path) {
  auto text = base::read_file(path, 1 << 20);
  return text ? *text : std::string();
}

TEST(StepCatalogue, LoadsAndIsSorted) {
  auto catalogue = Catalogue::load();
  ASSERT_TRUE(catalogue) << catalogue.error().text();
  EXPECT_GE(catalogue->rows().size(), 40U);
  for (const StepRow& row : catalogue->rows()) {
    EXPECT_TRUE(row.technique.starts_with("T1")) << row.id;
    EXPECT_FALSE(row.tactic.empty()) << row.id;
  }
}

TEST(StepCatalogue, PagesAreTheRows) {
  auto catalogue = Catalogue::load();
  ASSERT_TRUE(catalogue);
  for (const StepRow& row : catalogue->rows()) {
    EXPECT_EQ(read(kRoot + "/docs/steps/" + base::lower_ascii(row.id) + ".md"), step_page(row))
        << "make it anew: bulkhead steps --catalogue docs/steps";
  }
  EXPECT_EQ(read(kRoot + "/docs/steps/README.md"), catalogue_page(*catalogue));
}

TEST(StepCatalogue, RefusesBrokenRowsByName) {
  const auto error_of = [](std::string_view text) {
    const base::EmbeddedFile file{"steps/x.yaml", text};
    auto rows = Catalogue::parse({&file, 1});
    return rows ? std::string("accepted") : rows.error().text();
  };
  const std::string good = "id: X\ntitle: t\ntext: t\nfrom: workload\nto: own_node\ntechnique: T1611\nsource: s\n";
  EXPECT_EQ(error_of(good + "when: {object: pod, field: host_pid, op: is, value: true}\n"), "accepted");
  EXPECT_NE(error_of(good + "when: {object: pod, field: hostpid, op: is, value: true}\n").find("pod.hostpid"), std::string::npos);
  EXPECT_NE(error_of(good + "whem: {}\n").find("whem"), std::string::npos);
  EXPECT_NE(error_of(good).find("either"), std::string::npos);
  EXPECT_NE(error_of("id: Y\n" + good.substr(6)).find("steps/x.yaml"), std::string::npos);
}

// Every coefficient that a row or the code names must have a value: a missing one would be a step without a chance.
TEST(StepCatalogue, CoefficientsExist) {
  auto documents = base::parse_yaml(read(kRoot + "/data/coefficients.yaml"), {}, "coefficients");
  ASSERT_TRUE(documents);
  std::set<std::string> keys;
  documents->front().root().each([&](std::string_view key, base::JsonView) { keys.insert(std::string(key)); });
  auto catalogue = Catalogue::load();
  ASSERT_TRUE(catalogue);
  for (const StepRow& row : catalogue->rows()) {
    EXPECT_TRUE(row.coefficient.empty() || keys.contains(row.coefficient)) << row.id << " names " << row.coefficient;
  }
  auto knowledge = Knowledge::load();
  ASSERT_TRUE(knowledge) << knowledge.error().text();
  for (const Surface& surface : knowledge->surfaces) EXPECT_TRUE(surface.residual.empty() || keys.contains(surface.residual)) << surface.id;
}

TEST(EscapeCatalogue, EveryEscapeHasASurface) {
  auto knowledge = Knowledge::load();
  ASSERT_TRUE(knowledge) << knowledge.error().text();
  EXPECT_EQ(knowledge->escapes.size(), 216U);
  for (const EscapeRow& row : knowledge->escapes) {
    if (row.component != "linux" || row.reach_class == "setuid_local" || row.reach_class == "device" || row.reach_class == "ptrace")
      continue;
    const bool found = std::ranges::any_of(knowledge->surfaces, [&](const Surface& s) {
      return std::ranges::find(s.reach_classes, row.reach_class) != s.reach_classes.end();
    });
    EXPECT_TRUE(found) << row.id << " " << row.reach_class;
  }
  std::set<std::string> ids;
  for (const EscapeRow& row : knowledge->escapes) ids.insert(row.id);
  for (const Surface& surface : knowledge->surfaces) {
    for (const std::string& id : surface.rows) EXPECT_TRUE(ids.contains(id)) << surface.id << " names " << id;
  }
}

// The published matrix of default profiles, by version.
TEST(SeccompDefaults, FollowTheReleases) {
  auto knowledge = Knowledge::load();
  ASSERT_TRUE(knowledge);
  using model::Tri;
  const auto allows = [&](const char* runtime, const char* version, const char* feature) {
    return knowledge->default_profile_allows(runtime, version, feature);
  };
  EXPECT_EQ(allows("containerd", "1.7.20", "io_uring"), Tri::yes);
  EXPECT_EQ(allows("containerd", "2.0.0", "io_uring"), Tri::no);
  EXPECT_EQ(allows("containerd", "1.7.31", "af_alg"), Tri::yes);
  EXPECT_EQ(allows("containerd", "1.7.32", "af_alg"), Tri::no);
  EXPECT_EQ(allows("containerd", "2.1.6", "af_alg"), Tri::yes);
  EXPECT_EQ(allows("containerd", "2.2.1", "af_alg"), Tri::yes);
  EXPECT_EQ(allows("containerd", "2.2.4", "af_alg"), Tri::no);
  EXPECT_EQ(allows("docker", "24.0.7", "io_uring"), Tri::yes);
  EXPECT_EQ(allows("cri-o", "1.28.4", "user_namespaces"), Tri::yes);
  EXPECT_EQ(allows("cri-o", "1.31.0", "user_namespaces"), Tri::no);
  EXPECT_EQ(allows("frakti", "1.0", "io_uring"), Tri::unknown);
}

}  // namespace
}  // namespace bulkhead::graph
