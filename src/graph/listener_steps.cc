// What gives a workload away without a flaw: it asks nobody for a login (rows EXT_NOAUTH, NET_NOAUTH), or a package of its image is the
// attacker's own code (row EXT_IMAGE).
#include <algorithm>

#include "graph/internal/entry.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

using model::StepState;
using model::Tri;

namespace {

bool runs(const model::Container& c) { return c.kind == model::Container::Kind::regular || c.kind == model::Container::Kind::ephemeral; }

// The best answer over the containers that run; `which` is the one that gave it.
Verdict ask(const Builder& b, const Template& t, const StepRow& row) {
  const model::Pod& pod = b.pod(t.pod);
  const WorkloadView w = view_of(b, b.classes[t.classes.front()], t.pod);
  WorkloadScene scene(b, w);
  Verdict best;
  for (const model::Container& container : pod.spec.containers) {
    if (!runs(container)) continue;
    scene.container = &container;
    Verdict one = evaluate(row.when, scene);
    if (one.value > best.value) best = std::move(one);
    if (best.value == Tri::yes) break;
  }
  return best;
}

bool sure(const model::Finding& f) {
  return f.status != model::FindingStatus::unknown && f.status != model::FindingStatus::under_investigation;
}

}  // namespace

void listener_steps(Builder& b, size_t target, From kind, uint32_t from, const std::vector<model::Variable>& unknowns,
                    const std::vector<std::string>& facts) {
  const Template& t = b.templates[target];
  for (const StepRow& row : b.catalogue.rows()) {
    if (row.from != kind || (row.to != To::listener && row.to != To::control_plane)) continue;
    Verdict verdict = ask(b, t, row);
    if (verdict.value == Tri::no) continue;
    StepDraft draft{.row = row.id.c_str(), .from = from, .to = row.to == To::listener ? t.any : b.control_plane};
    draft.state = verdict.value == Tri::yes && unknowns.empty() ? StepState::open : StepState::unknown;
    draft.variables = unknowns;
    draft.facts = facts;
    draft.facts.insert(draft.facts.end(), verdict.facts.begin(), verdict.facts.end());
    for (const Missing& missing : verdict.missing) {
      draft.variables.push_back(Builder::fact(missing));
      draft.facts.push_back("not known: " + missing.text);
    }
    if (!row.coefficient.empty()) draft.variables.push_back(Builder::config(row, t.key));
    b.add(std::move(draft));
  }
}

void malicious_steps(Builder& b) {
  const StepRow& row = row_of(b, "EXT_IMAGE");
  for (const Template& t : b.templates) {
    for (const model::Container& c : b.pod(t.pod).spec.containers) {
      const ImageFacts* image = b.image(c);
      if (!image) continue;
      for (const model::Finding& f : image->findings) {
        if (f.effect != model::FlawEffect::malicious) continue;
        for (const size_t one : t.classes) {  // it runs in every replica, not in one of the attacker's choice
          StepDraft draft{.row = row.id.c_str(), .from = b.internet, .to = b.classes[one].position, .tail = f.id + "|" + image->reference};
          draft.needs_flaw = true;
          draft.flaws = {f.id};
          draft.image = image->reference;
          draft.state = sure(f) ? StepState::open : StepState::unknown;
          draft.facts = {f.component + " has " + f.id + ": " + f.reason.comparison, "the package itself is the attacker's code"};
          draft.variables.push_back(Builder::config(row, f.id + "@" + image->reference));
          if (draft.state == StepState::unknown)
            draft.variables.push_back(
                Builder::fact({f.id + "@" + image->reference, "fact.other", "whether the version is a malicious one"}));
          b.add(std::move(draft));
        }
      }
    }
  }
}

}  // namespace bulkhead::graph
