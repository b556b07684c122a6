#include "access/least_privilege.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr const char* kRbac = "rbac.authorization.k8s.io";

struct Rule {
  std::string group, resource, url;
  std::set<std::string> verbs, names;
  bool too_many = false;
};

std::string quoted_list(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + base::json_quote(word);
  return "[" + text + "]";
}

// Rights of one place: by resource and verb the names, then verbs with the same names together.
std::vector<Rule> rules_for(const std::set<UsedRight>& used, bool without_names) {
  std::map<std::tuple<std::string, std::string, std::string>, std::map<std::string, std::set<std::string>>> by_verb;  // … → verb → names
  for (const UsedRight& one : used) {
    std::set<std::string>& names = by_verb[{one.group, one.resource, one.url}][one.verb];
    names.insert(without_names ? "" : one.name);
  }
  std::vector<Rule> rules;
  for (auto& [what, verbs] : by_verb) {
    std::map<std::set<std::string>, Rule> together;
    for (auto& [verb, names] : verbs) {
      const bool too_many = names.size() > kMaxNames;
      if (names.contains("") || too_many) names.clear();  // asked without a name too: no name limits it
      Rule& rule = together[names];
      std::tie(rule.group, rule.resource, rule.url) = what;
      rule.verbs.insert(verb);
      rule.names = names;
      rule.too_many = rule.too_many || too_many;
    }
    for (auto& [names, rule] : together) rules.push_back(std::move(rule));
  }
  return rules;
}

void write_role(std::string& out, const std::string& name, const std::string& ns, const std::vector<Rule>& rules,
                const std::string& subject_yaml) {
  const bool cluster = ns.empty();
  const std::string meta =
      "metadata:\n  name: " + base::json_quote(name) + "\n" + (cluster ? "" : "  namespace: " + base::json_quote(ns) + "\n");
  out += std::string("---\napiVersion: ") + kRbac + "/v1\nkind: " + (cluster ? "ClusterRole" : "Role") + "\n" + meta + "rules:\n";
  for (const Rule& rule : rules) {
    if (rule.too_many) out += "# more than " + std::to_string(kMaxNames) + " objects were named: not limited to names\n";
    if (!rule.url.empty()) {
      out += "- nonResourceURLs: [" + base::json_quote(rule.url) + "]\n";
    } else {
      out += "- apiGroups: [" + base::json_quote(rule.group) + "]\n  resources: [" + base::json_quote(rule.resource) + "]\n";
      if (!rule.names.empty()) out += "  resourceNames: " + quoted_list(rule.names) + "\n";
    }
    out += "  verbs: " + quoted_list(rule.verbs) + "\n";
  }
  out += std::string("---\napiVersion: ") + kRbac + "/v1\nkind: " + (cluster ? "ClusterRoleBinding" : "RoleBinding") + "\n" + meta +
         "roleRef:\n  apiGroup: " + kRbac + "\n  kind: " + (cluster ? "ClusterRole" : "Role") + "\n  name: " + base::json_quote(name) +
         "\nsubjects:\n" + subject_yaml;
}

// A name that the API takes, and that is the same for the same subject.
std::string role_name(std::string_view subject) {
  std::string name = "least-";
  uint64_t hash = 1469598103934665603ULL;  // FNV-1a: two subjects must not get one name
  for (const char c : subject) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (name.size() < 60) name += plain ? c : '-';
  }
  static constexpr char kHex[] = "0123456789abcdef";
  name += '-';
  for (int shift = 28; shift >= 0; shift -= 4) name += kHex[hash >> shift & 15];
  return name;
}

}  // namespace

base::Result<std::string> least_privilege_yaml(const std::string& subject, const std::set<UsedRight>& used, bool without_names) {
  const auto [kind, name] = base::split_once(subject, ':');
  if (!name) return base::fail(base::ErrorKind::usage, "a subject is user:NAME, group:NAME or sa:NAMESPACE/NAME", subject);
  std::string subject_yaml;
  if (kind == "sa") {
    const auto [ns, account] = base::split_once(*name, '/');
    if (!account) return base::fail(base::ErrorKind::usage, "a service account is sa:NAMESPACE/NAME", subject);
    subject_yaml = "- kind: ServiceAccount\n  namespace: " + base::json_quote(ns) + "\n  name: " + base::json_quote(*account) + "\n";
  } else {
    subject_yaml = std::string("- apiGroup: ") + kRbac + "\n  kind: " + (kind == "group" ? "Group" : "User") +
                   "\n  name: " + base::json_quote(*name) + "\n";
  }
  std::map<std::string, std::set<UsedRight>> places;
  for (const UsedRight& one : used) places[one.url.empty() ? one.ns : ""].insert(one);
  std::string out;
  for (const auto& [ns, rights] : places) write_role(out, role_name(subject), ns, rules_for(rights, without_names), subject_yaml);
  return out;
}

}  // namespace bulkhead::access
