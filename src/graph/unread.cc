// What was not read at all: positions that may be there, and the coverage lines of the report.
//
// Unread pods may be anything: a privileged pod behind a public port. One position stands for them, with unknown steps from the
// internet and to every node, service account and Secret that is known, and an asset of its own, so that taking the list of
// pods away never lowers the ceiling of the risk.
#include "graph/internal/builder.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;

void unread_steps(Builder& b) {
  for (const model::ResourceRead& read : b.cluster.reads) {
    if (read.state == model::ReadState::read) continue;
    if (read.state == model::ReadState::absent) continue;  // the API server does not serve it: there are none
    b.graph.not_read.push_back(read.resource + (read.group.empty() ? "" : "." + read.group) + ": " + model::read_state_name(read.state) + (read.message.empty() ? "" : " (" + read.message + ")"));
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
