#include "graph/build.h"

#include <algorithm>
#include <array>

#include "graph/internal/builder.h"

namespace bulkhead::graph {
namespace {

// Rows that the code names; without one of them the catalogue is not whole.
constexpr std::array kNeeded = {"CE_PRIV_MOUNT", "CP_ALL",         "ESC_KERNEL",    "ESC_RUNTIME", "EXT_API_ANON", "EXT_IMAGE", "EXT_RESIDUAL",
                                "EXT_SVC_FLAW",  "K8S_FLAW",    "MOUNTED_SECRET", "MOUNTED_TOKEN", "NET_FLAW",    "NET_RESIDUAL", "NODE_CP",
                                "NODE_PODS",     "NODE_USER_ROOT", "ONE_OF",        "POD_CREATE",  "REPLICA"};

// The same objects in the same order give the same bytes: everything is sorted by id once, at the end.
void sort_graph(model::AttackGraph& g) {
  std::vector<uint32_t> order(g.steps.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](uint32_t i) -> const std::string& { return g.steps[i].id; });
  std::vector<uint32_t> place(order.size());
  std::vector<model::Step> sorted;
  sorted.reserve(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(g.steps[order[i]]));
  }
  g.steps = std::move(sorted);
  for (model::Action& action : g.actions) {
    for (uint32_t& cut : action.cuts) cut = place[cut];
    std::ranges::sort(action.cuts);
  }
  std::ranges::sort(g.actions, {}, &model::Action::id);
}

}  // namespace

Result<model::AttackGraph> build(const BuildInput& input) {
  // Both are read out of the program itself, so they are the same each time.
  static const Result<Catalogue> loaded_catalogue = Catalogue::load();
  static const Result<Knowledge> loaded_knowledge = Knowledge::load();
  if (!loaded_catalogue) return std::unexpected(loaded_catalogue.error());
  if (!loaded_knowledge) return std::unexpected(loaded_knowledge.error());
  const Catalogue& catalogue = *loaded_catalogue;
  const Knowledge& knowledge = *loaded_knowledge;
  for (const char* id : kNeeded) {
    if (!catalogue.find(id)) return base::fail(base::ErrorKind::internal, "step catalogue lacks a row", id);
  }

  // Workloads of which no pod was seen take part with one pod of their template; access must then see those pods as well.
  model::Cluster with_pods;
  std::unique_ptr<access::Network> own_network;
  const model::Cluster* cluster = &input.cluster;
  const access::Network* network = &input.network;
  if (std::vector<model::Pod> made = template_pods(input.cluster); !made.empty()) {
    with_pods = input.cluster;
    for (model::Pod& pod : made) with_pods.pods.push_back(std::move(pod));
    cluster = &with_pods;
    own_network = std::make_unique<access::Network>(with_pods);
    network = own_network.get();
  }

  Builder b(input, catalogue, knowledge, *cluster, input.rbac, *network);
  find_classes(b);
  b.compact = b.classes.size() > input.options.compact_above;
  find_identities(b);
  make_assets(b);
  all_workload_steps(b);
  all_identity_steps(b);
  node_steps(b);
  node_flaw_steps(b);
  flaw_steps(b);
  kubernetes_flaws(b);
  unread_steps(b);
  make_attackers(b);
  // Beyond this point no position, variable or step is added.
  if (input.options.actions) {
    image_actions(b);
    node_actions(b);
    policy_actions(b);
    pod_actions(b);
    rbac_actions(b);
    component_actions(b);
    move_actions(b);
    joint_actions(b);
  }
  sort_graph(b.graph);
  return std::move(b.graph);
}

}  // namespace bulkhead::graph
