// What has value: the control plane, nodes, Secrets, volumes, the cloud account and what workloads do. Positions hold assets.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Asset;
using model::PositionKind;

namespace {

constexpr const char* kValueKey = "bulkhead.io/value";

double explicit_value(const model::ObjectMeta& meta) {
  for (const model::Labels* labels : {&meta.annotations, &meta.labels}) {
    if (auto at = labels->find(kValueKey); at != labels->end()) {
      if (auto value = base::parse_double(at->second); value && *value >= 0) return *value;
    }
  }
  return -1;
}

std::string environment_of(const Builder& b, std::string_view ns, const model::Labels* labels) {
  if (labels) {
    if (const std::string* tier = b.knowledge.environment_of(*labels)) return *tier;
  }
  if (const model::Namespace* one = b.ns(ns)) {
    if (const std::string* tier = b.knowledge.environment_of(one->meta.labels)) return *tier;
    return {};
  }
  // An unread namespace may be production: never count it for less.
  return b.was_read("", "namespaces") ? "" : "prod";
}

uint32_t add_asset(Builder& b, Asset asset) {
  b.graph.assets.push_back(std::move(asset));
  return static_cast<uint32_t>(b.graph.assets.size() - 1);
}

void hold(Builder& b, uint32_t position, uint32_t asset) { b.graph.holds[position].push_back({asset, 1}); }

void secret_assets(Builder& b) {
  std::map<std::pair<std::string, std::string>, std::string> secrets;  // → type
  for (const model::SecretName& secret : b.cluster.secrets) secrets[{secret.ns, secret.name}] = secret.type;
  for (const model::ServiceAccount& account : b.cluster.service_accounts) {
    for (const std::string& name : account.secrets) secrets.try_emplace({account.meta.ns, name}, "");
  }
  for (const Template& t : b.templates) {
    const model::PodSpec& spec = b.pod(t.pod).spec;
    for (const model::Volume& v : spec.volumes) {
      if (!v.secret.empty()) secrets.try_emplace({t.ns, v.secret}, "");
      for (const model::ProjectedSource& source : v.sources) {
        if (source.kind == "secret") secrets.try_emplace({t.ns, source.name}, "");
      }
    }
    for (const model::Container& c : spec.containers) {
      for (const model::KeyReference& ref : c.secret_refs) secrets.try_emplace({t.ns, ref.name}, "");
    }
  }
  for (const auto& [key, type] : secrets) {
    const auto& [ns, name] = key;
    const std::string id = "asset:secret:" + ns + "/" + name;
    const uint32_t position = b.position(id, PositionKind::asset, ns, name);
    const uint32_t asset = add_asset(b, {.id = id,
                                         .title = "Secret " + ns + "/" + name,
                                         .kind = "secret",
                                         .environment = environment_of(b, ns, nullptr),
                                         .secret_type = type});
    hold(b, position, asset);
    b.secrets_of[ns].push_back(position);
  }
  // Names of Secrets that nothing refers to are never read: one asset stands for them.
  for (const std::string& ns : b.namespaces) {
    const std::string id = "asset:secrets:" + ns;
    const uint32_t position = b.position(id, PositionKind::asset, ns, "*");
    hold(b, position,
         add_asset(b, {.id = id,
                       .title = "other Secrets of namespace " + ns,
                       .kind = "secret",
                       .environment = environment_of(b, ns, nullptr),
                       .secret_type = "unseen"}));
  }
}

void workload_assets(Builder& b) {
  std::map<std::string, uint32_t> by_workload, by_claim;
  // What a person said of a workload or claim; of a large cluster, few.
  std::map<std::string, double> said_of_workload, said_of_claim;
  for (const model::Workload& w : b.cluster.workloads) {
    if (const double value = explicit_value(w.meta); value >= 0)
      said_of_workload.try_emplace(w.meta.ns + "/" + w.kind + "/" + w.meta.name, value);
  }
  for (const model::PersistentVolumeClaim& one : b.cluster.persistent_volume_claims) {
    if (const double value = explicit_value(one.meta); value >= 0) said_of_claim.try_emplace(one.meta.ns + "/" + one.meta.name, value);
  }
  const auto said = [](const std::map<std::string, double>& of, const std::string& key) {
    const auto at = of.find(key);
    return at == of.end() ? -1 : at->second;
  };
  for (const Template& t : b.templates) {
    const model::Pod& pod = b.pod(t.pod);
    const std::string id = "asset:workload:" + t.ns + "/" + t.kind + "/" + t.name;
    auto [at, fresh] = by_workload.try_emplace(id, 0);
    if (fresh) {
      double value = explicit_value(pod.meta);
      if (value < 0) value = said(said_of_workload, t.ns + "/" + t.kind + "/" + t.name);
      at->second = add_asset(b, {.id = id,
                                 .title = "what " + t.ns + "/" + t.name + " does",
                                 .kind = "workload",
                                 .explicit_value = value,
                                 .environment = environment_of(b, t.ns, &pod.meta.labels)});
    }
    for (size_t c : t.classes) hold(b, b.classes[c].position, at->second);
    for (const model::Volume& v : pod.spec.volumes) {
      if (v.claim.empty()) continue;
      const std::string claim = "asset:volume:" + t.ns + "/" + v.claim;
      auto [volume, first] = by_claim.try_emplace(claim, 0);
      if (first) {
        const double value = said(said_of_claim, t.ns + "/" + v.claim);
        volume->second = add_asset(b, {.id = claim,
                                       .title = "volume " + t.ns + "/" + v.claim,
                                       .kind = "volume",
                                       .explicit_value = value,
                                       .environment = environment_of(b, t.ns, &pod.meta.labels)});
        hold(b, b.position(claim, PositionKind::asset, t.ns, v.claim), volume->second);
      }
      for (size_t c : t.classes) hold(b, b.classes[c].position, volume->second);
    }
  }
}

}  // namespace

void make_assets(Builder& b) {
  add_asset(b, {.id = "asset:control-plane", .title = "the control plane", .kind = "control-plane"});
  bool cloud = !b.was_read("", "nodes");
  for (const NodeView& node : b.nodes) {
    // "Some node" is one of those that were read; it counts by itself only where none was.
    if (node.name.empty() && !b.cluster.nodes.empty()) continue;
    const std::string shown = node.name.empty() ? "unknown-node" : node.name;
    const double value = node.node ? explicit_value(node.node->meta) : -1;
    hold(b, node.position, add_asset(b, {.id = "asset:node:" + shown, .title = "node " + shown, .kind = "node", .explicit_value = value}));
    const Fact provider = NodeScene(b, &node).field("node", "cloud");
    cloud = cloud || provider.state == Fact::State::known;
  }
  if (cloud) {
    const uint32_t position = b.position("asset:cloud", PositionKind::asset, "", "cloud account");
    hold(b, position, add_asset(b, {.id = "asset:cloud", .title = "the cloud account", .kind = "cloud"}));
  }
  secret_assets(b);
  workload_assets(b);
  b.graph.holds[b.control_plane].clear();
  for (uint32_t i = 0; i < b.graph.assets.size(); ++i) hold(b, b.control_plane, i);
}

}  // namespace bulkhead::graph
