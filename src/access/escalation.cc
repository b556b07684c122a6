#include "access/escalation.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "access/rights.h"

namespace bulkhead::access {
namespace {

using model::Tri;

constexpr const char* kEverything = "cluster-admin";
constexpr const char* kRbac = "rbac.authorization.k8s.io";

// What a right leads to.
enum class Gain { accounts_of_namespace, accounts_of_pods, every_pods_account, everything };

struct Way {
  const char* verb;
  const char* group;
  const char* resource;
  const char* subresource;
  bool cluster_wide;  // only counts as a right over all namespaces, or on a cluster-scoped kind
  Gain gain;
  const char* how;
};
constexpr const char* kRuns = "a pod may run as any service account of its namespace";
constexpr const char* kEnters = "a process in a pod has the pod's token";
constexpr Way kWays[] = {
    {"create", "", "pods", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "apps", "deployments", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "apps", "daemonsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "apps", "statefulsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "apps", "replicasets", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "batch", "jobs", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "batch", "cronjobs", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "", "replicationcontrollers", "", false, Gain::accounts_of_namespace, kRuns},
    {"patch", "apps", "deployments", "", false, Gain::accounts_of_namespace, kRuns},
    {"patch", "apps", "daemonsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"patch", "apps", "statefulsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"patch", "batch", "cronjobs", "", false, Gain::accounts_of_namespace, kRuns},
    {"update", "apps", "deployments", "", false, Gain::accounts_of_namespace, kRuns},
    {"update", "apps", "daemonsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"update", "apps", "statefulsets", "", false, Gain::accounts_of_namespace, kRuns},
    {"create", "", "serviceaccounts", "token", false, Gain::accounts_of_namespace, "it may ask for tokens of service accounts"},
    {"create", "", "pods", "exec", false, Gain::accounts_of_pods, kEnters},
    {"get", "", "pods", "exec", false, Gain::accounts_of_pods, kEnters},
    {"create", "", "pods", "attach", false, Gain::accounts_of_pods, kEnters},
    {"patch", "", "pods", "ephemeralcontainers", false, Gain::accounts_of_pods, kEnters},
    {"update", "", "pods", "ephemeralcontainers", false, Gain::accounts_of_pods, kEnters},
    {"create", "", "nodes", "proxy", true, Gain::every_pods_account, "the kubelet runs commands in every pod of a node"},
    {"get", "", "nodes", "proxy", true, Gain::every_pods_account, "the kubelet runs commands in every pod of a node"},
    {"create", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "", true, Gain::everything,
     "a webhook changes what others create"},
    {"update", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "", true, Gain::everything,
     "a webhook changes what others create"},
    {"patch", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "", true, Gain::everything,
     "a webhook changes what others create"},
};

class Finder {
 public:
  Finder(const model::Cluster& cluster, const Rbac& rbac) : cluster_(cluster), rbac_(rbac) {
    std::set<std::string> namespaces;
    for (const model::Namespace& ns : cluster.namespaces) namespaces.insert(ns.meta.name);
    for (const model::ServiceAccount& account : cluster.service_accounts) {
      accounts_[account.meta.ns].insert(account.meta.name);
      namespaces.insert(account.meta.ns);
    }
    for (const model::Pod& pod : cluster.pods) {
      if (pod.spec.automount_token.value_or(true)) pod_accounts_[pod.meta.ns].insert(pod.spec.service_account);
      accounts_[pod.meta.ns].insert(pod.spec.service_account);
      namespaces.insert(pod.meta.ns);
    }
    namespaces_.assign(namespaces.begin(), namespaces.end());
  }

  const std::vector<EscalationStep>& steps(const std::string& subject) {
    const auto [entry, fresh] = steps_.try_emplace(subject);
    if (fresh) entry->second = find(subject);
    return entry->second;
  }

  bool has_everything(const std::string& subject) {
    const auto who = parse_identity(subject);
    return who && ask(rbac_.principal(*who), "*", "*", "*", "", "") == Tri::yes;
  }

 private:
  Tri ask(const Rbac::Principal& who, const std::string& verb, const std::string& group, const std::string& resource,
          const std::string& sub, const std::string& ns) const {
    return rbac_.allowed(who, {verb, group, resource, sub, "", ns, ""});
  }

  std::vector<EscalationStep> find(const std::string& subject) {
    std::vector<EscalationStep> out;
    const auto identity = parse_identity(subject);
    if (!identity) return out;
    const Rbac::Principal who = rbac_.principal(*identity);
    const auto step = [&](std::string to, std::string right, const char* how, Tri verdict) {
      if (to != subject) out.push_back({subject, std::move(to), std::move(right), how, verdict});
    };
    if (ask(who, "*", "*", "*", "", "") == Tri::yes) {
      step(kEverything, "everything", "its own rights", Tri::yes);
      return out;
    }
    const auto give = [&](const std::map<std::string, std::set<std::string>>& accounts, const std::string& ns, const std::string& right,
                          const char* how, Tri verdict) {
      for (const auto& [in, names] : accounts) {
        if (!ns.empty() && in != ns) continue;
        for (const std::string& name : names) step("sa:" + in + "/" + name, right, how, verdict);
      }
    };
    for (const Way& way : kWays) {
      const std::string what = std::string(way.verb) + " " + (*way.group != '\0' ? std::string(way.group) + "/" : "") + way.resource +
                               (*way.subresource != '\0' ? std::string("/") + way.subresource : "");
      const Tri everywhere = ask(who, way.verb, way.group, way.resource, way.subresource, "");
      const auto gain = [&](const std::string& ns, Tri verdict) {
        const std::string right = what + (way.cluster_wide ? "" : ns.empty() ? " everywhere" : " in " + ns);
        if (way.gain == Gain::everything) step(kEverything, right, way.how, verdict);
        if (way.gain == Gain::accounts_of_namespace) give(accounts_, ns, right, way.how, verdict);
        if (way.gain == Gain::accounts_of_pods || way.gain == Gain::every_pods_account) give(pod_accounts_, ns, right, way.how, verdict);
      };
      if (everywhere == Tri::yes) {
        gain("", everywhere);
        continue;
      }
      if (way.cluster_wide) {
        if (everywhere == Tri::unknown) gain("", everywhere);
        continue;
      }
      for (const std::string& ns : namespaces_) {
        if (const Tri there = ask(who, way.verb, way.group, way.resource, way.subresource, ns); there != Tri::no) gain(ns, there);
      }
    }
    rights_over_rights(who, step);
    secrets(who, step);
    impersonation(*identity, who, step);
    return out;
  }

  template <typename Step>
  void rights_over_rights(const Rbac::Principal& who, Step&& step) {
    const auto rbac = [&](const char* verb, const char* resource, const std::string& ns) {
      return ask(who, verb, kRbac, resource, "", ns);
    };
    const Tri bind_all =
        (rbac("bind", "clusterroles", "") && (rbac("create", "clusterrolebindings", "") || rbac("update", "clusterrolebindings", "") ||
                                              rbac("patch", "clusterrolebindings", "")));
    if (bind_all != Tri::no)
      step(kEverything, "bind clusterroles, write clusterrolebindings", "it may bind cluster-admin to itself", bind_all);
    const Tri escalate_all =
        rbac("escalate", "clusterroles", "") && (rbac("update", "clusterroles", "") || rbac("patch", "clusterroles", ""));
    if (escalate_all != Tri::no)
      step(kEverything, "escalate and write clusterroles", "it may write any right into a role that it has", escalate_all);
    for (const std::string& ns : namespaces_) {
      const Tri bind = (rbac("bind", "clusterroles", ns) || rbac("bind", "roles", ns)) &&
                       (rbac("create", "rolebindings", ns) || rbac("update", "rolebindings", ns) || rbac("patch", "rolebindings", ns));
      const Tri escalate = rbac("escalate", "roles", ns) && (rbac("update", "roles", ns) || rbac("patch", "roles", ns));
      const Tri either = bind || escalate;
      if (either == Tri::no) continue;
      for (const std::string& name : accounts_[ns]) {
        step("sa:" + ns + "/" + name, (bind == Tri::no ? "escalate and write roles in " : "bind roles, write rolebindings in ") + ns,
             "it may give itself every right in the namespace", either);
      }
    }
    const auto csr = [&](const char* verb, const char* sub) {
      return ask(who, verb, "certificates.k8s.io", "certificatesigningrequests", sub, "");
    };
    const Tri sign = csr("create", "") && (csr("update", "approval") || csr("patch", "approval")) &&
                     rbac_.allowed(who, {"approve", "certificates.k8s.io", "signers", "", "kubernetes.io/kube-apiserver-client", "", ""});
    if (sign != Tri::no)
      step(kEverything, "create, approve certificatesigningrequests", "it may sign a certificate for any user but system:masters", sign);
  }

  template <typename Step>
  void secrets(const Rbac::Principal& who, Step&& step) {
    for (const std::string& ns : namespaces_) {
      const Tri read =
          ask(who, "get", "", "secrets", "", ns) || ask(who, "list", "", "secrets", "", ns) || ask(who, "watch", "", "secrets", "", ns);
      if (read == Tri::no) continue;
      const Tri make = read && ask(who, "create", "", "secrets", "", ns);
      if (make != Tri::no) {  // a Secret of type service-account-token is filled by the controller
        for (const std::string& name : accounts_[ns])
          step("sa:" + ns + "/" + name, "create and read secrets in " + ns, "a Secret can be made that receives the account's token", make);
        continue;
      }
      for (const model::ServiceAccount& account : cluster_.service_accounts) {
        if (account.meta.ns != ns || account.secrets.empty()) continue;
        step("sa:" + ns + "/" + account.meta.name, "read secrets in " + ns, "a Secret that the account names may hold its token",
             read && Tri::unknown);
      }
    }
  }

  template <typename Step>
  void impersonation(const Identity& identity, const Rbac::Principal& who, Step&& step) {
    const auto may = [&](const char* resource, const std::string& name, const std::string& ns) {
      return rbac_.allowed(who, {"impersonate", "", resource, "", name, ns, ""});
    };
    const Tri masters = may("groups", "system:masters", "") && (may("users", "anybody", "") || may("users", identity.user, ""));
    if (masters != Tri::no) step(kEverything, "impersonate users and groups", "it may act as a member of system:masters", masters);
    for (const std::string& subject : bound_subjects(cluster_)) {
      if (subject.starts_with("user:")) {
        if (const Tri can = may("users", subject.substr(5), ""); can != Tri::no)
          step(subject, "impersonate users", "it may act as that user", can);
      } else if (subject.starts_with("group:") && subject != "group:system:masters") {
        const Tri can = may("groups", subject.substr(6), "") && may("users", "anybody", "");
        if (can != Tri::no) step(subject, "impersonate users and groups", "it may act as a member of that group", can);
      }
    }
    for (const auto& [ns, names] : accounts_) {
      for (const std::string& name : names) {
        if (const Tri can = may("serviceaccounts", name, ns); can != Tri::no)
          step("sa:" + ns + "/" + name, "impersonate serviceaccounts in " + ns, "it may act as that account", can);
      }
    }
  }

  const model::Cluster& cluster_;
  const Rbac& rbac_;
  std::vector<std::string> namespaces_;
  std::map<std::string, std::set<std::string>> accounts_, pod_accounts_;
  std::map<std::string, std::vector<EscalationStep>> steps_;
};

// Shortest way over certain steps, else over uncertain ones too.
Escalation search(Finder& finder, const std::string& subject) {
  Escalation out;
  out.subject = subject;
  std::set<std::string> reached;
  for (const bool certain : {true, false}) {
    std::map<std::string, EscalationStep> came;
    std::deque<std::string> open{subject};
    while (!open.empty() && !came.contains(kEverything)) {
      const std::string at = open.front();
      open.pop_front();
      for (const EscalationStep& step : finder.steps(at)) {
        if ((certain && step.verdict != Tri::yes) || step.to == subject || !came.try_emplace(step.to, step).second) continue;
        if (step.to != kEverything) {
          open.push_back(step.to);
          reached.insert(step.to);
        }
      }
    }
    if (const auto end = came.find(kEverything); end != came.end()) {
      out.everything = certain ? Tri::yes : Tri::unknown;
      for (const EscalationStep* step = &end->second;; step = &came.at(step->from)) {
        out.path.insert(out.path.begin(), *step);
        if (step->from == subject) break;
      }
      break;
    }
  }
  out.reachable = reached.size();
  if (out.path.empty()) {
    std::set<std::string> seen;
    for (const EscalationStep& step : finder.steps(subject)) {
      if (out.path.size() < kDirectSteps && seen.insert(step.to).second) out.path.push_back(step);
    }
  }
  return out;
}

}  // namespace

std::vector<Escalation> find_escalations(const model::Cluster& cluster, const Rbac& rbac, const std::string& only) {
  std::set<std::string> subjects;
  if (!only.empty()) {
    subjects.insert(only);
  } else {
    for (std::string& subject : bound_subjects(cluster)) subjects.insert(std::move(subject));
    for (const model::ServiceAccount& account : cluster.service_accounts)
      subjects.insert("sa:" + account.meta.ns + "/" + account.meta.name);
  }
  Finder finder(cluster, rbac);
  std::vector<Escalation> out;
  for (const std::string& subject : subjects) {
    if (subject == "group:system:masters" || finder.has_everything(subject)) continue;
    Escalation one = search(finder, subject);
    if (!one.path.empty()) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace bulkhead::access
