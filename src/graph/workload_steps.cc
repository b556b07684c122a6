// The rows that start from a workload: asked of every replica class, container, mount and Secret.
#include <algorithm>

#include "graph/internal/scene.h"
#include "graph/internal/surface_groups.h"

namespace bulkhead::graph {

using model::Tri;

namespace {

struct SecretUse {
  std::string name, place;
};

std::vector<SecretUse> secret_uses(const model::PodSpec& spec) {
  std::vector<SecretUse> out;
  for (const model::Volume& v : spec.volumes) {
    if (!v.secret.empty()) out.push_back({v.secret, "volume " + v.name + " is Secret " + v.secret});
    for (const model::ProjectedSource& source : v.sources) {
      if (source.kind == "secret") out.push_back({source.name, "volume " + v.name + " projects Secret " + source.name});
    }
  }
  for (const model::Container& c : spec.containers) {
    for (const model::KeyReference& ref : c.secret_refs)
      out.push_back({ref.name, "container " + c.name + ": environment from Secret " + ref.name});
  }
  return out;
}

// Or over the instances: the first yes, else the unknown that rests on the fewest missing facts.
void merge(Verdict& best, Verdict&& one) {
  if (one.value > best.value || (one.value == Tri::unknown && best.value == Tri::unknown && one.missing.size() < best.missing.size()))
    best = std::move(one);
}

Verdict ask(const StepRow& row, const Builder& b, const WorkloadView& w, const std::vector<HostMount>& mounts) {
  WorkloadScene scene(b, w);
  Verdict best;
  switch (row.each) {
    case Each::once:
    case Each::secret: return evaluate(row.when, scene);
    case Each::container:
      for (const model::Container& c : w.spec->containers) {
        scene.container = &c;
        merge(best, evaluate(row.when, scene));
        if (best.value == Tri::yes) break;
      }
      return best;
    case Each::mount:
      for (const HostMount& m : mounts) {
        scene.mount = &m;
        scene.container = m.container;
        merge(best, evaluate(row.when, scene));
        if (best.value == Tri::yes) break;
      }
      return best;
  }
  return best;
}

std::vector<uint32_t> sharers(const Builder& b, const WorkloadView& w) {
  std::set<std::string> claims;
  for (const model::Volume& v : w.spec->volumes) {
    if (!v.claim.empty() && !v.claim_read_only) claims.insert(v.claim);
  }
  std::vector<uint32_t> out;
  auto same = b.templates_of.find(w.ns);
  if (claims.empty() || same == b.templates_of.end()) return out;
  for (size_t t : same->second) {
    const model::PodSpec& spec = b.pod(b.templates[t].pod).spec;
    if (std::ranges::none_of(spec.volumes, [&](const model::Volume& v) { return claims.contains(v.claim); })) continue;
    for (size_t c : b.templates[t].classes) {
      if (b.classes[c].position != w.position) out.push_back(b.classes[c].position);
    }
  }
  return out;
}

void to_target(Builder& b, const StepRow& row, const WorkloadView& w, StepDraft&& draft, const StepSink& sink) {
  switch (row.to) {
    case To::own_node: draft.to = w.node->position; return sink(std::move(draft));
    case To::control_plane: draft.to = b.control_plane; return sink(std::move(draft));
    case To::own_identity: {
      auto at = b.identity_index.find("sa:" + w.ns + "/" + w.spec->service_account);
      if (at == b.identity_index.end()) return;
      draft.to = b.identities[at->second].position;
      return sink(std::move(draft));
    }
    case To::cloud: {
      draft.to = b.find_position("asset:cloud");
      return sink(std::move(draft));
    }
    case To::node_pods: {
      std::vector<uint32_t> members;
      for (size_t c : w.node->classes) members.push_back(b.classes[c].position);
      const uint32_t hub = b.position("pods-of:" + w.node->name, model::PositionKind::workload, "", "*", w.node->name);
      // Also where no other pod of the node was seen: what runs there beside pods, and pods that were not read.
      const bool alone = std::ranges::all_of(members, [&](uint32_t member) { return member == w.position; });
      return b.fan(std::move(draft), hub, members, alone, sink);
    }
    case To::link: {  // through one position a node, whatever the size: else every pod would have a step to every other
      const std::string at = w.node->name.empty() ? "unknown-node" : w.node->name;
      draft.to = b.position("link-of:" + at, model::PositionKind::workload, "", "(pods on one link)", w.node->name);
      const uint32_t link = draft.to;
      sink(std::move(draft));
      for (const size_t c : w.node->classes) {
        if (b.pod(b.classes[c].pod).spec.host_network) continue;  // speaks by the node's own address
        b.add({.row = "ONE_OF", .from = link, .to = b.classes[c].position, .facts = {"its traffic passes there"}});
      }
      return;
    }
    case To::siblings: {
      const std::string at = w.place + "@" + (w.node->name.empty() ? "unknown-node" : w.node->name);
      draft.to = b.position("containers-of:" + at, model::PositionKind::workload, w.ns, "(other containers)", w.node->name);
      return sink(std::move(draft));
    }
    case To::shared_volume: {
      for (uint32_t member : sharers(b, w)) {
        StepDraft one = draft;
        one.to = member;
        sink(std::move(one));
      }
      return;
    }
    default: return;
  }
}

bool is_surface_step(const StepDraft& draft) {
  return std::string_view(draft.row) == "ESC_KERNEL" || std::string_view(draft.row) == "ESC_RUNTIME";
}

}  // namespace

void workload_steps(Builder& b, const WorkloadView& w, const StepSink& sink) {
  const std::vector<HostMount> mounts = host_mounts(b, w);
  std::vector<SecretUse> secrets;
  for (const StepRow& row : b.catalogue.rows()) {
    if (row.from != From::workload || !row.has_when) continue;
    if (row.each == Each::mount && mounts.empty()) continue;
    Verdict verdict = ask(row, b, w, mounts);
    if (verdict.value == Tri::no) continue;
    StepDraft draft{.row = row.id.c_str(), .from = w.position};
    draft.state = verdict.value == Tri::yes ? model::StepState::open : model::StepState::unknown;
    draft.facts = std::move(verdict.facts);
    for (const Missing& missing : verdict.missing) {
      draft.variables.push_back(Builder::fact(missing));
      draft.facts.push_back("not known: " + missing.text);
    }
    if (!row.coefficient.empty()) draft.variables.push_back(Builder::config(row, w.place));
    if (row.to == To::named_secret) {
      for (const SecretUse& use : secret_uses(*w.spec)) {
        StepDraft one = draft;
        one.to = b.secret(w.ns, use.name);
        one.facts = {use.place};
        sink(std::move(one));
      }
      continue;
    }
    to_target(b, row, w, std::move(draft), sink);
  }
  surface_steps(b, w, sink);
}

void all_workload_steps(Builder& b) {
  b.class_steps.resize(b.classes.size());
  SurfaceGroups groups(b);
  for (size_t index = 0; index < b.classes.size(); ++index) {
    const ReplicaClass& c = b.classes[index];
    std::vector<StepDraft> surfaces;
    const StepSink sink = [&](StepDraft&& draft) {
      if (b.compact && is_surface_step(draft)) {
        surfaces.push_back(std::move(draft));
      } else {
        b.class_steps[index].push_back(b.add(std::move(draft)));
      }
    };
    const WorkloadView w = view_of(b, c, c.pod);
    workload_steps(b, w, sink);
    // workload_steps() gives them last, so that the order of the steps stays that of the drafts.
    const std::vector<uint32_t> grouped = groups.add(c.of, w, std::move(surfaces));
    b.class_steps[index].insert(b.class_steps[index].end(), grouped.begin(), grouped.end());
  }
}

}  // namespace bulkhead::graph
