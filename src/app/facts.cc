#include "app/facts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "advisory/database.h"
#include "app/cluster_source.h"
#include "base/file.h"
#include "kube/components.h"
#include "match/matcher.h"

namespace bulkhead::app {
namespace {

// Opened before the jail closes, used after it: SQLite keeps the descriptor, and an immutable database opens nothing later.
std::optional<advisory::Database>& opened_database() {
  static std::optional<advisory::Database> database;
  return database;
}

base::Result<ImagePack> read_pack(base::WorkerContext& context) {
  const int fd = context.input("images");
  if (fd < 0) {
    return ImagePack{};
  }
  BULKHEAD_TRY(const std::string json, base::read_fd(fd, context.limits().document_bytes, "image pack"));
  return image_pack_from_json(json, context.limits());
}

std::vector<graph::ImageFacts> image_facts_of(const ImagePack& pack) {
  std::vector<graph::ImageFacts> facts;
  for (const ReadImage& image : pack.images) {
    // An image has one findings list however many names it has; each name is a key of its own for the graph.
    std::vector<std::string> names = image.inventory.references;
    if (names.empty()) {
      names.push_back(image.inventory.subject.empty() ? image.file : image.inventory.subject);
    }
    std::vector<std::string> digests;
    for (const std::string* digest : {&image.inventory.manifest_digest, &image.inventory.config_digest}) {
      if (!digest->empty()) {
        digests.push_back(*digest);
      }
    }
    facts.push_back({names.front(), digests, &image.inventory, image.findings});
    for (size_t i = 1; i < names.size(); ++i) {
      facts.push_back({names[i], {}, &image.inventory, image.findings});
    }
  }
  return facts;
}

// What the API server says; manifests have no server, but may have the API server's pod.
std::string server_version(const Facts& facts) {
  if (!facts.cluster.server_version.empty()) {
    return facts.cluster.server_version;
  }
  for (const model::ClusterComponent& component : facts.components) {
    if (component.name == "kube-apiserver" && !component.version.empty()) {
      return component.version;
    }
  }
  return {};
}

void match_cluster(Facts& facts, const advisory::Database& database) {
  // Nodes of one pool say the same of themselves: they are matched once.
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::vector<model::Finding>> known;
  for (const model::Node& node : facts.cluster.nodes) {
    const std::tuple key(node.kernel_version, node.os_image, node.container_runtime_version,
                         node.kubelet_version + " " + node.kube_proxy_version);
    auto found = known.find(key);
    if (found == known.end()) {
      found = known.emplace(key, match::match_node(node, database, facts.as_of, &facts.coverage)).first;
    }
    facts.node_facts.push_back({node.meta.name, found->second});
  }
  const std::string version = server_version(facts);
  facts.control_plane = match::match_control_plane(version, database, facts.as_of, &facts.coverage);
  for (graph::ComponentFacts& one : facts.component_facts) {
    const model::ClusterComponent& component = *one.component;
    // Programs of the control plane and of nodes are matched above.
    if (!component.program.empty() && component.lifecycle != "kubernetes") {
      one.findings = match::match_program(component.program, component.version, component.backports, database, &facts.coverage);
    }
  }
}

}  // namespace

base::Status prepare_facts(base::WorkerContext& context) {
  const int fd = context.input("database");
  if (fd >= 0) {
    BULKHEAD_TRY(opened_database(), advisory::Database::open("/proc/self/fd/" + std::to_string(fd)));
  }
  return {};
}

base::Result<std::unique_ptr<Facts>> load_facts(base::WorkerContext& context, std::string_view as_of) {
  auto facts = std::make_unique<Facts>();
  const std::optional<base::Moment> moment = as_of.empty() ? base::now() : base::parse_moment(as_of);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + std::string(as_of));
  }
  facts->as_of = *moment;
  BULKHEAD_TRY(facts->cluster, load_cluster_input(context));
  BULKHEAD_TRY(facts->images, read_pack(context));
  facts->image_facts = image_facts_of(facts->images);
  facts->rbac = std::make_unique<access::Rbac>(facts->cluster);
  facts->network = std::make_unique<access::Network>(facts->cluster);
  BULKHEAD_TRY(facts->components, kube::cluster_components(facts->cluster));
  for (const model::ClusterComponent& component : facts->components) {
    facts->component_facts.push_back({&component, {}});
  }
  if (opened_database()) {
    const advisory::Database& database = *opened_database();
    match_cluster(*facts, database);
    facts->support = match::support_note("kubernetes", facts->cluster.server_version, database, facts->as_of);
    facts->advisory_age_days = database.age_days(facts->as_of);
  }
  decide(*facts);
  return facts;
}

std::vector<report::Support> life_cycles(const Facts& facts) {
  std::vector<report::Support> out;
  if (!opened_database()) {
    return out;
  }
  std::map<std::pair<std::string, std::string>, report::Support> sorted;  // replicas of one component may have several images
  for (const model::ClusterComponent& component : facts.components) {
    if (component.lifecycle.empty() || component.version.empty()) {
      continue;
    }
    const auto cycle = match::life_cycle(component.lifecycle, component.version, *opened_database(), facts.as_of);
    if (!cycle) {
      continue;
    }
    report::Support& one = sorted[{component.name, component.version}];
    one = {component.name, component.version, one.places + component.places.size(), cycle->ends, cycle->ended, cycle->days};
  }
  for (auto& [key, one] : sorted) {
    out.push_back(std::move(one));
  }
  return out;
}

base::Result<model::AttackGraph> build_graph(const Facts& facts) {
  const auto build = [&](std::span<const graph::ImageFacts> images, std::span<const graph::NodeFacts> nodes,
                         const std::vector<model::Finding>& control_plane, std::span<const graph::ComponentFacts> components) {
    return graph::build({.cluster = facts.cluster,
                         .rbac = *facts.rbac,
                         .network = *facts.network,
                         .images = images,
                         .nodes = nodes,
                         .control_plane = control_plane,
                         .components = components,
                         .as_of = facts.as_of});
  };
  if (facts.decided.decided == 0) {
    return build(facts.image_facts, facts.node_facts, facts.control_plane, facts.component_facts);
  }
  const auto open = [](auto places) {
    for (auto& place : places) {
      std::erase_if(place.findings, [](const model::Finding& f) { return f.disposition.settles(); });
    }
    return places;
  };
  std::vector<model::Finding> control_plane = facts.control_plane;
  std::erase_if(control_plane, [](const model::Finding& f) { return f.disposition.settles(); });
  return build(open(facts.image_facts), open(facts.node_facts), control_plane, open(facts.component_facts));
}

}  // namespace bulkhead::app
