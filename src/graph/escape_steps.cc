// From a pod to its node by a flaw of the kernel or the runtime (rows ESC_KERNEL, ESC_RUNTIME).
//
// A node has local attack surfaces (data/escape/surfaces.yaml): "system calls that every profile allows", "NET_ADMIN in a user
// namespace", "io_uring", … A pod has a step to each surface that is open to it; a surface has a step to the node for each flaw that
// lies behind it. So a flaw is written once per node and a hardening cuts exactly the surfaces that it closes. Which flaws a node
// has is what match found on its kernel and runtime; which surface a flaw needs is the escape catalogue's word. Kernel flaws that
// the catalogue does not know have no known exploit: the residual surfaces stand for them.
//
// runc's version is not in the API: its rows are one unknown step per surface until somebody says the version.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::Finding;
using model::FindingStatus;
using model::StepState;
using model::Tri;

namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) { return std::ranges::find(list, text) != list.end(); }

bool behind(const Surface& surface, const EscapeRow& row) {
  if (surface.kernel != (row.component == "linux")) return false;
  if (!surface.kernel) return contains(surface.rows, row.id);
  if (!contains(surface.reach_classes, row.reach_class)) return false;
  return surface.subsystems.empty() ||
         std::ranges::any_of(surface.subsystems, [&](const std::string& s) { return row.subsystem.find(s) != std::string::npos; });
}

bool is_escape(const Builder& b, const EscapeRow& row) {
  return std::ranges::none_of(b.knowledge.not_escapes, [&](const auto& one) { return one.first == row.id; });
}

const EscapeRow* escape_of(const Builder& b, const Finding& finding) {
  if (const EscapeRow* row = b.knowledge.escape(finding.id)) return row;
  for (const std::string& alias : finding.aliases) {
    if (const EscapeRow* row = b.knowledge.escape(alias)) return row;
  }
  return nullptr;
}

struct NodeFlaw {
  const Finding* finding;
  const EscapeRow* row;
};
std::vector<NodeFlaw> flaws_behind(const Builder& b, const NodeView& node, const Surface& surface) {
  std::vector<NodeFlaw> out;
  if (!node.facts) return out;
  for (const Finding& finding : node.facts->findings) {
    const EscapeRow* row = escape_of(b, finding);
    if (row && behind(surface, *row) && is_escape(b, *row)) out.push_back({&finding, row});
  }
  return out;
}

bool windows(const NodeView& node) { return node.node && node.node->operating_system == "windows"; }

bool runtime_unread(const NodeView& node) { return !node.facts || node.runtime.empty(); }
bool kernel_unread(const NodeView& node) { return !node.facts || !node.node || node.node->kernel_version.empty(); }

// Rows of runc behind the surface: their version cannot be seen.
std::vector<std::string> unseen_rows(const Builder& b, const NodeView& node, const Surface& surface) {
  std::vector<std::string> out;
  if (surface.kernel || node.runtime.empty()) return out;
  if (node.facts && std::ranges::any_of(node.facts->findings, [](const Finding& f) { return f.purl.find("/runc") != std::string::npos; }))
    return out;
  for (const EscapeRow& row : b.knowledge.escapes) {
    if (row.component == "runc" && row.kind == "escape" && behind(surface, row)) out.push_back(row.id);
  }
  return out;
}

const char* row_id(const Surface& surface) { return surface.node_local ? "NODE_USER_ROOT" : surface.kernel ? "ESC_KERNEL" : "ESC_RUNTIME"; }

std::string kernel_name(const NodeView& node) {
  return node.node && !node.node->kernel_version.empty() ? node.node->kernel_version : "of " + node.name;
}

StepDraft flaw_draft(const Builder& b, const NodeView& node, const Surface& surface, const NodeFlaw& flaw, uint32_t from) {
  StepDraft draft{.row = row_id(surface), .from = from, .to = node.position, .tail = flaw.finding->id};
  draft.needs_flaw = true;
  draft.flaws = {flaw.finding->id};
  draft.facts = {flaw.finding->component + " has " + flaw.finding->id + ": " + flaw.finding->reason.comparison};
  model::Variable exploit = exploit_variable(*flaw.finding, b.input.as_of);
  // The catalogue may know better evidence than the feeds; EPSS says nothing about local flaws.
  static constexpr std::string_view kOrder[] = {"exploit.ransomware", "exploit.kev", "exploit.weaponised", "exploit.proof_of_concept",
                                                "exploit.prior"};
  const auto rank = [](std::string_view key) { return std::ranges::find(kOrder, key) - std::begin(kOrder); };
  if (rank(flaw.row->exploit) < rank(exploit.coefficient) || exploit.coefficient == "exploit.epss") {
    exploit.coefficient = flaw.row->exploit;
    exploit.reason = flaw.row->exploit_reason;
  }
  exploit.epss = -1;
  draft.variables.push_back(std::move(exploit));
  const std::string place = surface.kernel ? kernel_name(node) : node.runtime + " " + node.runtime_version;
  draft.variables.push_back({.id = "works:" + flaw.finding->id + "@" + place,
                             .kind = model::VariableKind::works,
                             .coefficient = flaw.finding->high_complexity ? "works.complex" : "works.default",
                             .reason = "works on " + place});
  const FindingStatus status = flaw.finding->status;
  if (status == FindingStatus::unknown || status == FindingStatus::under_investigation || !flaw.row->sure) {
    draft.state = StepState::unknown;
    const std::string why =
        flaw.row->sure ? "whether " + place + " has the fix (the distribution backports)" : "the catalogue is not sure of the range";
    if (flaw.row->component == "runc") {
      draft.variables.push_back(Builder::fact({"runc version@" + node.name, "fact.runc_version", "runc's version is not in the API"}));
    } else {
      draft.variables.push_back(
          Builder::fact({flaw.finding->id + "@" + place, surface.kernel ? "fact.kernel_backport" : "fact.runtime_version", why}));
    }
  }
  return draft;
}

}  // namespace

uint32_t surface_position(Builder& b, const NodeView& node, const Surface& surface) {
  const std::string shown = node.name.empty() ? "unknown-node" : node.name;
  return b.position("surface:" + shown + "/" + surface.id, model::PositionKind::node, "", shown, shown);
}

// Surfaces of the node behind which something lies (known flaws, unread ones, or the residual).
std::vector<const Surface*> surfaces_with_flaws(const Builder& b, const NodeView& node) {
  std::vector<const Surface*> out;
  if (windows(node)) return out;
  for (const Surface& surface : b.knowledge.surfaces) {
    const bool unread = surface.kernel ? kernel_unread(node) : runtime_unread(node);
    if (!surface.residual.empty() || unread || !flaws_behind(b, node, surface).empty() || !unseen_rows(b, node, surface).empty())
      out.push_back(&surface);
  }
  return out;
}

void surface_steps(Builder& b, const WorkloadView& w, const StepSink& sink) {
  if (!w.node) return;
  auto& surfaces = b.node_surfaces[w.node->name];
  if (!surfaces.known) {
    surfaces.known = true;
    for (const Surface* surface : surfaces_with_flaws(b, *w.node)) {
      std::vector<std::string> ids;
      for (const NodeFlaw& flaw : flaws_behind(b, *w.node, *surface)) ids.push_back(flaw.finding->id);
      for (std::string& id : unseen_rows(b, *w.node, *surface)) ids.push_back(std::move(id));
      surfaces.list.push_back({surface, surface_position(b, *w.node, *surface), std::move(ids)});
    }
  }
  WorkloadScene scene(b, w);
  for (const auto& [surface, position, flaws] : surfaces.list) {
    if (surface->node_local) continue;
    Verdict best;
    for (const model::Container& c : w.spec->containers) {
      scene.container = &c;
      Verdict one = evaluate(surface->when, scene);
      if (one.value > best.value || (best.value == Tri::no && best.denied.empty())) best = std::move(one);
      if (best.value == Tri::yes) break;
    }
    if (best.value == Tri::no && (b.compact || !surface->residual.empty())) continue;
    StepDraft draft{.row = row_id(*surface), .from = w.position, .to = position};
    draft.needs_flaw = true;
    draft.flaws = flaws;
    draft.facts = std::move(best.facts);
    draft.facts.push_back("surface: " + surface->title);
    draft.state = best.value == Tri::yes ? StepState::open : best.value == Tri::unknown ? StepState::unknown : StepState::cut;
    if (best.value == Tri::no) draft.cut_by = best.denied;
    for (const Missing& missing : best.missing) {
      draft.variables.push_back(Builder::fact(missing));
      draft.facts.push_back("not known: " + missing.text);
    }
    sink(std::move(draft));
  }
}

void node_flaw_steps(Builder& b) {
  for (const NodeView& node : b.nodes) {
    for (const Surface* surface : surfaces_with_flaws(b, node)) {
      const uint32_t from = surface_position(b, node, *surface);
      for (const NodeFlaw& flaw : flaws_behind(b, node, *surface)) {
        const uint32_t step = b.add(flaw_draft(b, node, *surface, flaw, from));
        if (step != kNone)
          b.node_flaw_steps.push_back({step,
                                       static_cast<size_t>(&node - b.nodes.data()),
                                       surface->kernel,
                                       flaw.row->component,
                                       flaw.finding->fixed_version,
                                       {flaw.finding->id}});
      }
      if (!surface->residual.empty()) {
        const std::string what = surface->kernel
                                     ? "kernel " + kernel_name(node)
                                     : "runtime " + (node.runtime.empty() ? "of " + node.name : node.runtime + " " + node.runtime_version);
        StepDraft draft{.row = row_id(*surface), .from = from, .to = node.position, .tail = "residual"};
        draft.needs_flaw = true;
        draft.facts = {surface->title};
        draft.variables.push_back({.id = "residual:" + what + ":" + surface->id,
                                   .kind = model::VariableKind::residual,
                                   .coefficient = surface->residual,
                                   .group = "residual:" + what,
                                   .reason = surface->title});
        b.add(std::move(draft));
        continue;
      }
      const bool unread = surface->kernel ? kernel_unread(node) : runtime_unread(node);
      const std::vector<std::string> unseen = unseen_rows(b, node, *surface);
      if (!unread && unseen.empty()) continue;
      StepDraft draft{.row = row_id(*surface), .from = from, .to = node.position, .tail = unread ? "unread" : "runc"};
      draft.state = StepState::unknown;
      draft.needs_flaw = true;
      draft.flaws = unseen;
      const std::string shown = node.name.empty() ? "the node" : node.name;
      const std::string what = surface->kernel ? "kernel" : "runtime";
      draft.variables.push_back(unread ? Builder::fact({what + " flaws of " + shown, "fact.kernel_version",
                                                        "flaws of the " + what + " of " + shown + " not read"})
                                       : Builder::fact({"runc version@" + shown, "fact.runc_version", "runc's version is not in the API"}));
      draft.facts = {draft.variables.back().reason};
      const uint32_t step = b.add(std::move(draft));
      if (!unread && step != kNone)
        b.node_flaw_steps.push_back({step, static_cast<size_t>(&node - b.nodes.data()), false, "runc", "the newest release", unseen});
    }
  }
}

}  // namespace bulkhead::graph
