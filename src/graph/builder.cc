#include <algorithm>

#include "base/text.h"
#include "graph/internal/builder.h"

namespace bulkhead::graph {

using model::PositionKind;
using model::StepState;

namespace {

int minor_of(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  auto [major, rest] = base::split_once(version, '.');
  if (major != "1" || !rest) return -1;
  int minor = 0;
  size_t digits = 0;
  for (char c : *rest) {
    if (c < '0' || c > '9' || digits == 4) break;
    minor = minor * 10 + (c - '0');
    ++digits;
  }
  return digits ? minor : -1;
}

// "registry/x@sha256:…" or "docker-pullable://registry/x@sha256:…" → "sha256:…".
std::string_view digest_in(std::string_view reference) {
  const size_t at = reference.find("sha256:");
  return at == std::string_view::npos ? std::string_view{} : reference.substr(at);
}

// As the runtime expands it: docker.io/library/nginx:latest for nginx.
std::string full_reference(std::string_view reference) {
  std::string out(reference);
  const size_t slash = out.find('/');
  const std::string_view first = std::string_view(out).substr(0, slash == std::string::npos ? 0 : slash);
  if (slash == std::string::npos) {
    out = "docker.io/library/" + out;
  } else if (first.find('.') == std::string_view::npos && first.find(':') == std::string_view::npos && first != "localhost") {
    out = "docker.io/" + out;
  }
  const size_t last = out.rfind('/');
  if (out.find('@') == std::string::npos && out.find(':', last) == std::string::npos) out += ":latest";
  return out;
}

}  // namespace

Builder::Builder(const BuildInput& given, const Catalogue& steps, const Knowledge& known, const model::Cluster& facts,
                 const access::Rbac& rights, const access::Network& net)
    : input(given), catalogue(steps), knowledge(known), cluster(facts), rbac(rights), network(net) {
  for (const ImageFacts& image : input.images) {
    image_index_.emplace(image.reference, &image);
    image_index_.emplace(full_reference(image.reference), &image);
    for (const std::string& digest : image.digests) image_index_.emplace(digest, &image);
  }
  for (const model::Namespace& one : cluster.namespaces) ns_index_[one.meta.name] = &one;
  for (const model::ServiceAccount& one : cluster.service_accounts) account_index_[{one.meta.ns, one.meta.name}] = &one;
  server_minor_ = minor_of(cluster.server_version);
  for (const model::PersistentVolume& volume : cluster.persistent_volumes) {
    if (!volume.claim_name.empty()) claim_volume[volume.claim_ns + "/" + volume.claim_name] = &volume;
  }
  internet = position("internet", PositionKind::internet, "", "internet");
  control_plane = position("control-plane", PositionKind::control_plane, "", "control-plane");
}

uint32_t Builder::position(std::string id, PositionKind kind, std::string ns, std::string name, std::string node) {
  auto [at, fresh] = position_index_.try_emplace(std::move(id), static_cast<uint32_t>(graph.positions.size()));
  if (fresh) {
    graph.positions.push_back({.id = at->first, .kind = kind, .ns = std::move(ns), .name = std::move(name), .node = std::move(node)});
    graph.holds.emplace_back();
  }
  return at->second;
}

uint32_t Builder::find_position(std::string_view id) const {
  auto at = position_index_.find(std::string(id));
  return at == position_index_.end() ? kNone : at->second;
}

uint32_t Builder::entry_of(size_t index) {
  Template& t = templates[index];
  if (t.entry == kNone) t.entry = position("entry:" + t.key, PositionKind::workload, t.ns, t.name);
  return t.entry;
}

uint32_t Builder::secret(std::string_view ns, std::string_view name) {
  return find_position("asset:secret:" + std::string(ns) + "/" + std::string(name));
}

std::string Builder::step_id(const StepDraft& draft) const {
  std::string id = draft.row;
  id.append("|").append(graph.positions[draft.from].id).append("|").append(graph.positions[draft.to].id);
  if (!draft.tail.empty()) id.append("|").append(draft.tail);
  return id;
}

uint32_t Builder::find_step(std::string_view id) const {
  auto at = step_index_.find(std::string(id));
  return at == step_index_.end() ? kNone : at->second;
}

uint32_t Builder::add(StepDraft&& draft) {
  if (draft.from == kNone || draft.to == kNone || draft.from == draft.to) return kNone;
  std::string id = step_id(draft);
  const auto index = static_cast<uint32_t>(graph.steps.size());
  if (!step_index_.try_emplace(id, index).second) return kNone;
  if (!draft.image.empty()) image_steps[draft.image].push_back(index);
  model::Step step;
  step.id = std::move(id);
  step.row = draft.row;
  step.from = draft.from;
  step.to = draft.to;
  step.state = draft.state;
  step.cut_by = std::move(draft.cut_by);
  step.needs_flaw = draft.needs_flaw;
  step.flaws = std::move(draft.flaws);
  step.facts = std::move(draft.facts);
  step.technique = std::move(draft.technique);
  if (step.technique.empty()) {
    if (const StepRow* row = catalogue.find(step.row)) step.technique = row->technique;
  }
  for (model::Variable& variable : draft.variables) {
    auto [at, fresh] = variable_index_.try_emplace(variable.id, static_cast<uint32_t>(graph.variables.size()));
    if (fresh) graph.variables.push_back(std::move(variable));
    if (std::ranges::find(step.variables, at->second) == step.variables.end()) step.variables.push_back(at->second);
  }
  graph.steps.push_back(std::move(step));
  return index;
}

void Builder::fan(StepDraft draft, uint32_t hub, const std::vector<uint32_t>& members, bool hub_keeps, const StepSink& sink) {
  if (compact) {
    if (hub_steps_.insert(graph.positions[hub].id).second) {
      for (uint32_t member : members) add({.row = "ONE_OF", .from = hub, .to = member, .facts = {"one of those"}});
    }
    draft.to = hub;
    sink(std::move(draft));
    return;
  }
  for (uint32_t member : members) {
    StepDraft one = draft;
    one.to = member;
    sink(std::move(one));
  }
  if (hub_keeps) {
    draft.to = hub;
    sink(std::move(draft));
  }
}

model::Variable Builder::fact(const Missing& missing) {
  return {.id = "fact:" + missing.id,
          .kind = model::VariableKind::fact,
          .coefficient = missing.coefficient,
          .unknown = true,
          .reason = missing.text};
}

model::Variable Builder::config(const StepRow& row, std::string_view place) {
  return {.id = "config:" + row.id + "@" + std::string(place),
          .kind = model::VariableKind::config,
          .coefficient = row.coefficient,
          .reason = row.title};
}

const ImageFacts* Builder::image(const model::Container& container) const {
  auto [at, fresh] = image_cache_.try_emplace(container.image + " " + container.image_id, nullptr);
  if (!fresh) return at->second;
  const std::string candidates[] = {std::string(digest_in(container.image_id)), std::string(digest_in(container.image)), container.image,
                                    full_reference(container.image)};
  for (const std::string& key : candidates) {
    if (key.empty()) continue;
    if (auto found = image_index_.find(key); found != image_index_.end()) {
      at->second = found->second;
      break;
    }
  }
  return at->second;
}

const model::Namespace* Builder::ns(std::string_view name) const {
  auto at = ns_index_.find(name);
  return at == ns_index_.end() ? nullptr : at->second;
}

const model::ServiceAccount* Builder::service_account(std::string_view ns, std::string_view name) const {
  auto at = account_index_.find({std::string(ns), std::string(name)});
  return at == account_index_.end() ? nullptr : at->second;
}

bool Builder::was_read(std::string_view group, std::string_view resource) const { return cluster.was_read(group, resource); }

std::string Builder::place(const ReplicaClass& c) const { return templates[c.of].key + "@" + (c.node.empty() ? "unknown-node" : c.node); }

const StepRow& row_of(const Builder& b, std::string_view id) { return *b.catalogue.find(id); }

std::string yaml_quote(std::string_view text) { return base::json_quote(text); }  // JSON strings are YAML strings

}  // namespace bulkhead::graph
