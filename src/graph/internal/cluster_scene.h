// The whole cluster as the preconditions of Kubernetes' own flaws see it (data/kubernetes/checks.yaml): flags of the control
// plane's programs, kubelet configuration, add-ons, and "some object of a kind for which …".
//
// A scene is asked about one place: the control plane, one node (then `some: pod` means the pods that are or may be put there),
// or one component. A kind whose list was not read whole gives `unknown` unless an object that was read decides.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/internal/scene.h"

namespace bulkhead::graph {

// What people and workloads may do through the API, without those who run the cluster: system:masters, the control plane's own
// users and the service accounts of its controllers, and whoever may do everything anyway.
class Outsiders {
 public:
  explicit Outsiders(const Builder& b);
  // Somebody of them may; the facts name the binding. Resource "any": any resource at all.
  Verdict some(const RightAsked& right) const;
  // Indices into Builder::identities, with yes or unknown.
  std::vector<std::pair<size_t, model::Tri>> holders(const RightAsked& right) const;
  const std::vector<size_t>& list() const { return list_; }
  model::Tri may(size_t identity, const RightAsked& right) const;

 private:
  Verdict any_resource(const RightAsked& right) const;
  model::Tri asked(size_t identity, const RightAsked& right, std::string_view verb, access::AccessRequest& request) const;
  const Builder& b_;
  std::vector<size_t> list_;
  std::vector<access::Rbac::Principal> principals_;  // of list_
  mutable std::map<std::string, Verdict> known_;
};

// The flags that one of the control plane's programs runs with.
struct ProgramFlags {
  struct Replica {
    std::string place;  // "Pod kube-system/kube-apiserver-cp: container kube-apiserver"
    std::map<std::string, std::string> flags;
  };
  std::vector<Replica> replicas;                // seen as pods
  std::map<std::string, std::string> declared;  // kubeadm's ClusterConfiguration, where no pod was seen
  std::string declared_place;
};
// From a container's command and arguments: "--v=4", "--v 4", "--profiling".
std::map<std::string, std::string> flags_of(const model::Container& container);

// What does not change from question to question.
struct ClusterView {
  explicit ClusterView(const Builder& builder);
  const Builder& b;
  Outsiders outsiders;
  std::map<std::string, ProgramFlags, std::less<>> programs;  // "apiserver", "controller_manager", "scheduler", "etcd"
};

class ClusterScene : public Scene {
 public:
  ClusterScene(const ClusterView& view, const NodeView* node, const model::ClusterComponent* component)
      : view_(view), node_(node), component_(component) {}
  Fact field(std::string_view object, std::string_view name) const override;
  Verdict can(const RightAsked& right) const override { return view_.outsiders.some(right); }
  Verdict reaches(std::string_view, int32_t) const override { return {}; }
  Verdict admits(std::string_view) const override { return {}; }
  Verdict some(std::string_view kind, const Expression& where) const override;

  // The replica classes of this place of which a container satisfies `where` (yes or unknown), for steps.
  std::vector<std::pair<size_t, Verdict>> pods(const Expression& where) const;

 private:
  Verdict some_pod(const Expression& where, bool each_container) const;
  Fact kubelet(std::string_view name) const;
  Fact component(std::string_view name) const;
  const ClusterView& view_;
  const NodeView* node_;
  const model::ClusterComponent* component_;
};

// Fields of the component that the scene is about (component_fields.cc).
Fact component_field(const ClusterView& view, const model::ClusterComponent& component, std::string_view name);
// The port of its admission webhook; 0: it has none.
int32_t webhook_port(const model::Container& container);

}  // namespace bulkhead::graph
