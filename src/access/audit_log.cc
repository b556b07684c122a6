#include "access/audit_log.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";

std::string user_of(const std::string& subject) {
  const auto [kind, name] = base::split_once(subject, ':');
  if (!name) return {};
  if (kind == "user") return std::string(*name);
  if (kind != "sa") return {};
  const auto [ns, account] = base::split_once(*name, '/');
  return account ? std::string(kServiceAccountUser) + std::string(ns) + ":" + std::string(*account) : std::string();
}

}  // namespace

bool AuditLog::add_event(base::JsonView event) {
  const std::string verb = event.get("verb").text(), user = event.path("user", "username").text();
  const base::JsonView object = event.get("objectRef");
  std::string uri = event.get("requestURI").text();
  if (verb.empty() || user.empty() || (object.get("resource").text().empty() && uri.empty())) return false;
  ++events_;
  const std::string moment = event.get("requestReceivedTimestamp").text(event.get("timestamp").text());
  if (!moment.empty()) {
    if (first.empty() || moment < first) first = moment;
    last = std::max(last, moment);
  }
  std::string decision;
  event.get("annotations").each([&](std::string_view key, base::JsonView value) {
    if (key == "authorization.k8s.io/decision") decision = value.text();
  });
  const int64_t code = event.path("responseStatus", "code").integer().value_or(0);
  if (decision.empty() ? code == 401 || code == 403 : decision != "allow") {
    ++refused_;
    return true;
  }
  UsedRight used;
  used.verb = verb;
  used.resource = object.get("resource").text();
  if (used.resource.empty()) {
    used.url = uri.substr(0, uri.find('?'));
  } else {
    used.group = object.get("apiGroup").text();
    used.ns = object.get("namespace").text();
    const std::string sub = object.get("subresource").text();
    if (!sub.empty()) used.resource += "/" + sub;
    // The authorizer sees no name where an object is made, or where many are meant, whatever the log writes there.
    const bool collection = verb == "list" || verb == "watch" || verb == "deletecollection" || (verb == "create" && sub.empty());
    if (!collection) used.name = object.get("name").text();
    if (used.resource == "namespaces" && used.ns.empty() && !used.name.empty())
      used.ns = used.name;  // a request for a namespace is one in it
  }
  const base::JsonView as = event.get("impersonatedUser");
  std::string actor = user;
  std::vector<std::string> groups = event.path("user", "groups").texts();
  if (const std::string name = as.get("username").text(); !name.empty()) {
    UsedRight impersonate{"impersonate", "", "", "users", name, ""};
    if (name.starts_with(kServiceAccountUser)) {
      const auto [ns, account] = base::split_once(std::string_view(name).substr(kServiceAccountUser.size()), ':');
      if (account) impersonate = {"impersonate", std::string(ns), "", "serviceaccounts", std::string(*account), ""};
    }
    used_[user].insert(impersonate);
    for (const std::string& group : groups) members_[group].insert(user);
    actor = name;
    groups = as.get("groups").texts();
  }
  used_[actor].insert(std::move(used));
  for (const std::string& group : groups) members_[group].insert(actor);
  return true;
}

bool AuditLog::add_document(std::string_view text) {
  const auto document = base::JsonDocument::parse(text, limits_, "audit log");
  if (!document || document->root().kind() != base::JsonKind::object) return false;
  const base::JsonView root = document->root();
  if (root.get("kind").text() != "EventList") return add_event(root);
  for (const base::JsonView& item : root.get("items").items()) malformed_ += add_event(item) ? 0 : 1;
  return true;
}

void AuditLog::add_line(std::string_view line) {
  line = base::trim(line);
  if (line.empty()) return;
  if (pending_.empty() && line.starts_with('{') && line.ends_with('}')) {
    malformed_ += add_document(line) ? 0 : 1;
    return;
  }
  // Part of a document over many lines, perhaps.
  if (pending_.size() + line.size() > limits_.document_bytes) {
    malformed_ += pending_lines_ + 1;
    pending_.clear();
    pending_lines_ = 0;
    return;
  }
  pending_.append(line).append("\n");
  ++pending_lines_;
  if (line.ends_with('}') && add_document(pending_)) {
    pending_.clear();
    pending_lines_ = 0;
  } else if (pending_lines_ > 1 && line.starts_with('{') && line.ends_with('}')) {
    // A whole event behind something that was none: what came before stays behind.
    if (add_document(line)) {
      malformed_ += pending_lines_ - 1;
      pending_.clear();
      pending_lines_ = 0;
    }
  }
}

void AuditLog::end_of_file() {
  malformed_ += pending_lines_;
  pending_.clear();
  pending_lines_ = 0;
}

std::set<UsedRight> AuditLog::used_by(const std::string& subject) const {
  std::set<UsedRight> out;
  const auto take = [&](const std::string& user) {
    if (const auto found = used_.find(user); found != used_.end()) out.insert(found->second.begin(), found->second.end());
  };
  if (subject.starts_with("group:")) {
    if (const auto found = members_.find(subject.substr(6)); found != members_.end()) std::ranges::for_each(found->second, take);
  } else {
    take(user_of(subject));
  }
  return out;
}

bool covers(const std::string& verb, const std::string& ns, const std::string& group, const std::string& resource, const std::string& name,
            const std::string& url, const UsedRight& used) {
  if (verb != "*" && verb != used.verb) return false;
  if (!url.empty() || !used.url.empty()) {
    if (url.empty() || used.url.empty()) return false;
    return url.ends_with('*') ? used.url.starts_with(std::string_view(url).substr(0, url.size() - 1)) : url == used.url;
  }
  if (!ns.empty() && ns != used.ns) return false;
  if (group != "*" && group != used.group) return false;
  if (!name.empty() && name != used.name) return false;
  if (resource == "*" || resource == used.resource) return true;
  const size_t slash = used.resource.find('/');
  return slash != std::string::npos && resource.starts_with("*/") && resource.substr(1) == used.resource.substr(slash);
}

}  // namespace bulkhead::access
