// Steps by flaws of what listens (rows EXT_SVC_FLAW, EXT_RESIDUAL, NET_FLAW, NET_RESIDUAL).
//
// From the internet a flaw is a step of its own: somebody must try it on this service. From inside, "can connect to X" is one
// step per source, to X's entry position (reach_steps.cc), and each flaw a step from there: an attacker inside tries all it can. A workload
// of several replicas is taken at the replica that the attacker likes. Every entry-capable workload has a residual step, exposed or inside:
// flaws that nobody knows yet, its own code. An image that was not read is as bad as an open flaw with a ready exploit.
#include <algorithm>

#include "graph/internal/entry.h"

namespace bulkhead::graph {

using model::StepState;
using model::Tri;
using model::Variable;
using model::VariableKind;

namespace {

struct Way {
  Tri verdict = Tri::no;
  std::string via;     // "Ingress shop/public (class nginx)"
  std::string denied;  // for no
};

// Every way in from the internet, by template.
std::map<size_t, std::vector<Way>> exposures(const Builder& b) {
  std::map<size_t, std::vector<Way>> out;
  std::set<std::string> seen;
  for (const access::Exposure& e : b.network.exposures()) {
    const size_t t = b.template_of_pod[e.pod];
    if (t == SIZE_MAX || !seen.insert(std::to_string(t) + " " + e.via + " " + model::name(e.verdict)).second) continue;
    out[t].push_back({e.verdict, e.via, e.because});
  }
  return out;
}

Variable works(const std::string& id, const std::string& coefficient, const std::string& place, const std::string& why) {
  return {.id = "works:" + id + "@" + place, .kind = VariableKind::works, .coefficient = coefficient, .reason = why};
}

struct Target {
  const Template& t;
  const EntrySurface& entry;
};

// The flaws of the target as steps from `from` (the internet, or the target's entry).
void flaw_steps_from(Builder& b, const Target& target, uint32_t from, bool external, const Way* way,
                     const std::vector<Variable>& unknowns) {
  const char* row = external ? "EXT_SVC_FLAW" : "NET_FLAW";
  const std::string& place = target.t.key;
  const auto attempt = [&](const model::Finding& f, bool swept) {
    return Variable{.id = "attempt:" + f.id + "@" + place,
                    .kind = VariableKind::attempt,
                    .coefficient = swept ? "attempt.swept" : "attempt.other",
                    .epss = f.epss,
                    .reason = "somebody tries " + f.id + " on " + place};
  };
  const auto base = [&](std::string tail) {
    StepDraft draft{.row = row, .from = from, .to = target.t.any, .tail = std::move(tail)};
    draft.needs_flaw = true;
    draft.variables = unknowns;
    draft.state = unknowns.empty() ? StepState::open : StepState::unknown;
    draft.facts = {target.entry.listens_because};
    if (way) draft.facts.push_back("exposed by " + way->via);
    return draft;
  };
  for (const EntryFlaw& flaw : target.entry.flaws) {
    StepDraft draft = base(flaw.finding->id + "|" + flaw.image + "|" + flaw.component);
    draft.flaws = {flaw.finding->id};
    draft.image = flaw.image;
    draft.facts.push_back(flaw.finding->component + " has " + flaw.finding->id + ": " + flaw.finding->reason.comparison);
    draft.facts.push_back(flaw.why);
    draft.variables.push_back(exploit_variable(*flaw.finding, b.input.as_of));
    if (external) draft.variables.push_back(attempt(*flaw.finding, flaw.swept));
    draft.variables.push_back(works(flaw.finding->id, flaw.works, place, flaw.why));
    b.add(std::move(draft));
  }
  for (const WeakFlaws& weak : target.entry.weak) {
    const std::string& component = weak.component;
    StepDraft draft = base("weak|" + weak.image + "|" + component);
    draft.state = StepState::unknown;
    draft.flaws = weak.flaws;
    draft.image = weak.image;
    draft.facts.push_back(std::to_string(weak.flaws.size()) + (weak.flaws.size() == 1 ? " flaw of " : " flaws of ") + component + ": " +
                          weak.why);
    draft.variables.push_back(exploit_variable(*weak.strongest, b.input.as_of));
    if (external) draft.variables.push_back(attempt(*weak.strongest, false));
    draft.variables.push_back(Builder::fact({"entry through " + component + " of " + weak.image + "@" + place, "works.weak", weak.why}));
    b.add(std::move(draft));
  }
  const auto unread = [&](const std::string& image, const char* tail, const char* coefficient, const std::string& why) {
    StepDraft draft = base(std::string(tail) + "|" + image);
    draft.state = StepState::unknown;
    draft.facts.push_back("image " + image + " " + why);
    draft.variables.push_back(Builder::fact(
        {"image " + image + " " + tail, coefficient, "image " + image + " " + why + ": it may hold an open flaw with a ready exploit"}));
    b.add(std::move(draft));
  };
  for (const std::string& image : target.entry.unread) unread(image, "unread", "fact.image_unread", "not read");
  for (const std::string& image : target.entry.partial) unread(image, "partial", "fact.image_partial", "read only in part");
  StepDraft residual = base("residual");
  residual.row = external ? "EXT_RESIDUAL" : "NET_RESIDUAL";
  residual.variables.push_back({.id = "residual:workload:" + place + (external ? ":exposed" : ":inside"),
                                .kind = VariableKind::residual,
                                .coefficient = external ? "residual.exposed" : "residual.inside",
                                .group = "residual:workload:" + place,
                                .reason = "flaws of " + place + " that nobody knows yet"});
  b.add(std::move(residual));
}

}  // namespace

void flaw_steps(Builder& b) {
  const auto ways = exposures(b);
  const bool services_read = b.was_read("", "services"), ingresses_read = b.was_read("networking.k8s.io", "ingresses");
  std::vector<std::pair<size_t, EntrySurface>> targets;
  for (size_t i = 0; i < b.templates.size(); ++i) {
    const Template& t = b.templates[i];
    EntrySurface entry = entry_surface(b, t);
    auto found = ways.find(i);
    const bool exposed = found != ways.end();
    if (!entry.any() && exposed) {
      entry.listens = Tri::yes;
      entry.listens_because = "answers behind " + found->second.front().via;
    }
    if (!entry.any()) continue;
    std::vector<Variable> listens;
    if (entry.listens == Tri::unknown) listens.push_back(Builder::fact({"ports of " + t.key, "fact.listens", entry.listens_because}));

    const Way* best = nullptr;
    if (exposed) {
      for (const Way& way : found->second) {
        if (!best || way.verdict > best->verdict) best = &way;
      }
    }
    if (best && best->verdict == Tri::no) {
      StepDraft cut{.row = "EXT_SVC_FLAW",
                    .from = b.internet,
                    .to = t.any,
                    .tail = "cut",
                    .state = StepState::cut,
                    .cut_by = best->denied,
                    .needs_flaw = true};
      cut.flaws = flaw_ids(entry);
      cut.facts = {"exposed by " + best->via};
      b.add(std::move(cut));
    }
    Way unread{Tri::unknown, services_read ? "an Ingress that was not read" : "a Service that was not read", {}};
    if ((!best || best->verdict == Tri::no) && (!services_read || !ingresses_read)) best = &unread;
    if (best && best->verdict != Tri::no) {
      std::vector<Variable> unknowns = listens;
      if (best->verdict == Tri::unknown)
        unknowns.push_back(Builder::fact({"exposure of " + t.key, "fact.exposure", best->denied.empty() ? best->via : best->denied}));
      flaw_steps_from(b, {t, entry}, b.internet, true, best, unknowns);
      listener_steps(b, i, From::internet, b.internet, unknowns, {entry.listens_because, "exposed by " + best->via});
    }
    flaw_steps_from(b, {t, entry}, b.entry_of(i), false, nullptr, listens);
    targets.emplace_back(i, std::move(entry));
  }
  reach_steps(b, targets);
  std::set<uint32_t> reached;  // entries that somebody can connect to: by the network, or past it through the API
  for (const model::Step& step : b.graph.steps) {
    if (step.state != StepState::cut) reached.insert(step.to);
  }
  for (const auto& [index, entry] : targets) {
    const uint32_t from = b.entry_of(index);
    std::vector<Variable> listens;
    if (entry.listens == Tri::unknown)
      listens.push_back(Builder::fact({"ports of " + b.templates[index].key, "fact.listens", entry.listens_because}));
    if (reached.contains(from)) listener_steps(b, index, From::network, from, listens, {entry.listens_because});
  }
  malicious_steps(b);
}

}  // namespace bulkhead::graph
