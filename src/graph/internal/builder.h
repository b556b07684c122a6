// The graph while it is being built: indexes over the cluster, positions and variables by id, one place that adds steps.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "graph/build.h"
#include "graph/catalogue.h"
#include "graph/knowledge.h"

namespace bulkhead::graph {

inline constexpr uint32_t kNone = UINT32_MAX;

// Pods of one template (a controller, or a bare pod).
struct Template {
  std::string key;  // "shop/Deployment/api"
  std::string ns, kind, name;
  size_t pod = 0;  // a representative, index into Cluster::pods
  std::vector<size_t> classes;
  uint32_t any = kNone;    // position "a replica of the attacker's choice"; its only class where there is one
  uint32_t entry = kNone;  // position "can connect to it"; made on demand
};
// The pods of a template on one node.
struct ReplicaClass {
  size_t of = 0;     // template
  std::string node;  // empty: not known
  size_t pod = 0;
  uint32_t replicas = 1;
  uint32_t position = kNone;
};
struct NodeView {
  std::string name;
  const model::Node* node = nullptr;     // null: not read
  const NodeFacts* facts = nullptr;      // null: not matched
  const NodeOs* os = nullptr;            // null: no row for it
  std::string runtime, runtime_version;  // "containerd", "1.7.20"; empty unknown
  uint32_t position = kNone;
  std::vector<size_t> classes;  // replica classes on it
};
struct IdentityView {
  access::Identity who;
  std::string id;        // "sa:shop/api", "user:alice", "group:dev"
  std::string ns, name;  // of a service account; else name only
  uint32_t position = kNone;
  model::Tri has_rights = model::Tri::no;
  std::vector<std::string> namespaces;  // in which a RoleBinding names it
};

// A step before its variables have numbers.
struct StepDraft {
  const char* row = "";
  uint32_t from = kNone, to = kNone;
  std::string tail;  // what else tells it from its twins: a flaw, an image
  model::StepState state = model::StepState::open;
  std::string cut_by;
  bool needs_flaw = false;
  std::vector<std::string> flaws;
  std::vector<model::Variable> variables;
  std::vector<std::string> facts;
  std::string technique;
  std::string image;  // whose rebuild would take the flaw away
};
using StepSink = std::function<void(StepDraft&&)>;

class Builder {
 public:
  Builder(const BuildInput& input, const Catalogue& catalogue, const Knowledge& knowledge, const model::Cluster& cluster,
          const access::Rbac& rbac, const access::Network& network);

  // positions
  uint32_t position(std::string id, model::PositionKind kind, std::string ns, std::string name, std::string node = {});
  uint32_t find_position(std::string_view id) const;  // kNone where there is none
  uint32_t entry_of(size_t tmpl);
  uint32_t secret(std::string_view ns, std::string_view name);
  // steps
  std::string step_id(const StepDraft& draft) const;
  // Its index, or kNone where it is there already or leads nowhere.
  uint32_t add(StepDraft&& draft);
  uint32_t find_step(std::string_view id) const;  // kNone where there is none
  // One step per member, or through the shared position `hub` in a compact graph. `hub_keeps`: the hub itself holds something.
  void fan(StepDraft draft, uint32_t hub, const std::vector<uint32_t>& members, bool hub_keeps, const StepSink& sink);
  static model::Variable fact(const Missing& missing);
  static model::Variable config(const StepRow& row, std::string_view place);
  // facts
  const ImageFacts* image(const model::Container& container) const;
  const model::Namespace* ns(std::string_view name) const;
  const model::ServiceAccount* service_account(std::string_view ns, std::string_view name) const;
  bool was_read(std::string_view group, std::string_view resource) const;
  int server_minor() const { return server_minor_; }  // -1 unknown
  std::string place(const ReplicaClass& c) const;     // "shop/Deployment/api@worker-1"
  const model::Pod& pod(size_t index) const { return cluster.pods[index]; }
  const NodeView& node_of(const ReplicaClass& c) const { return nodes[node_index.at(c.node)]; }

  const BuildInput& input;
  const Catalogue& catalogue;
  const Knowledge& knowledge;
  const model::Cluster& cluster;  // with pods made from templates where no pod was seen
  const access::Rbac& rbac;
  const access::Network& network;

  model::AttackGraph graph;
  std::vector<Template> templates;
  std::vector<ReplicaClass> classes;
  std::vector<size_t> template_of_pod;  // SIZE_MAX: a pod that does not run
  std::vector<NodeView> nodes;
  std::map<std::string, size_t, std::less<>> node_index;
  std::vector<IdentityView> identities;
  std::map<std::string, size_t, std::less<>> identity_index;
  std::map<std::string, std::vector<uint32_t>, std::less<>> secrets_of;             // namespace → asset positions
  std::map<std::string, std::vector<size_t>, std::less<>> templates_of;             // namespace → templates
  std::vector<std::string> namespaces;                                              // every one that is named anywhere
  std::vector<model::PersistentVolume const*> host_path_volumes;                    // by claim, see claim_volume
  std::map<std::string, const model::PersistentVolume*, std::less<>> claim_volume;  // "ns/claim" → its volume
  // Surfaces of a node with the flaws behind each, filled on first use.
  struct NodeSurface {
    const Surface* surface;
    uint32_t position;
    std::vector<std::string> flaws;
  };
  struct NodeSurfaces {
    bool known = false;
    std::vector<NodeSurface> list;
  };
  std::map<std::string, NodeSurfaces, std::less<>> node_surfaces;
  bool compact = false;
  mutable std::optional<Fact> pod_link_known;  // pod_link(), asked once
  uint32_t internet = kNone, control_plane = kNone;
  // The steps of each class in the order in which its rows gave them; kNone for one that leads nowhere or was there already.
  std::vector<std::vector<uint32_t>> class_steps;
  // What updates would take away: the flaw steps per image and per node.
  std::map<std::string, std::vector<uint32_t>, std::less<>> image_steps;
  struct NodeFlawStep {
    uint32_t step;
    size_t node;
    bool kernel;
    std::string component, fixed_version;
    std::vector<std::string> flaws;
  };
  std::vector<NodeFlawStep> node_flaw_steps;
  // Steps by flaws of the control plane and of add-ons, with what an update would bring (kubernetes_checks.cc).
  struct ComponentFlawStep {
    uint32_t step;
    std::string component, fixed_version, flaw;
  };
  std::vector<ComponentFlawStep> component_flaw_steps;

 private:
  std::unordered_map<std::string, uint32_t> position_index_, variable_index_;
  std::unordered_map<std::string, uint32_t> step_index_;
  std::unordered_set<std::string> hub_steps_;
  std::unordered_map<std::string, const ImageFacts*> image_index_;
  mutable std::unordered_map<std::string, const ImageFacts*> image_cache_;  // by reference and status digest
  std::map<std::string, const model::Namespace*, std::less<>> ns_index_;
  std::map<std::pair<std::string, std::string>, const model::ServiceAccount*> account_index_;
  int server_minor_ = -1;
};

// A pod of the cluster, or one that the attacker would make, or one with changed fields: what the workload rows are asked about.
struct WorkloadView {
  const model::PodSpec* spec = nullptr;
  const model::Labels* labels = nullptr;
  const model::Labels* annotations = nullptr;
  std::string ns, place;           // "shop/Deployment/api": names config variables
  size_t pod = SIZE_MAX;           // for reachability; SIZE_MAX none
  const NodeView* node = nullptr;  // null: any node
  uint32_t position = kNone;
  bool attacker_made = false;
};
// The mirror of a pod that a kubelet reads from its own disk: nothing but that disk moves or changes it. The kubelet marks it by an
// annotation; an owner of kind Node is newer. Source: Kubernetes, Static Pods; Well-known annotations (kubernetes.io/config.mirror).
bool is_static(const model::Pod& pod);  // classes.cc
// Pods of a class, `pod` speaking for them: its spec, labels and reachability.
WorkloadView view_of(const Builder& b, const ReplicaClass& c, size_t pod);  // classes.cc

// --- passes, in the order in which build() calls them
void find_classes(Builder& b);                                                 // classes.cc: templates, classes, nodes
void find_identities(Builder& b);                                              // identity_steps.cc
void make_assets(Builder& b);                                                  // assets.cc
void workload_steps(Builder& b, const WorkloadView& w, const StepSink& sink);  // workload_steps.cc
void all_workload_steps(Builder& b);
void identity_steps(Builder& b, const access::Rbac& rbac, const IdentityView& who, const StepSink& sink);
uint32_t new_pod(Builder& b, const std::string& ns);  // a pod of the attacker's making
// What rules with resourceNames allow; named_steps.cc, called by identity_steps.
void named_steps(Builder& b, const access::Rbac& rbac, const IdentityView& who, const StepSink& sink);
void all_identity_steps(Builder& b);
void node_steps(Builder& b);                                                  // node_steps.cc
void surface_steps(Builder& b, const WorkloadView& w, const StepSink& sink);  // escape_steps.cc
void node_flaw_steps(Builder& b);                                             // escape_steps.cc: surface → node
void flaw_steps(Builder& b);                                                  // flaw_steps.cc
void kubernetes_flaws(Builder& b);                                            // kubernetes_checks.cc: checks and their steps
void unread_steps(Builder& b);                                                // unread.cc
void make_attackers(Builder& b);                                              // attackers.cc
void image_actions(Builder& b);
void node_actions(Builder& b);
void policy_actions(Builder& b);
void pod_actions(Builder& b);
void rbac_actions(Builder& b);
void move_actions(Builder& b);       // actions_move.cc: nodes of one OS to another whose kernel offers less
void component_actions(Builder& b);  // kubernetes_checks.cc: updates of the control plane and of add-ons
void joint_actions(Builder& b);      // of those before

// --- shared by passes
// A pod from the template of each workload of which no pod was seen (manifests, or pods not listed).
std::vector<model::Pod> template_pods(const model::Cluster& cluster);
// Variables of an exploit, by the finding's best evidence.
model::Variable exploit_variable(const model::Finding& finding, base::Moment as_of);
uint32_t surface_position(Builder& b, const NodeView& node, const Surface& surface);
std::vector<const Surface*> surfaces_with_flaws(const Builder& b, const NodeView& node);
const StepRow& row_of(const Builder& b, std::string_view id);  // a row that the code relies on; load() checked that it is there
std::string yaml_quote(std::string_view text);
// The pod of a template under each change that pod_actions() would propose, in its order; none for one that it leaves alone.
std::vector<model::PodSpec> hardened_specs(const Builder& b, size_t tmpl);
// What of a node decides the rows' answers: in a compact graph, classes of one template on nodes that agree on this give the
// same steps in the same order.
std::string node_profile(const NodeView& node);

}  // namespace bulkhead::graph
