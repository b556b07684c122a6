// The evaluator's questions, answered from cluster facts: one scene per pod (and container, mount, Secret), node or identity.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/internal/builder.h"

namespace bulkhead::graph {

// A hostPath that a container sees, directly or through a claim bound to a hostPath volume.
struct HostMount {
  const model::Container* container = nullptr;
  std::string path;  // normalised, with subPath
  bool read_only = false;
  bool unread = false;  // a claim whose volume was not read: may be a hostPath
  std::string place;    // "container api: hostPath /var/run → /host"
};
std::vector<HostMount> host_mounts(const Builder& b, const WorkloadView& w);

// --- effective facts of a container
model::Tri runs_as_root(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing);
// Is group 0 among the groups of its process? Without runAsGroup the image's group counts, and that is 0 for a user number that
// the image does not list.
model::Tri in_root_group(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing);
// "Unconfined", "RuntimeDefault", "Localhost"; empty when unknown (then `missing`).
std::string effective_seccomp(const Builder& b, const WorkloadView& w, const model::Container& c, Missing* missing);
// Capabilities that a process of the container holds or can get. With `known` false it may hold any of them, or none.
std::vector<std::string> effective_capabilities(const Builder& b, const WorkloadView& w, const model::Container& c, bool& known,
                                                Missing& missing);
// "none", "gvisor", "vm"; empty when unknown.
std::string sandbox_of(const Builder& b, const WorkloadView& w, Missing* missing);
// Is the API token of the service account in the pod?
model::Tri token_mounted(const Builder& b, const WorkloadView& w, std::string* place, Missing* missing);

// Does what listens in the container let anybody in (data/no_login.yaml)? login_facts.cc.
Fact no_login(const Builder& b, const WorkloadView& w, const model::Container& c, const std::string& at);

// The row of data/no_login.yaml that names the container's image; empty: none.
std::string software_of(const Builder& b, const model::Container& c);
// Do the pods of a node share a link, by the network plug-in that runs on the nodes? login_facts.cc.
Fact pod_link(const Builder& b);
// Whom the kubelet of a node lets in: nobody, authenticated, anonymous.
Fact kubelet_open(const NodeView* node);

class WorkloadScene : public Scene {
 public:
  WorkloadScene(const Builder& b, const WorkloadView& w) : b_(b), w_(w) {}
  const model::Container* container = nullptr;
  const HostMount* mount = nullptr;

  Fact field(std::string_view object, std::string_view name) const override;
  Verdict can(const RightAsked& right) const override;
  Verdict reaches(std::string_view address, int32_t port) const override;
  Verdict admits(std::string_view field) const override;

 private:
  Fact pod_field(std::string_view name) const;
  Fact container_field(std::string_view name) const;
  const Builder& b_;
  const WorkloadView& w_;
};

class NodeScene : public Scene {
 public:
  NodeScene(const Builder& b, const NodeView* node) : b_(b), node_(node) {}
  Fact field(std::string_view object, std::string_view name) const override;
  Verdict can(const RightAsked&) const override { return {}; }
  Verdict reaches(std::string_view, int32_t) const override { return {}; }
  Verdict admits(std::string_view) const override { return {}; }

 private:
  const Builder& b_;
  const NodeView* node_;  // null: some node
};

// One identity in one namespace ("" = the whole cluster); with `name`, asking of rights on the object of that name.
class IdentityScene : public Scene {
 public:
  IdentityScene(const Builder& b, const access::Rbac& rbac, const access::Identity& who, std::string ns, std::string name = {})
      : b_(b), rbac_(rbac), who_(who), ns_(std::move(ns)), name_(std::move(name)) {}
  Fact field(std::string_view object, std::string_view name) const override;
  Verdict can(const RightAsked& right) const override;
  Verdict reaches(std::string_view, int32_t) const override { return {}; }
  Verdict admits(std::string_view field) const override;

 private:
  const Builder& b_;
  const access::Rbac& rbac_;
  const access::Identity& who_;
  std::string ns_, name_;
};

Fact server_field(const Builder& b, std::string_view name);
// Would the namespace admit a pod that asks for `field` (privileged, host_path, …)?
Verdict namespace_admits(const Builder& b, std::string_view ns, std::string_view field);

}  // namespace bulkhead::graph
