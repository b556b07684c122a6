#include "access/request_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace bulkhead::access {
namespace {

using base::ErrorKind;

// Resources of the core group, Kubernetes API reference v1.36, and the kinds of subject that `impersonate` names there.
constexpr std::array<std::string_view, 22> kCoreResources = {"*",
                                                             "bindings",
                                                             "componentstatuses",
                                                             "configmaps",
                                                             "endpoints",
                                                             "events",
                                                             "groups",
                                                             "limitranges",
                                                             "namespaces",
                                                             "nodes",
                                                             "persistentvolumeclaims",
                                                             "persistentvolumes",
                                                             "pods",
                                                             "podtemplates",
                                                             "replicationcontrollers",
                                                             "resourcequotas",
                                                             "secrets",
                                                             "serviceaccounts",
                                                             "services",
                                                             "uids",
                                                             "userextras",
                                                             "users"};

// Built-in groups without a dot.
constexpr std::array<std::string_view, 6> kPlainGroups = {"apps", "autoscaling", "batch", "core", "extensions", "policy"};

// Built-in resources of other groups, so that "deployments" alone is understood.
constexpr std::pair<std::string_view, std::string_view> kOtherResources[] = {
    {"certificatesigningrequests", "certificates.k8s.io"},
    {"clusterrolebindings", "rbac.authorization.k8s.io"},
    {"clusterroles", "rbac.authorization.k8s.io"},
    {"cronjobs", "batch"},
    {"customresourcedefinitions", "apiextensions.k8s.io"},
    {"daemonsets", "apps"},
    {"deployments", "apps"},
    {"endpointslices", "discovery.k8s.io"},
    {"horizontalpodautoscalers", "autoscaling"},
    {"ingresses", "networking.k8s.io"},
    {"jobs", "batch"},
    {"mutatingwebhookconfigurations", "admissionregistration.k8s.io"},
    {"networkpolicies", "networking.k8s.io"},
    {"poddisruptionbudgets", "policy"},
    {"replicasets", "apps"},
    {"rolebindings", "rbac.authorization.k8s.io"},
    {"roles", "rbac.authorization.k8s.io"},
    {"statefulsets", "apps"},
    {"storageclasses", "storage.k8s.io"},
    {"subjectaccessreviews", "authorization.k8s.io"},
    {"tokenreviews", "authentication.k8s.io"},
    {"validatingwebhookconfigurations", "admissionregistration.k8s.io"},
};

// First parts of the paths that kube-apiserver itself serves.
constexpr std::array<std::string_view, 17> kUrlRoots = {"",       ".well-known", "api",     "apis",         "configz", "debug",
                                                        "flagz",  "healthz",     "livez",   "logs",         "metrics", "openapi",
                                                        "openid", "readyz",      "statusz", "swagger.json", "version"};

template <typename Range>
bool in(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

}  // namespace

RequestReader::RequestReader(const model::Cluster& cluster) {
  for (const auto* roles : {&cluster.cluster_roles, &cluster.roles}) {
    for (const model::RbacRole& role : *roles) {
      for (const model::PolicyRule& rule : role.rules) {
        for (const std::string& group : rule.api_groups) {
          if (!group.empty() && group != "*") groups_.insert(group);
        }
        for (const std::string& resource : rule.resources) {
          const auto [plain, sub] = base::split_once(resource, '/');
          resources_.emplace(plain);
          if (sub && *sub != "*") subresources_.emplace(*sub);
        }
        if (in(rule.api_groups, "")) {
          for (const std::string& resource : rule.resources) {
            const std::string_view word = base::split_once(resource, '/').first;
            if (word != "*") core_resources_.emplace(word);
          }
        }
        for (const std::string& url : rule.non_resource_urls) {
          std::string_view root = url;
          if (root.starts_with('/')) root.remove_prefix(1);
          root = base::split_once(root, '/').first;
          if (!root.ends_with('*')) url_roots_.emplace(root);
        }
      }
    }
  }
}

bool RequestReader::is_core_resource(std::string_view word) const { return in(kCoreResources, word) || core_resources_.contains(word); }
bool RequestReader::is_group(std::string_view word) const {
  return word.find('.') != std::string_view::npos || word == "*" || in(kPlainGroups, word) || groups_.contains(word);
}
bool RequestReader::is_url(std::string_view path) const {
  const auto [first, second] = base::split_once(path, '/');
  if (in(kCoreResources, first)) return false;
  if (in(kUrlRoots, first) || url_roots_.contains(first)) return true;
  if (second && subresources_.contains(*second)) return false;
  const bool built_in = std::ranges::any_of(kOtherResources, [&](const auto& known) { return known.first == first; });
  return !built_in && !resources_.contains(first);
}

base::Result<AccessRequest> RequestReader::read(std::string_view verb, std::string_view text, std::string_view ns) const {
  AccessRequest request;
  request.verb = verb;
  if (verb.empty()) return base::fail(ErrorKind::usage, "no verb");
  if (text.empty()) return base::fail(ErrorKind::usage, "no resource");
  const auto [resource, name] = base::split_once(text, ':');
  // A URL has neither a name nor a namespace.
  if (text.starts_with('/') && !name && ns.empty() && is_url(text.substr(1))) {
    request.path = text;
    return request;
  }
  request.ns = ns;
  if (name) request.name = *name;

  std::string_view rest = resource;
  const auto take = [&rest]() {
    const auto [part, more] = base::split_once(rest, '/');
    rest = more.value_or(std::string_view());
    return part;
  };
  const bool several = rest.find('/') != std::string_view::npos;
  const std::string_view first = take();
  if (!several) {
    const size_t dot = first.find('.');
    if (dot != std::string_view::npos) {
      request.resource = first.substr(0, dot);
      request.api_group = first.substr(dot + 1);
    } else {
      request.resource = first;
      if (!is_core_resource(first)) {
        for (const auto& [known, group] : kOtherResources) {
          if (known == first) request.api_group = group;
        }
      }
    }
  } else if (first.empty() || is_group(first) || !is_core_resource(first)) {
    request.api_group = first == "core" ? std::string_view() : first;
    request.resource = take();
    request.subresource = rest;
  } else {
    request.resource = first;
    request.subresource = rest;
  }
  if (request.resource.empty()) return base::fail(ErrorKind::usage, "no resource", std::string(text));
  return request;
}

}  // namespace bulkhead::access
