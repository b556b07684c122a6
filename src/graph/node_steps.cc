// The rows that start from a node or the control plane.
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;
using model::Tri;

namespace {

void to_target(Builder& b, const StepRow& row, const NodeView& node, StepDraft&& draft, const StepSink& sink) {
  switch (row.to) {
    case To::control_plane: draft.to = b.control_plane; return sink(std::move(draft));
    case To::cloud: draft.to = b.find_position("asset:cloud"); return sink(std::move(draft));
    case To::own_identity: {
      auto at = b.identity_index.find("user:system:node:" + node.name);
      if (at == b.identity_index.end()) at = b.identity_index.find("group:system:nodes");  // what bindings give to all of them
      if (at == b.identity_index.end()) return;
      draft.to = b.identities[at->second].position;
      return sink(std::move(draft));
    }
    case To::node_pods: {
      std::vector<uint32_t> members;
      for (size_t c : node.classes) members.push_back(b.classes[c].position);
      const uint32_t hub = b.position("pods-of:" + node.name, PositionKind::workload, "", "*", node.name);
      return b.fan(std::move(draft), hub, members, false, sink);
    }
    default: return;
  }
}

}  // namespace

void node_steps(Builder& b) {
  const StepSink sink = [&](StepDraft&& draft) { b.add(std::move(draft)); };
  for (const NodeView& node : b.nodes) {
    NodeScene scene(b, &node);
    for (const StepRow& row : b.catalogue.rows()) {
      if (row.from != From::node || !row.has_when) continue;
      Verdict verdict = evaluate(row.when, scene);
      if (verdict.value == Tri::no) continue;
      StepDraft draft{.row = row.id.c_str(), .from = node.position};
      draft.state = verdict.value == Tri::yes ? StepState::open : StepState::unknown;
      draft.facts = std::move(verdict.facts);
      for (const Missing& missing : verdict.missing) draft.variables.push_back(Builder::fact(missing));
      if (!row.coefficient.empty()) draft.variables.push_back(Builder::config(row, node.name));
      to_target(b, row, node, std::move(draft), sink);
    }
  }
  for (const StepRow& row : b.catalogue.rows()) {  // a port of the node itself; whether a firewall stands before it is never known
    if (row.from != From::internet || row.to != To::nodes) continue;
    for (const NodeView& node : b.nodes) {
      Verdict verdict = evaluate(row.when, NodeScene(b, &node));
      if (verdict.value == Tri::no) continue;
      const std::string shown = node.name.empty() ? "unknown-node" : node.name;
      verdict.missing.push_back({"firewall of " + shown, "fact.node_port_reached", "whether a firewall stands before the ports of " + shown});
      StepDraft draft{.row = row.id.c_str(), .from = b.internet, .to = node.position, .state = StepState::unknown};
      draft.facts = std::move(verdict.facts);
      for (const Missing& missing : verdict.missing) {
        draft.variables.push_back(Builder::fact(missing));
        draft.facts.push_back("not known: " + missing.text);
      }
      draft.variables.push_back(Builder::config(row, shown));
      b.add(std::move(draft));
    }
  }
  // Pods that have no node yet run on one of the nodes that were read, which one is not known.
  if (auto none = b.node_index.find(""); none != b.node_index.end()) {
    for (const NodeView& node : b.nodes) {
      if (!node.node) continue;
      StepDraft draft{.row = "ONE_OF", .from = b.nodes[none->second].position, .to = node.position, .state = StepState::unknown};
      draft.variables = {
          Builder::fact({"scheduled on " + node.name, "fact.scheduled", "whether a pod that has no node yet runs on " + node.name})};
      draft.facts = {"a pod without a node may be put on it"};
      b.add(std::move(draft));
    }
  }
  const StepRow& all = row_of(b, "CP_ALL");
  std::vector<uint32_t> members;
  for (const NodeView& node : b.nodes) members.push_back(node.position);
  const uint32_t hub = b.position("nodes", PositionKind::node, "", "*", "*");
  b.fan({.row = all.id.c_str(), .from = b.control_plane, .facts = {"the control plane schedules on every node"}}, hub, members, false,
        sink);
}

}  // namespace bulkhead::graph
