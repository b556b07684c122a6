// "Move these nodes to OS X": what the kernel of another node OS does not offer at all.
//
// For each pool of nodes that say the same of themselves, every local attack surface that a pod has today is asked again as if the
// node ran X (data/node_os.yaml). Only what the table says for certain cuts: an unknown module stays reachable, and flaws of the
// kernel that X brings are another question (its version is not known). Of the systems that may run there, the one that cuts most is
// proposed.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {
namespace {

using model::Tri;

// Fields of a node that its OS decides.
bool asks_the_os(const Expression& when) {
  bool asks = false;
  each_field(when, [&](std::string_view object, std::string_view field) {
    asks = asks || object == "node" || field == "user_namespaces" || field.starts_with("allows_") || field.starts_with("seccomp");
  });
  return asks;
}

Tri open_to(const Builder& b, const WorkloadView& w, const Expression& when) {
  WorkloadScene scene(b, w);
  Tri best = Tri::no;
  for (const model::Container& c : w.spec->containers) {
    scene.container = &c;
    best = best || evaluate(when, scene).value;
    if (best == Tri::yes) break;
  }
  return best;
}

struct Gain {
  std::vector<uint32_t> cuts;
  std::set<std::string> surfaces, flaws;
};

struct Pool {
  std::vector<size_t> nodes;
  // One class of each template speaks for its twins: what is asked rests on the template and on what the nodes have in common.
  std::map<size_t, std::vector<size_t>> classes;  // template → its classes on these nodes
};

std::string provider_of(const model::Node& node) { return std::string(base::split_once(node.provider_id, ':').first); }

Gain gain_of(const Builder& b, const Pool& pool, const NodeOs& target) {
  Gain out;
  NodeView moved = b.nodes[pool.nodes.front()];
  moved.os = &target;
  const auto surfaces = b.node_surfaces.find(moved.name);
  if (surfaces == b.node_surfaces.end()) return out;
  for (const auto& [index, classes] : pool.classes) {
    const ReplicaClass& one = b.classes[classes.front()];
    const model::Pod& pod = b.pod(one.pod);
    WorkloadView w{.spec = &pod.spec,
                   .labels = &pod.meta.labels,
                   .annotations = &pod.meta.annotations,
                   .ns = b.templates[index].ns,
                   .place = b.templates[index].key,
                   .pod = one.pod,
                   .node = &b.node_of(one)};
    for (const Builder::NodeSurface& it : surfaces->second.list) {
      const Surface& surface = *it.surface;
      if (!surface.kernel || surface.node_local || !surface.residual.empty() || it.flaws.empty() || !asks_the_os(surface.when)) continue;
      w.node = &b.node_of(one);
      if (open_to(b, w, surface.when) == Tri::no) continue;
      w.node = &moved;
      if (open_to(b, w, surface.when) != Tri::no) continue;
      for (size_t c : classes) {
        const ReplicaClass& replica = b.classes[c];
        const uint32_t to = b.find_position("surface:" + replica.node + "/" + surface.id);
        if (to == kNone) continue;
        const uint32_t step = b.find_step(b.step_id({.row = "ESC_KERNEL", .from = replica.position, .to = to}));
        if (step == kNone) continue;
        out.cuts.push_back(step);
        out.surfaces.insert(surface.title);
        out.flaws.insert(it.flaws.begin(), it.flaws.end());
      }
    }
  }
  return out;
}

}  // namespace

void move_actions(Builder& b) {
  std::map<std::string, Pool> pools;
  for (size_t i = 0; i < b.nodes.size(); ++i) {
    const NodeView& node = b.nodes[i];
    if (!node.node || !node.os || node.node->operating_system == "windows") continue;  // an OS that the table lacks: nothing is known of it
    Pool& pool = pools[node.node->os_image + "|" + node.node->kernel_version + "|" + node.node->container_runtime_version + "|" +
                       provider_of(*node.node)];
    pool.nodes.push_back(i);
    for (size_t c : node.classes) pool.classes[b.classes[c].of].push_back(c);
  }
  for (const auto& [key, pool] : pools) {
    const NodeView& first = b.nodes[pool.nodes.front()];
    const NodeOs* best = nullptr;
    Gain gain;
    for (const NodeOs& target : b.knowledge.node_os) {
      const bool runs_there = target.clouds.empty() || std::ranges::find(target.clouds, provider_of(*first.node)) != target.clouds.end();
      if (!target.move_to || &target == first.os || !runs_there) continue;
      Gain one = gain_of(b, pool, target);
      if (one.cuts.size() > gain.cuts.size()) {
        gain = std::move(one);
        best = &target;
      }
    }
    if (!best) continue;
    std::vector<std::string> names;
    for (size_t node : pool.nodes) names.push_back(b.nodes[node].name);
    const std::string what = base::join({gain.surfaces.begin(), gain.surfaces.end()}, ", ");
    const std::string nodes = names.size() > 4 ? std::to_string(names.size()) + " nodes" : base::join(names, ", ");
    model::Action action{.id = "move-nodes:" + first.node->os_image + "@" + first.node->kernel_version + ":" + best->name,
                         .kind = model::ActionKind::update_component,
                         .title = nodes + ": from " + first.os->name + " to " + best->name + " (no " + what + ")",
                         .lead = "lead.node_image",
                         .effort = "effort.high",
                         .cuts = std::move(gain.cuts),
                         .patch_kind = "text",
                         .flaws = {gain.flaws.begin(), gain.flaws.end()},
                         .weight = std::max<uint64_t>(1, pool.nodes.size())};
    action.patch = "Replace " + base::join(names, ", ") + " (" + first.node->os_image + ") by nodes that run " + best->name +
                   ", one at a time: add, cordon, drain, remove.\nIts kernel does not offer: " + what + ".\n";
    for (const std::string& name : names) action.objects.push_back("Node " + name);
    action.may_break = {"every pod of these nodes moves once"};
    if (best->ssh == "no") action.may_break.push_back("who logs in to these nodes by ssh");
    if (best->package_manager == "no") action.may_break.push_back("what installs packages or files on these nodes");
    std::ranges::sort(action.cuts);
    b.graph.actions.push_back(std::move(action));
  }
}

}  // namespace bulkhead::graph
