#include "access/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/least_privilege.h"

namespace bulkhead::access {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kGet =
    R"({"kind":"Event","verb":"get","user":{"username":"u","groups":["g"]},"objectRef":{"resource":"pods","namespace":"n","name":"p"},"responseStatus":{"code":200}})";

TEST(AuditLog, EventsRefusalsAndWhatIsNone) {
  AuditLog log{base::Limits()};
  log.add_line(kGet);
  log.add_line(kGet);
  log.add_line(R"({"verb":"list","user":{"username":"u"},"objectRef":{"resource":"secrets"},"responseStatus":{"code":403}})");
  log.add_line(
      R"({"verb":"create","user":{"username":"u"},"objectRef":{"resource":"pods","namespace":"n","name":"made"},"annotations":{"authorization.k8s.io/decision":"allow"}})");
  log.add_line("{\"verb\":");
  log.add_line("");
  log.add_line("not json");
  log.end_of_file();
  EXPECT_EQ(log.events(), 4U);
  EXPECT_EQ(log.refused(), 1U);
  EXPECT_EQ(log.malformed(), 2U);
  EXPECT_EQ(log.used_by("user:u"), (std::set<UsedRight>{{"create", "n", "", "pods", "", ""}, {"get", "n", "", "pods", "p", ""}}));
  EXPECT_EQ(log.used_by("group:g").size(), 2U) << "what a member does counts for the group";
  EXPECT_TRUE(log.used_by("user:v").empty());
}

TEST(AuditLog, AnEventOverManyLinesAndAList) {
  AuditLog log{base::Limits()};
  for (const char* line : {"{", "\"verb\": \"get\",", "\"user\": {\"username\": \"u\"},", "\"requestURI\": \"/healthz?verbose\"", "}"})
    log.add_line(line);
  log.add_line(std::string("{\"kind\":\"EventList\",\"items\":[") + kGet + ",{}]}");
  log.end_of_file();
  EXPECT_EQ(log.events(), 2U);
  EXPECT_EQ(log.malformed(), 1U);
  EXPECT_TRUE(log.used_by("user:u").contains({"get", "", "", "", "", "/healthz"}));
}

TEST(AuditLog, AnImpersonatedRequestIsOfTheImpersonated) {
  AuditLog log{base::Limits()};
  log.add_line(
      R"({"verb":"get","user":{"username":"boss"},"impersonatedUser":{"username":"system:serviceaccount:n:a"},"objectRef":{"resource":"pods","namespace":"n","name":"p"}})");
  EXPECT_TRUE(log.used_by("sa:n/a").contains({"get", "n", "", "pods", "p", ""}));
  EXPECT_EQ(log.used_by("user:boss"), (std::set<UsedRight>{{"impersonate", "n", "", "serviceaccounts", "a", ""}}));
}

TEST(AuditLog, CoversAsRulesDo) {
  const UsedRight scale{"update", "n", "apps", "deployments/scale", "web", ""};
  EXPECT_TRUE(covers("*", "", "*", "*", "", "", scale));
  EXPECT_TRUE(covers("update", "n", "apps", "*/scale", "web", "", scale));
  EXPECT_FALSE(covers("update", "n", "apps", "deployments", "", "", scale));
  EXPECT_FALSE(covers("update", "m", "apps", "deployments/scale", "", "", scale));
  EXPECT_FALSE(covers("update", "n", "apps", "deployments/scale", "db", "", scale));
  EXPECT_TRUE(covers("get", "", "", "", "", "/healthz*", {"get", "", "", "", "", "/healthz/etcd"}));
  EXPECT_FALSE(covers("get", "", "*", "*", "", "", {"get", "", "", "", "", "/healthz"}));
}

TEST(LeastPrivilege, QuotesWhateverALogHolds) {
  const std::string nasty = "x\"\nkind: ClusterRoleBinding #";
  const auto yaml = least_privilege_yaml("user:" + nasty, {{"get", "n", "", "pods", nasty, ""}, {"list", "n", "", "pods", "", ""}}, false);
  ASSERT_TRUE(yaml);
  EXPECT_THAT(*yaml, Not(HasSubstr("\nkind: ClusterRoleBinding")));
  EXPECT_THAT(*yaml, HasSubstr(R"(verbs: ["list"])"));
  EXPECT_THAT(*yaml, HasSubstr(R"(verbs: ["get"])"));
  EXPECT_FALSE(least_privilege_yaml("nobody", {}, false));
}

}  // namespace
}  // namespace bulkhead::access
