// What was not read at all: positions that may be there, and the coverage lines of the report.
//
// Unread pods may be anything: a privileged pod behind a public port. One position stands for them, with unknown steps from the
// internet and to every node, service account and Secret that is known, and an asset of its own, so that taking the list of
// pods away never lowers the ceiling of the risk.
#include <array>
#include <utility>

#include "graph/internal/builder.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;

namespace {

// The lists from which the graph concludes: what is not in them is taken not to be there.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kAsked = {{{"", "pods"},
                                                                                   {"", "nodes"},
                                                                                   {"", "namespaces"},
                                                                                   {"", "services"},
                                                                                   {"", "serviceaccounts"},
                                                                                   {"", "persistentvolumes"},
                                                                                   {"networking.k8s.io", "networkpolicies"},
                                                                                   {"networking.k8s.io", "ingresses"},
                                                                                   {"node.k8s.io", "runtimeclasses"},
                                                                                   {"discovery.k8s.io", "endpointslices"},
                                                                                   {"rbac.authorization.k8s.io", "roles"},
                                                                                   {"rbac.authorization.k8s.io", "clusterroles"},
                                                                                   {"rbac.authorization.k8s.io", "rolebindings"},
                                                                                   {"rbac.authorization.k8s.io", "clusterrolebindings"}}};

}  // namespace

void unread_steps(Builder& b) {
  for (const auto& [group, resource] : kAsked) {
    if (b.was_read(group, resource)) continue;
    std::string line = std::string(resource) + (group.empty() ? "" : "." + std::string(group)) + ": " +
                       model::read_state_name(b.cluster.list_state(group, resource));
    for (const model::ResourceRead& read : b.cluster.reads) {
      if (read.group == group && read.resource == resource && !read.message.empty()) line += " (" + read.message + ")";
    }
    b.graph.not_read.push_back(std::move(line));
  }
  if (b.was_read("", "pods")) return;
  const uint32_t pod = b.position("workload:(not read)", PositionKind::workload, "", "(not read)");
  b.graph.assets.push_back({.id = "asset:unread:pods", .title = "what pods that were not read do", .kind = "unread"});
  b.graph.holds[pod].push_back({static_cast<uint32_t>(b.graph.assets.size() - 1), 1});
  b.graph.holds[b.control_plane].push_back({static_cast<uint32_t>(b.graph.assets.size() - 1), 1});
  const Missing missing{"pods not read", "fact.other", "pods were not read"};
  const auto unknown = [&](const char* row, uint32_t from, uint32_t to) {
    StepDraft draft{.row = row, .from = from, .to = to, .tail = "unread", .state = StepState::unknown};
    draft.variables = {Builder::fact(missing)};
    draft.facts = {missing.text};
    b.add(std::move(draft));
  };
  unknown("EXT_SVC_FLAW", b.internet, pod);
  for (const ReplicaClass& c : b.classes) unknown("NET_FLAW", c.position, pod);
  for (const ReplicaClass& c : b.classes) unknown("NET_FLAW", pod, c.position);
  for (const NodeView& node : b.nodes) unknown("CE_PRIV_MOUNT", pod, node.position);
  for (const NodeView& node : b.nodes) unknown("NODE_PODS", node.position, pod);
  if (b.nodes.empty()) unknown("NODE_CP", pod, b.control_plane);
  for (const IdentityView& who : b.identities) unknown("MOUNTED_TOKEN", pod, who.position);
  for (const auto& [ns, secrets] : b.secrets_of) {
    for (uint32_t secret : secrets) unknown("MOUNTED_SECRET", pod, secret);
  }
}

}  // namespace bulkhead::graph
