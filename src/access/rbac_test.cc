#include "access/rbac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bulkhead::access {
namespace {

using model::Tri;
using testing::ElementsAre;

model::Cluster cluster() {
  model::Cluster c;
  c.server_version = "v1.33.13";
  for (const char* resource : {"clusterroles", "clusterrolebindings", "roles", "rolebindings"}) {
    c.reads.push_back({"rbac.authorization.k8s.io", "v1", resource, model::ReadState::read});
  }
  for (const char* ns : {"ci", "shop"}) {
    model::Namespace n;
    n.meta.name = ns;
    c.namespaces.push_back(n);
  }
  return c;
}

model::PolicyRule rule(std::vector<std::string> verbs, std::vector<std::string> groups, std::vector<std::string> resources,
                       std::vector<std::string> names = {}) {
  return {std::move(verbs), std::move(groups), std::move(resources), std::move(names), {}};
}

void add_role(model::Cluster& c, const std::string& ns, const std::string& name, std::vector<model::PolicyRule> rules) {
  model::RbacRole role;
  role.meta.ns = ns;
  role.meta.name = name;
  role.rules = std::move(rules);
  (ns.empty() ? c.cluster_roles : c.roles).push_back(role);
}

void bind(model::Cluster& c, const std::string& ns, const std::string& name, const std::string& kind, const std::string& role,
          std::vector<model::Subject> subjects) {
  model::RoleBinding binding;
  binding.meta.ns = ns;
  binding.meta.name = name;
  binding.role_kind = kind;
  binding.role_name = role;
  binding.subjects = std::move(subjects);
  (ns.empty() ? c.cluster_role_bindings : c.role_bindings).push_back(binding);
}

AccessRequest ask(std::string verb, std::string group, std::string resource, std::string sub = "", std::string name = "",
                  std::string ns = "") {
  return {std::move(verb), std::move(group), std::move(resource), std::move(sub), std::move(name), std::move(ns), ""};
}

AccessRequest url(std::string verb, std::string path) {
  AccessRequest request;
  request.verb = std::move(verb);
  request.path = std::move(path);
  return request;
}

TEST(Rbac, RoleBindingToClusterRoleIsLimitedToItsNamespace) {
  model::Cluster c = cluster();
  add_role(c, "", "reader", {rule({"get", "list"}, {""}, {"pods"})});
  bind(c, "shop", "b", "ClusterRole", "reader", {{"ServiceAccount", "shop", "api"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.can(service_account("shop", "api"), ask("get", "", "pods", "", "", "shop")).verdict, Tri::yes);
  EXPECT_EQ(rbac.can(service_account("shop", "api"), ask("get", "", "pods", "", "", "shop")).because,
            "RoleBinding shop/b → ClusterRole reader");
  EXPECT_EQ(rbac.allowed(service_account("shop", "api"), ask("get", "", "pods", "", "", "ci")), Tri::no);
  EXPECT_EQ(rbac.allowed(service_account("shop", "api"), ask("get", "", "pods")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("system:serviceaccount:shop:api"), ask("list", "", "pods", "", "", "shop")), Tri::yes);
  EXPECT_THAT(rbac.namespaces_where(service_account("shop", "api"), ask("get", "", "pods")), ElementsAre("shop"));
}

TEST(Rbac, SubresourceNeedsItsOwnWordOrAStar) {
  model::Cluster c = cluster();
  add_role(c, "", "r",
           {rule({"create"}, {""}, {"pods"}), rule({"update"}, {"apps"}, {"*/scale"}), rule({"get"}, {""}, {"pods/*"}),
            rule({"patch"}, {"batch"}, {"*"})});
  bind(c, "", "b", "ClusterRole", "r", {{"User", "", "alice"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("create", "", "pods", "exec", "x", "shop")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("update", "apps", "deployments", "scale", "x", "shop")), Tri::yes);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("update", "apps", "deployments", "status", "x", "shop")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "pods", "log", "x", "shop")), Tri::no) << "pods/* is no wildcard";
  EXPECT_EQ(rbac.allowed(user("alice"), ask("patch", "batch", "jobs", "status", "x", "shop")), Tri::yes);
}

TEST(Rbac, ResourceNamesMatchOnlyARequestThatCarriesOne) {
  model::Cluster c = cluster();
  add_role(c, "shop", "r", {rule({"*"}, {""}, {"secrets"}, {"db", "tls"})});
  bind(c, "shop", "b", "Role", "r", {{"Group", "", "team"}});
  const Rbac rbac(c);
  const Identity team = group("team");
  EXPECT_EQ(rbac.allowed(team, ask("get", "", "secrets", "", "db", "shop")), Tri::yes);
  EXPECT_EQ(rbac.allowed(team, ask("get", "", "secrets", "", "other", "shop")), Tri::no);
  EXPECT_EQ(rbac.allowed(team, ask("list", "", "secrets", "", "", "shop")), Tri::no);
}

TEST(Rbac, NonResourceUrlsMatchByPrefixAndOnlyClusterWide) {
  model::Cluster c = cluster();
  model::PolicyRule paths;
  paths.verbs = {"get"};
  paths.non_resource_urls = {"/healthz/*", "/version"};
  add_role(c, "", "p", {paths});
  bind(c, "", "b", "ClusterRole", "p", {{"User", "", "alice"}});
  bind(c, "shop", "b", "ClusterRole", "p", {{"User", "", "bob"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.allowed(user("alice"), url("get", "/healthz/etcd")), Tri::yes);
  EXPECT_EQ(rbac.allowed(user("alice"), url("get", "/healthz")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("alice"), url("post", "/version")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("bob"), url("get", "/version")), Tri::no);
}

TEST(Rbac, AggregationIsComputedWhereTheObjectHasNoRules) {
  model::Cluster c = cluster();
  add_role(c, "", "view", {});
  c.cluster_roles.back().aggregated = true;
  c.cluster_roles.back().aggregation = {{{{"to-view", "true"}}, {}}};
  add_role(c, "", "edit", {});
  c.cluster_roles.back().aggregated = true;
  c.cluster_roles.back().aggregation = {{{{"to-edit", "true"}}, {}}};
  c.cluster_roles[0].meta.labels = {{"to-edit", "true"}};
  add_role(c, "", "crd", {rule({"get"}, {"x.io"}, {"things"})});
  c.cluster_roles.back().meta.labels = {{"to-view", "true"}};
  bind(c, "", "b", "ClusterRole", "edit", {{"User", "", "alice"}});
  EXPECT_EQ(Rbac(c).allowed(user("alice"), ask("get", "x.io", "things", "", "", "shop")), Tri::yes);
  c.cluster_roles[0].aggregation[0].match_expressions = {{"to-view", "Sometimes", {}}};  // an unknown operator picks nothing
  EXPECT_EQ(Rbac(c).allowed(user("alice"), ask("get", "x.io", "things", "", "", "shop")), Tri::no);
}

TEST(Rbac, SystemGroupsCount) {
  model::Cluster c = cluster();
  add_role(c, "", "r", {rule({"get"}, {"*"}, {"*"})});
  bind(c, "", "a", "ClusterRole", "r", {{"Group", "", "system:serviceaccounts:ci"}});
  bind(c, "", "u", "ClusterRole", "r", {{"Group", "", "system:unauthenticated"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.allowed(service_account("ci", "x"), ask("get", "", "pods")), Tri::yes);
  EXPECT_EQ(rbac.allowed(service_account("shop", "x"), ask("get", "", "pods")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("system:anonymous"), ask("get", "", "pods")), Tri::yes);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "pods")), Tri::no);
  EXPECT_EQ(rbac.allowed(group("system:masters"), ask("anything", "", "at-all")), Tri::yes);
  EXPECT_EQ(rbac.allowed(user("system:node:n1"), ask("get", "", "secrets", "", "x", "shop")), Tri::unknown);
}

TEST(Rbac, WhatWasNotReadIsUnknownAndNeverNo) {
  model::Cluster c = cluster();
  add_role(c, "", "r", {rule({"get"}, {""}, {"pods"})});
  bind(c, "", "b", "ClusterRole", "r", {{"User", "", "alice"}});
  bind(c, "", "missing", "ClusterRole", "gone", {{"User", "", "bob"}});
  EXPECT_EQ(Rbac(c).allowed(user("bob"), ask("get", "", "pods")), Tri::no) << "a reference to nothing grants nothing";
  model::Cluster manifests = c;
  manifests.server_version.clear();
  EXPECT_EQ(Rbac(manifests).allowed(user("bob"), ask("get", "", "pods")), Tri::unknown) << "manifests do not hold the server's own roles";
  for (size_t i = 0; i < c.reads.size(); ++i) {
    model::Cluster part = c;
    part.reads[i].state = model::ReadState::forbidden;
    const Rbac rbac(part);
    EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "pods")), Tri::yes);
    EXPECT_EQ(rbac.unread().size(), 1U);
    const Tri other = rbac.allowed(user("carol"), ask("get", "", "pods", "", "", "shop"));
    EXPECT_EQ(other, part.reads[i].resource.ends_with("bindings") ? Tri::unknown : Tri::no) << part.reads[i].resource;
  }
}

TEST(Rbac, DefaultBindingsOfEverybodyAreNoRightOfOnesOwn) {
  model::Cluster c = cluster();
  add_role(c, "", "system:discovery", {rule({"get"}, {""}, {"x"})});
  bind(c, "", "system:discovery", "ClusterRole", "system:discovery", {{"Group", "", "system:authenticated"}});
  c.cluster_role_bindings.back().meta.labels = {{"kubernetes.io/bootstrapping", "rbac-defaults"}};
  bind(c, "shop", "own", "ClusterRole", "system:discovery", {{"ServiceAccount", "", "api"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.has_any_right(service_account("shop", "web")), Tri::no);
  EXPECT_EQ(rbac.has_any_right(service_account("shop", "api")), Tri::yes) << "a subject without namespace is in the binding's";
}

TEST(Rbac, WhoCanListsSubjectsAndTheMasters) {
  model::Cluster c = cluster();
  add_role(c, "", "r", {rule({"delete"}, {""}, {"pods"})});
  bind(c, "shop", "b", "ClusterRole", "r", {{"ServiceAccount", "ci", "runner"}, {"User", "", "alice"}, {"Robot", "", "x"}});
  std::vector<std::string> names;
  for (const Rbac::Who& who : Rbac(c).who_can(ask("delete", "", "pods", "", "", "shop")))
    names.push_back(who.subject.kind + " " + who.subject.ns + "/" + who.subject.name);
  EXPECT_THAT(names, ElementsAre("Group /system:masters", "ServiceAccount ci/runner", "User /alice"));
}

TEST(Rbac, HugeRuleIsNotExpanded) {
  model::Cluster c = cluster();
  model::PolicyRule wide = rule({"get"}, {""}, {}, {});
  for (int i = 0; i < 1000; ++i) wide.resources.push_back("r" + std::to_string(i));
  for (int i = 0; i < 1000; ++i) wide.resource_names.push_back("n" + std::to_string(i));
  std::vector<model::PolicyRule> rules(1000, rule({"get"}, {""}, {"pods"}));
  rules.push_back(wide);
  add_role(c, "", "r", rules);
  bind(c, "", "b", "ClusterRole", "r", {{"User", "", "alice"}});
  const Rbac rbac(c);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "r999", "", "n999")), Tri::yes);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "r999", "", "n1000")), Tri::no);
  EXPECT_EQ(rbac.allowed(user("alice"), ask("get", "", "r999")), Tri::no);
}

TEST(Identity, ReadsTheThreeForms) {
  EXPECT_EQ(parse_identity("sa:shop/api")->user, "system:serviceaccount:shop:api");
  EXPECT_THAT(parse_identity("sa:shop/api")->groups,
              ElementsAre("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"));
  EXPECT_THAT(parse_identity("group:team")->groups, ElementsAre("team", "system:authenticated"));
  EXPECT_EQ(parse_identity("user:a:b")->user, "a:b");
  for (const char* bad : {"", "alice", "user:", "sa:x", "sa:/x", "sa:x/", "robot:x"}) EXPECT_FALSE(parse_identity(bad)) << bad;
}

}  // namespace
}  // namespace bulkhead::access
